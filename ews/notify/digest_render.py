"""The digest as mail, page and paper: the same week three times."""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from ews.notify import messages, words
from ews.notify.digest import HEAT_LEVELS
from ews.notify.digest_view import DigestView, MoverLine
from ews.notify.messages import Rendered

LIMIT_BYTES = 100 * 1024
"""Mail programs cut off what is longer than 102 kB."""
MOST = (200, 100, 50, 25, 12, 6)
LISTS = ("changed", "late", "clocks", "heat", "data", "rules", "decisions")


def digest_mail(view: DigestView) -> Rendered:
    """Subject, text and HTML, with every list as long as the whole still fits in a mail."""
    mail = whole = digest_page(view)
    for most in MOST:
        if max(len(mail.html.encode()), len(mail.text.encode())) <= LIMIT_BYTES:
            break
        mail = replace(digest_page(shortened(view, most)), subject=whole.subject)
    return mail


def shortened(view: DigestView, most: int) -> DigestView:
    """The same week with at most so many lines a list, saying how many there are."""
    whole = {name: getattr(view, name) for name in LISTS}
    left = sum(max(0, len(lines) - most) for lines in whole.values())
    said = (
        f"Niet alles past in een bericht: van elke lijst staan hier de eerste {most}, {left} regels ontbreken. "
        "Het hele overzicht staat in de pdf en op de pagina."
    )
    changes: dict[str, Any] = {name: lines[:most] for name, lines in whole.items()}
    return replace(view, **changes, shortened=said if left else "")


def digest_page(view: DigestView) -> Rendered:
    """The week whole, however long."""
    quiet = "niets veranderd" if view.quiet_line else _headline(view)
    subject = f"EWS week {int(view.week[-2:])}: {quiet}"
    values = {
        "view": view,
        "subject": subject,
        "preview": view.quiet_line or view.summary[0][1],
        "fictitious": view.fictitious,
        "levels": HEAT_LEVELS,
    }
    text = messages.render("digest/body.txt", values).strip() + "\n"
    return Rendered(subject, text, messages.html_of(messages.render("digest/body.mjml", values)))


def _headline(view: DigestView) -> str:
    up = sum(line.is_up for line in view.changed)
    return f"{up} omhoog, {len(view.changed) - up} omlaag, {view.late_count} te laat"


def digest_pdf(view: DigestView) -> bytes:
    """The digest on A4."""
    import typst

    template = files("ews.notify").joinpath("templates/digest/page.typ").read_bytes()
    document = json.dumps(_paper(view), ensure_ascii=False)
    return bytes(typst.compile(template, format="pdf", sys_inputs={"digest": document}))


def _paper(view: DigestView) -> dict[str, object]:
    return {
        "title": view.title,
        "office": view.office,
        "regions": view.regions,
        "updated": view.updated,
        "audit_head": view.audit_head,
        "is_late": view.is_late,
        "fictitious": view.fictitious,
        "quiet_line": view.quiet_line,
        "summary": [list(pair) for pair in view.summary],
        "parts": [part for part in _parts(view) if part["rows"]],
    }


def _part(
    title: str,
    widths: str,
    rows: Sequence[Sequence[object]],
    *,
    head: Sequence[str] = (),
    numbers: Sequence[int] = (),
) -> dict[str, object]:
    return {
        "title": title,
        "widths": ["1fr" if width == "*" else "auto" for width in widths],
        "head": list(head),
        "numbers": list(numbers),
        "rows": [[str(cell) for cell in row] for row in rows],
    }


def _parts(view: DigestView) -> list[dict[str, object]]:
    return [*_about_cases(view), *_about_providers(view), *_about_ourselves(view)]


def _about_cases(view: DigestView) -> list[dict[str, object]]:
    level = words.LEVEL
    changed = [
        (
            one.number,
            f"{'↑' if one.is_up else '↓'} {level[one.level]} (was {level[one.before]})",
            one.name,
            one.because,
        )
        for one in view.changed
    ]
    late = [(one.number, one.what, words.counted(one.days, "dag", "dagen"), one.owner) for one in view.late]
    return [
        _part("Veranderd", "aa**", changed),
        _part("Te laat", "a*aa", late, head=("Zaak", "Wat", "Te laat", "Wie")),
        _part("Klokken", "a*", [(one.number, one.text) for one in view.clocks]),
    ]


def _about_providers(view: DigestView) -> list[dict[str, object]]:
    level = words.LEVEL
    nowhere = [
        (one.name, one.region, level[one.level], one.clients, one.nowhere, one.free) for one in view.nowhere
    ]
    heat = [(row.region, row.sector, *[count for _, count in row.counts]) for row in view.heat]
    levels = [level[one].capitalize() for one in HEAT_LEVELS]
    movers = [("Stijgers", movers_text(view.risers)), ("Dalers", movers_text(view.fallers))]
    stuck = ("Aanbieder", "Regio", "Niveau", "Cliënten", "Geen plek", "Vrij")
    return [
        _part("Geen plek als deze aanbieder stopt", "*aaaaa", nowhere, head=stuck, numbers=(3, 4, 5)),
        _part("Portefeuille", "**aaaaa", heat, head=("Regio", "Sector", *levels), numbers=(2, 3, 4, 5, 6)),
        _part("Bewegingen", "a*", [pair for pair in movers if pair[1]]),
    ]


def _about_ourselves(view: DigestView) -> list[dict[str, object]]:
    decisions = [(one.id, one.what, one.owner, one.due, one.state) for one in view.decisions]
    taken = ("Nr", "Besluit", "Wie", "Uiterlijk", "Stand")
    return [
        _part("Gegevens", "**", [(one.source, one.state) for one in view.data]),
        _part("Hoe deed het EWS het?", "*", [(line,) for line in view.record]),
        _part("Regels en model", "*", [(line,) for line in view.rules]),
        _part("Besluiten van de commissie", "a*aaa", decisions, head=taken),
    ]


def movers_text(lines: Sequence[MoverLine]) -> str:
    """`De Wilgenhof 36 → 50, …`"""
    return ", ".join(f"{one.name} {one.before} → {one.points}" for one in lines)
