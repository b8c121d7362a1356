"""A week in which everything moves still fits in a mail, says so, and stands whole on the page and the paper."""

from dataclasses import replace

import pytest

from ews.notify.digest_render import digest_mail, digest_page
from ews.notify.digest_view import ChangedLine, DigestView, HeatRow, LateLine
from ews.scoring.model import Level

LIMIT = 102 * 1024
URL = "https://ews.kantoor.example"


def changed(number: int) -> ChangedLine:
    return ChangedLine(
        f"C-2026-{number}", f"{URL}/z/C-2026-{number}", f"Zorggroep {number} (fictief)",
        Level.HIGH, Level.LOW, "Liquiditeit reikt nog 3,4 weken (eigen norm ≥ 13)", "5528",
    )  # fmt: skip


QUIET = DigestView(
    week="2026-W47", title="EWS week 47 (16–22 november 2026)", regions="alle regio's",
    updated="zondag 22 november 06:00", is_late=False, audit_head="89e1…91 (14)", quiet_line="",
    summary=(("Veranderd", "veel"),), changed=(), late=(), late_count=0, clocks=(), nowhere=(), heat=(),
    risers=(), fallers=(), data=(), record=(), rules=(), decisions=(), office="Zorgkantoor Voorbeeld",
    url=URL, fictitious=False,
)  # fmt: skip


@pytest.mark.parametrize("count", [1, 60, 3000])
def test_a_digest_fits_in_a_mail_whatever_the_week_was(count):
    late = tuple(
        LateLine(f"C-2026-{n}", URL, "Bestuurder spreken", 3, "officier", "5528") for n in range(count)
    )
    view = replace(QUIET, changed=tuple(map(changed, range(count))), late=late, late_count=count)
    mail = digest_mail(view)
    assert len(mail.html.encode()) < LIMIT
    assert len(mail.text.encode()) < LIMIT
    assert ("Ingekort" in mail.html) is (count == 3000)
    page = digest_page(view)
    assert f"C-2026-{count - 1}" in page.html
    assert mail.subject == page.subject == f"EWS week 47: {count} omhoog, 0 omlaag, {count} te laat"


def test_the_whole_country_as_a_table_fits_too():
    counts = tuple(
        (level, 12) for level in (Level.ACUTE, Level.HIGH, Level.ELEVATED, Level.LOW, Level.UNKNOWN)
    )
    heat = tuple(HeatRow(f"55{n:02d}", sector, counts) for n in range(31) for sector in ("GHZ", "GGZ", "VV"))
    mail = digest_mail(replace(QUIET, changed=(changed(1),), heat=heat))
    assert len(mail.html.encode()) < LIMIT


def test_what_was_left_out_is_counted():
    mail = digest_mail(replace(QUIET, changed=tuple(map(changed, range(1000)))))
    shown = mail.text.count("↑ C-2026-")
    assert f"van elke lijst staan hier de eerste {shown}, {1000 - shown} regels ontbreken" in " ".join(
        mail.text.split()
    )
