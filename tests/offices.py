"""Sites of an office that has taken files in: made once for a module of tests, copied for each test."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ews.jobs.ingest import ingest
from ews.jobs.run import OFFICE_ZONE, open_site
from ews.jobs.site import create_site

REGION = Path(__file__).parents[1] / "examples/region"


def office_with(folder: Path, files: Sequence[str], *, moment: str) -> Path:
    """A site that took in these files of the example region at an office moment."""
    now = datetime.fromisoformat(moment).replace(tzinfo=OFFICE_ZONE)
    site = create_site(folder / "office", now=now)
    context = replace(open_site(site), now=now)
    report = ingest(context, [REGION / name for name in files], received_at=now)
    context.engine.dispose()
    assert {one.status for one in report.files} == {"accepted"}
    return site


def copied(office: Path, tmp_path: Path) -> Path:
    """The site of one test, where its commands look for it."""
    return Path(shutil.copytree(office, tmp_path / "site"))
