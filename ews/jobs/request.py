"""Requests to providers: planned by rule, sent in one mail each with all that is open, closed by the answer."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan

import pandas as pd
from sqlalchemy import Connection

from ews.cases import log
from ews.errors import RefusedError
from ews.identifiers import parse_subject
from ews.jobs import post
from ews.jobs.form import SOURCE as FORM
from ews.jobs.form import make_forms
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.scoring import read_features
from ews.jobs.signal import take_in
from ews.notify.envelope import domain_of, is_address
from ews.notify.messages import Rendered
from ews.notify.model import Attachment, MessageKind, Priority
from ews.signals.dates import read_period
from ews.signals.impact import impact_of
from ews.signals.model import Event, Period
from ews.signals.register import Register
from ews.signals.request import (
    AboutProvider,
    Asked,
    Request,
    due_day,
    request_for,
    rhythm_of,
    still_open,
)
from ews.store import cases, events, observations, outbox
from ews.store.engine import reading, writing
from ews.store.register import register_at

SOURCE, KIND = "uitvragen", "uitvraag"
_OURS = frozenset({FORM, "kwartaalopgave"})
"""Sources that are answers to our own asking: what they told last time says nothing about who holds it now."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that went out: what it asks, and where it went."""

    request: Request
    earlier: Mapping[str, tuple[str, ...]]
    """Period -> figures still open of earlier requests, asked again in the same mail."""
    to: str


def plan(context: Context, label: str, *, providers: Sequence[str] = ()) -> list[Request]:
    """What each contracted provider would be asked about a period; who left only when named. Raises RefusedError for a malformed label."""
    period = _period(label)
    with reading(context.engine) as connection:
        register = register_at(connection, context.now)
        about = _about(connection, context, register)
        held = _held(connection, context, period)
    form = [figure.name for figure in context.settings.sources[FORM].figure]
    policy = context.settings.requests
    chosen = [
        name
        for name, one in register.providers.items()
        if name in providers or not (providers or one.has_left)
    ]
    return [
        request_for(one, label, rhythm_of(about[one], policy.rule), form, held.get(one, {}), policy)
        for one in chosen
    ]


def asked(context: Context) -> list[Asked]:
    """Every request that went out, with what came in since."""
    with reading(context.engine) as connection:
        told = [one for one in events.known_at(connection, context.now) if one.kind == KIND]
        known = observations.known_at(connection, context.now, subjects=sorted({one.subject for one in told}))
    return [_asked(one, known) for one in told]


def send(context: Context, label: str, *, providers: Sequence[str] = ()) -> list[Sent]:
    """One mail per provider with the form, for all that nobody holds; recorded, and asked again with the next.

    Asking twice about one period sends nothing new while the first request is in time.
    """
    context.person()
    before = asked(context)
    running = {(one.provider, one.period) for one in before if one.state(_today(context)) == "open"}
    planned = [one for one in plan(context, label, providers=providers) if one.figures]
    made = []
    for request in planned:
        if (request.provider, label) in running:
            continue
        earlier = {
            period: figures
            for period, figures in still_open(before, request.provider).items()
            if period != label
        }
        to = _address(context, request.provider)
        _mail(context, request, earlier, to)
        _record(context, request, to)
        made.append(Sent(request, earlier, to))
    return made


def _about(connection: Connection, context: Context, register: Register) -> dict[str, AboutProvider]:
    stages = {case.subject: int(log.stage(case)) for case in cases.open_cases(connection)}
    features = read_features(connection, context.settings, context.now)
    named = {rule.indicator for rule in context.settings.requests.rule if rule.indicator}
    today = _today(context)
    about = {}
    for provider in register.providers:
        impact = impact_of(register, provider, on=today)
        at = features.subjects.get_indexer([provider])[0]
        values = {name: float(features.measured[name].value[at]) for name in named if at >= 0}
        about[provider] = AboutProvider(
            clients=impact.clients,
            is_sole_supplier=impact.hard_to_replace or impact.clients_with(0) > 0,
            stage=stages.get(provider, 0),
            values={name: value for name, value in values.items() if not isnan(value)},
        )
    return about


def _held(connection: Connection, context: Context, period: Period) -> dict[str, dict[str, str]]:
    """Provider -> figure -> who holds it: a source that told it, one that tells it each period, the lead office."""
    frame = observations.known_at(connection, context.now)
    said = frame[(frame["dimension"] == "{}") & (frame["value"].notna() | frame["text"].notna())]
    before = period.start - timedelta(days=1) if period.start else period.end
    now = said[said["period_end"] == period.end]
    regular = said[(said["period_end"] == before) & ~said["source"].isin(_OURS)]
    held: dict[str, dict[str, str]] = {}
    for part in (regular, now):
        for provider, figure, source in zip(part["subject"], part["indicator"], part["source"], strict=True):
            held.setdefault(str(provider), {})[str(figure)] = str(source)
    form = [figure.name for figure in context.settings.sources[FORM].figure]
    for provider, lead in _led_elsewhere(context, said).items():
        held[provider] = dict.fromkeys(form, f"leidend zorgkantoor {lead}")
    return held


