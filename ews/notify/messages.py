"""Views into subject, text and HTML. Templates are files; foreign text is escaped and never a template."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ews.alerts.model import ChangeReason
from ews.notify import words
from ews.notify.chart import describe, trend_image
from ews.notify.model import Attachment, InlineImage, MessageKind
from ews.notify.views import AlertView, ReasonView, StormLine, StormView, SystemView

STORM_LINES = 100
"""As many stand in the mail itself; more would make mail programs cut it off."""
KINDS = {
    ChangeReason.REPEATED: MessageKind.REPEAT,
    ChangeReason.REESCALATED: MessageKind.ESCALATION,
    ChangeReason.CLEARED: MessageKind.CLEARED,
}
_TEMPLATES = {
    MessageKind.ALERT: "alert",
    MessageKind.REPEAT: "repeat",
    MessageKind.ESCALATION: "repeat",
    MessageKind.CLEARED: "cleared",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reader sees."""

    subject: str
    text: str
    html: str
    images: tuple[InlineImage, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def with_attachment(self, file: Attachment) -> "Rendered":
        """The same mail with one more file."""
        return replace(self, attachments=(*self.attachments, file))


def kind_of(change: ChangeReason) -> MessageKind:
    """Which mail tells of a change."""
    return KINDS.get(change, MessageKind.ALERT)


def alert_subject(view: AlertView) -> str:
    """`EWS C-2026-014: hoog (was verhoogd)`: never a name, never a figure."""
    was = f" (was {words.LEVEL[view.before]})" if view.before is not view.level else ""
    said = {
        MessageKind.REPEAT: f"nog steeds {words.LEVEL[view.level]}",
        MessageKind.ESCALATION: f"{words.LEVEL[view.level]}, niet tijdig opgepakt",
        MessageKind.CLEARED: f"voorbij, nu {words.LEVEL[view.level]}{was}",
    }
    return f"EWS {view.number}: {said.get(kind_of(view.change), words.LEVEL[view.level] + was)}"


def alert(view: AlertView) -> Rendered:
    """An alert, repetition or end, as this reader may see it."""
    view = _readable(view)
    subject, kind = alert_subject(view), kind_of(view.change)
    values: dict[str, Any] = {
        "view": view,
        "subject": subject,
        "preview": _since(view),
        "heading": _heading(view),
        "since": _since(view),
        "fictitious": view.fictitious,
    }
    if view.reader.link_only:
        return Rendered(subject, _text("alert/link_only.txt", values), _html("alert/link_only.mjml", values))
    shows_trend = kind is MessageKind.ALERT and view.trend is not None and len(view.trend.points) > 1
    image = trend_image(view.trend) if shows_trend and view.trend else None
    values |= {"image": image, "image_text": describe(view.trend) if image and view.trend else ""}
    folder = _TEMPLATES[kind]
    return Rendered(
        subject,
        _text(f"{folder}/body.txt", values),
        _html(f"{folder}/body.mjml", values),
        (image,) if image else (),
    )


def plain_alert(view: AlertView) -> Rendered:
    """The least that must always be said, for when the full message can't be made."""
    bare = replace(view, degraded=True, reader=replace(view.reader, link_only=True))
    link = view.case_url
    text = (
        f"{_heading(bare)}\n\nDit bericht kon niet volledig worden opgemaakt. "
        f"Open de zaak en bevestig daar ontvangst:\n{link}\n"
    )
    return Rendered(alert_subject(view), text, "")


def system(view: SystemView) -> Rendered:
    """Trouble with the system itself."""
    subject = words.clean(f"{view.subject}: {view.topic}")
    values = {
        "view": view,
        "subject": subject,
        "preview": view.what,
        "why": view.why or f"U krijgt dit omdat u het systeem van {view.office} gaande houdt.",
        "fictitious": view.fictitious,
    }
    return Rendered(subject, _text("system/body.txt", values), _html("system/body.mjml", values))


def storm(view: StormView) -> Rendered:
    """One list of everything that changed; what does not fit in the mail goes along as a file."""
    ordered = sorted(view.lines, key=lambda line: (-line.level.rank, -(line.clients or 0), line.number))
    count = words.counted(len(ordered), "wijziging", "wijzigingen")
    subject = f"EWS verzamelbericht: {count}, zwaarste niveau {words.LEVEL[ordered[0].level]}"
    values = {
        "view": view,
        "subject": subject,
        "preview": view.cause,
        "heading": f"{count} van niveau in één keer",
        "shown": ordered[:STORM_LINES],
        "unshown": len(ordered) - len(ordered[:STORM_LINES]),
        "fictitious": view.fictitious,
    }
    whole = "\n".join(storm_line(line) for line in ordered).encode()
    return Rendered(
        subject,
        _text("storm/body.txt", values),
        _html("storm/body.mjml", values),
        attachments=(Attachment("lijst.txt", "text/plain", whole),),
    )


def storm_line(line: StormLine) -> str:
    """One change as one line of text."""
    parts = (
        line.number,
        f"{words.LEVEL[line.level]} (was {words.LEVEL[line.before]})",
        line.name,
        line.region,
        "" if line.clients is None else words.counted(line.clients, "cliënt", "cliënten"),
        line.reason,
        line.url,
        f"ontvangst bevestigen: {line.answer}" if line.answer else "",
    )
    return " · ".join(words.clean(part, 400) for part in parts if part)


def _readable(view: AlertView) -> AlertView:
    """Foreign text made printable, and amounts hidden from a reader whose role does not see them."""
    hide = (lambda text: text) if view.reader.sees_amounts else words.without_amounts
    provider = replace(
        view.provider, name=words.clean(view.provider.name), sector=words.clean(view.provider.sector)
    )
    reasons = tuple(
        ReasonView(one.points, hide(words.clean(one.text, 400)), words.clean(one.origin, 300))
        for one in view.sum.reasons
    )
    return replace(
        view,
        provider=provider,
        sum=replace(view.sum, reasons=reasons),
        breadth=hide(words.clean(view.breadth, 600)),
        remedy=hide(words.clean(view.remedy, 600)),
        not_done=tuple(words.clean(line, 400) for line in view.not_done),
    )


def _heading(view: AlertView) -> str:
    what = "Zaak" if view.is_case else "Waarschuwing"
    return f"{what} {view.number} · {_since(view)}"


def _since(view: AlertView) -> str:
    since = "vandaag" if view.since == view.today else words.short_day(view.since, today=view.today)
    said = f"niveau {words.LEVEL[view.level].upper()} sinds {since}"
    if view.before is view.level:
        return said
    before = f" sinds {words.short_day(view.before_since, today=view.today)}" if view.before_since else ""
    return f"{said} (was {words.LEVEL[view.before]}{before})"


def render(template: str, values: dict[str, Any]) -> str:
    """A template by its path: `.txt` as it is, `.mjml` and `.html` with everything foreign escaped."""
    return _environment().get_template(template).render(**values)


def _text(template: str, values: dict[str, Any]) -> str:
    return render(template, values).strip() + "\n"


def _html(template: str, values: dict[str, Any]) -> str:
    return html_of(render(template, values))


def html_of(mjml: str) -> str:
    """MJML as HTML that mail programs show."""
    from mjml import mjml2html

    return str(mjml2html(mjml, disable_comments=True))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ews.notify"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and not name.endswith(".txt"),  # noqa: S701 - all but text
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "wrapped": _wrapped,
        "signed": words.signed,
        "counted": words.counted,
        "level": words.LEVEL.__getitem__,
        "clock": words.clock_time,
        "long_day": words.long_day,
        "short_day": lambda moment, today=None: words.short_day(moment, today=today),
        "office_day": words.day,
        "days": _days,
        "movers": lambda lines: ", ".join(f"{one.name} {one.before} → {one.points}" for one in lines),
    }
    return environment


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, 92, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _days(moments: Sequence[date], today: date) -> str:
    return words.listed([words.short_day(moment, today=today) for moment in moments])
