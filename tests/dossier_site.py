"""A drill site with an open case and two drafted notices, made once and copied for each test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from alerts_played import play_alert

from ews.jobs.dossier import draft
from ews.jobs.run import open_site
from ews.jobs.site import create_site
from ews.regulation import DossierKind
from ews.scoring.model import Level

CASE = "C-2026-001"
OPENING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
DRAFTED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@contextmanager
def drill() -> Iterator[None]:
    """The environment of a drill site, for what runs outside a test."""
    before = os.environ.get("EWS_KIND")
    os.environ["EWS_KIND"] = "drill"
    try:
        yield
    finally:
        if before is None:
            del os.environ["EWS_KIND"]
        else:
            os.environ["EWS_KIND"] = before


@cache
def _opened() -> Path:
    folder = Path(mkdtemp(prefix="ews-case-")) / "site"
    with drill():
        create_site(folder, now=OPENING)
        context = open_site(folder, now=OPENING)
        assert play_alert(context, Level.HIGH) == [CASE]
        context.engine.dispose()
    return folder


@cache
def _drafted() -> Path:
    folder = opened(Path(mkdtemp(prefix="ews-drafted-")) / "site")
    with drill():
        context = open_site(folder, user="officier", now=DRAFTED)
        for kind in DossierKind:
            draft(context, CASE, kind)
        context.engine.dispose()
    return folder


def opened(to: Path) -> Path:
    """A site with an open case."""
    return Path(shutil.copytree(_opened(), to))


def drafted(to: Path) -> Path:
    """A site with an open case, and both notices drafted by the officer on 20 November."""
    return Path(shutil.copytree(_drafted(), to))
