"""Dates, amounts and lists as a Dutch letter writes them."""

from collections.abc import Iterable, Sequence
from datetime import date

from babel.dates import format_date

from ews.dossier.model import Ref
from ews.dutch import thousands

NUMBERS = (
    "geen",
    "één",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
)


def long_date(day: date) -> str:
    """23 november 2026"""
    return format_date(day, "d MMMM y", locale="nl")


def short_date(day: date | None) -> str:
    """23-11-2026, or a dash."""
    return day.strftime("%d-%m-%Y") if day else "–"


def count(number: int, one: str, many: str) -> str:
    """drie zorgaanbieders, 13 zorgaanbieders; een aantal tot en met twaalf voluit."""
    written = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{written} {one if number == 1 else many}"


def listed(parts: Sequence[str]) -> str:
    """a, b en c"""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} en {parts[-1]}"


def euros(eurocent: int) -> str:
    """€ 1.234.567 (whole euros)"""
    return f"€ {thousands(round(eurocent / 100))}"


def cite(refs: Iterable[Ref]) -> str:
    """[B14–B16, B20, B29 regel 3, 8]: what follows on one another joined; an empty text without evidence."""
    ordered = sorted(set(refs), key=lambda ref: (ref.case, ref.number, ref.row or 0, ref.file_row or 0))
    parts: list[str] = []
    run: list[Ref] = []
    for ref in ordered:
        if run and (_follows(run[-1], ref) or _same_piece(run[-1], ref)):
            run.append(ref)
            continue
        parts += _joined(run)
        run = [ref]
    parts += _joined(run)
    return f"[{', '.join(parts)}]" if parts else ""


def _follows(before: Ref, after: Ref) -> bool:
    plain = before.row is after.row is before.file_row is after.file_row is None
    return plain and before.case == after.case and after.number == before.number + 1


def _same_piece(before: Ref, after: Ref) -> bool:
    """Rows of one log, or of one delivered file."""
    same = (before.case, before.number) == (after.case, after.number)
    logged = before.row is not None and after.row is not None and before.file_row is after.file_row is None
    filed = before.file_row is not None and after.file_row is not None and before.row is after.row is None
    return same and (logged or filed)


def _joined(run: list[Ref]) -> list[str]:
    if len(run) > 1 and _same_piece(run[0], run[1]):
        return [f"{run[0]}", *(str(one.row or one.file_row) for one in run[1:])]
    if len(run) > 2:
        return [f"{run[0]}–B{run[-1].number}"]
    return [str(ref) for ref in run]


def capital(text: str) -> str:
    """First letter in capitals, the rest as it is."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Text that ends in a full stop."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "?", "”")) else f"{stripped}."


def span(days: Sequence[date]) -> str:
    """`op 3 november 2026`, or `tussen 3 november 2026 en 16 november 2026`."""
    first, last = min(days), max(days)
    if first == last:
        return f"op {long_date(first)}"
    return f"tussen {long_date(first)} en {long_date(last)}"