def _led_elsewhere(context: Context, said: pd.DataFrame) -> dict[str, str]:
    office = context.settings.site.office
    ours = {*office.regions, office.name}
    rows = said[said["indicator"] == "leidend_zorgkantoor"].sort_values(["period_end", "known_at"])
    last = dict(zip(rows["subject"], rows["text"], strict=True))
    return {
        str(provider): lead for provider, lead in last.items() if isinstance(lead, str) and lead not in ours
    }


def _asked(event: Event, known: pd.DataFrame) -> Asked:
    detail = json.loads(event.detail)
    period = _period(str(detail["periode"]))
    rows = known[(known["subject"] == event.subject) & (known["period_end"] == period.end)]
    came = rows[rows["value"].notna() | rows["text"].notna()]
    return Asked(
        provider=event.subject,
        period=str(detail["periode"]),
        sent_on=event.occurred_on,
        due_on=date.fromisoformat(str(detail["uiterlijk"])),
        figures=tuple(str(detail["cijfers"]).split()),
        answered=frozenset(came["indicator"]),
        minutes=int(str(detail["minuten"])),
        sent_to=str(detail["aan"]),
    )


def _period(label: str) -> Period:
    found = read_period(label)
    if found is None:
        raise RefusedError(f"'{label}' is geen periode. Schrijf 2026-Q4, 2026-11 of 2026.")
    return found


def _today(context: Context) -> date:
    return context.now.astimezone(OFFICE_ZONE).date()


def _address(context: Context, provider: str) -> str:
    """The provider's own address where mail may go there; else the duty address, to pass it on."""
    with reading(context.engine) as connection:
        rows = observations.known_at(
            connection, context.now, subjects=[provider], indicators=["contactadres"]
        )
    texts = [text for text in rows.sort_values("period_end")["text"] if isinstance(text, str)]
    first = texts[-1].split(";")[0].strip() if texts else ""
    allowed = post.rota(context).allowed_domains
    return (
        first
        if is_address(first) and domain_of(first) in allowed
        else context.settings.site.office.duty_address
    )


def _mail(context: Context, request: Request, earlier: Mapping[str, tuple[str, ...]], to: str) -> None:
    folder = context.folder / "formulieren"
    periods = [request.period, *earlier]
    files = [
        path
        for period in periods
        for path in make_forms(context, period, folder, providers=[request.provider])
    ]
    labels = {figure.name: figure.column for figure in context.settings.sources[FORM].figure}
    rendered = Rendered(f"EWS uitvraag {request.period}", _text(context, request, earlier, labels), "")
    for path in files:
        rendered = rendered.with_attachment(Attachment(path.name, _XLSX, path.read_bytes()))
    message = post.message_from(
        rendered,
        about=f"uitvraag:{request.period}:{request.provider}",
        kind=MessageKind.SYSTEM,
        recipient=to,
        priority=Priority.NOTICE,
    )
    with writing(context.engine) as connection:
        outbox.enqueue(connection, [post.seal(context, message)], now=context.now)


def _text(
    context: Context, request: Request, earlier: Mapping[str, tuple[str, ...]], labels: Mapping[str, str]
) -> str:
    office, policy = context.settings.site.office, context.settings.requests
    due = due_day(_today(context), policy)
    lines = [
        f"{office.name} vraagt {request.provider} om de opgave over {request.period}, uiterlijk {due:%d-%m-%Y}.",
        f"Geschatte werklast: {request.minutes} minuten. Vul de gele cellen in en stuur het bestand terug.",
        *[f"Waarom zo: {reason}." for reason in request.rhythm.because],
        "",
        "Gevraagd:",
        *[f"- {labels[name]}" for name in request.figures],
    ]
    for period, figures in earlier.items():
        lines += ["", f"Nog open over {period}:", *[f"- {labels.get(name, name)}" for name in figures]]
    if request.held:
        lines += ["", "Niet gevraagd, want al bekend:"]
        lines += [f"- {labels[name]} ({source})" for name, source in request.held.items()]
    return "\n".join([*lines, "", office.contact]) + "\n"


def _record(context: Context, request: Request, to: str) -> None:
    row = {
        "KvK-nummer": parse_subject(request.provider).value,
        "Periode": request.period,
        "Verstuurd op": _today(context).isoformat(),
        "Cijfers": " ".join(request.figures),
        "Niet gevraagd": "; ".join(f"{name}: {source}" for name, source in request.held.items()),
        "Minuten": str(request.minutes),
        "Uiterlijk": due_day(_today(context), context.settings.requests).isoformat(),
        "Aan": to,
        "Door": context.actor.id,
    }
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(row), delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    take_in(context, SOURCE, text.getvalue(), suffix="csv")
