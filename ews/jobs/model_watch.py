"""Watching figures, models and alerts: what moved since a year ago. It is told, and changes nothing by itself."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ews.jobs import post
from ews.jobs.attention import attention_lines, attention_now
from ews.jobs.model_use import challenge_lines, models_in_use
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.scoring import read_features
from ews.notify.views import SystemView
from ews.notify.words import short_day
from ews.scoring.card import cards_on
from ews.scoring.drift import AlertRate, Verdict, WatchPlan, alert_rate
from ews.scoring.scorecard import Scored, score
from ews.scoring.watch import Watched, card_lines, card_total
from ews.store import audit, models
from ews.store.engine import reading, writing

_MONTH = timedelta(days=30.4375)
_WEEK = timedelta(days=7)


def watch(context: Context) -> dict[str, Any]:
    """Hold this moment beside a year ago, record what is found, and tell the analyst what moved.

    Returns `{"at", "watched", "too_few", "shifted": […], "alerts", "models": […]}`.
    """
    found = look(context)
    with writing(context.engine) as connection:
        models.record_watch(connection, found, at=context.now)
        audit.append(
            connection,
            context.actor,
            "model.watched",
            context.now.isoformat(),
            {"watched": found["watched"], "shifted": len(found["shifted"]), "too_few": found["too_few"]},
            now=context.now,
        )
        if _has_moved(found):
            post.trouble(connection, context, _told(context, found), about=f"watch:{context.now:%Y-%m}")
    return found


def _has_moved(found: Mapping[str, Any]) -> bool:
    verdicts = [found["alerts"]["verdict"], *(one["verdict"] for one in found["models"])]
    return bool(found["shifted"]) or Verdict.SHIFTED in verdicts


def look(context: Context) -> dict[str, Any]:
    """The same without recording or telling."""
    plan = context.settings.model.watch
    with reading(context.engine) as connection:
        now, then = (
            _cards(connection, context, moment)
            for moment in (context.now, context.now - plan.months_back * _MONTH)
        )
        rate = _alert_rate(connection, context.now, plan)
        signed = [asdict(one) for one in attention_now(connection, context)]
    lines = [one for a, b in zip(then, now, strict=True) for one in card_lines(a, b, plan)]
    totals = {b.card.id: asdict(card_total(a, b, plan)) for a, b in zip(then, now, strict=True)}
    in_use = models_in_use(context)
    lines += [one for model in in_use for one in model.watched]
    return {
        "at": context.now.isoformat(),
        "watched": len(lines),
        "too_few": sum(one.verdict is Verdict.TOO_FEW for one in lines),
        "shifted": [_plain(one) for one in lines if one.verdict is Verdict.SHIFTED],
        "totals": totals,
        "alerts": asdict(rate),
        "models": [model.plain() for model in in_use],
        "challenge": challenge_lines(context),
        "attention": signed,
    }


def _cards(connection: Connection, context: Context, moment: datetime) -> list[Scored]:
    """The cards of today on what was known at a moment: only the figures differ."""
    settings = context.settings
    features = read_features(connection, settings, moment)
    cards = cards_on(settings.scorecards, context.now.astimezone(OFFICE_ZONE).date())
    return [score(features, card, settings.indicators) for card in cards.card]


def _alert_rate(connection: Connection, now: datetime, plan: WatchPlan) -> AlertRate:
    begin = now - _WEEK
    return alert_rate(
        models.alerts_opened(connection, since=begin, until=now),
        models.alerts_opened(connection, since=begin - plan.alert_weeks * _WEEK, until=begin),
        plan,
    )


def _plain(one: Watched) -> dict[str, Any]:
    return {
        "what": one.what,
        "psi": round(one.shift.psi, 3),
        "then": list(one.shift.then),
        "now": list(one.shift.now),
        "missing_then": list(one.missing.then),
        "missing_now": list(one.missing.now),
        "moved": one.shift.verdict is Verdict.SHIFTED,
        "missing": one.missing.verdict is Verdict.SHIFTED,
    }


def watch_lines(connection: Connection, *, until: datetime) -> tuple[str, ...]:
    """What the last watch found, in Dutch, for the weekly digest; none when it never looked."""
    last = models.last_watch(connection, until=until)
    return lines_of(*last, until=until) if last else ()


def lines_of(at: datetime, found: Mapping[str, Any], *, until: datetime) -> tuple[str, ...]:
    """One watch in Dutch sentences."""
    first = (
        f"Bewaking van {short_day(at.astimezone(OFFICE_ZONE).date(), today=until.astimezone(OFFICE_ZONE).date())}: "
        f"{found['watched']} cijfers naast een jaar eerder gelegd, {len(found['shifted'])} verschoven, "
        f"{found['too_few']} te weinig om iets te zeggen."
    )
    return (
        first,
        *map(_line, found["shifted"]),
        *_alert_line(found["alerts"]),
        *_came_lines(found["models"]),
        *found["challenge"],
        *attention_lines(found["attention"]),
    )


def _line(one: Mapping[str, Any]) -> str:
    parts = []
    if one["moved"]:
        parts.append(
            f"verdeling verschoven (PSI {one['psi']:.2f}".replace(".", ",")
            + f"; toen {', '.join(map(str, one['then']))}, nu {', '.join(map(str, one['now']))})"
        )
    if one["missing"]:
        (lacked, of), (lacks, now_of) = one["missing_then"], one["missing_now"]
        parts.append(f"ontbrak {lacked} van {of}, ontbreekt {lacks} van {now_of}")
    return f"{one['what']}: {'; '.join(parts)}."


def _alert_line(rate: Mapping[str, Any]) -> tuple[str, ...]:
    if rate["verdict"] != Verdict.SHIFTED:
        return ()
    return (
        f"Nieuwe waarschuwingen: {rate['now']} deze week, {rate['before']} in de {rate['weeks']} weken ervoor.",
    )


def _came_lines(found: list[Mapping[str, Any]]) -> list[str]:
    words = {
        Verdict.SHIFTED: "dat is te ver uit elkaar",
        Verdict.STEADY: "dat past bij elkaar",
        Verdict.TOO_FEW: "te weinig gevallen om iets te zeggen",
    }
    return [
        f"Model {one['model']}: een jaar terug verwacht {one['expected']:.1f}, gekomen {one['observed']}: ".replace(
            ".", ","
        )
        + f"{words[Verdict(one['verdict'])]}."
        for one in found
    ]


def _told(context: Context, found: Mapping[str, Any]) -> SystemView:
    return SystemView(
        topic="cijfers of model verschoven",
        what=f"{len(found['shifted'])} van de {found['watched']} cijfers liggen anders dan een jaar geleden.",
        consequence="Er is niets veranderd: punten, grenzen en model blijven zoals ze zijn.",
        actions=("Kijk of de bron of de wereld veranderde: ews model watch --json",),
        details=(
            *map(_line, found["shifted"][:20]),
            *_alert_line(found["alerts"]),
            *_came_lines(found["models"]),
        ),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
