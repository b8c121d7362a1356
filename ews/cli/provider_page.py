"""A provider or location as text that an officer reads, and as the document that scripts rely on."""

from typing import Any

from ews.cli.stake import stake, stake_document
from ews.jobs.expected import OwedFigure
from ews.jobs.provider import SubjectView
from ews.notify.words import CONFIDENCE, LEVEL, day
from ews.scoring.model import ABSENT, Horizon, Level, Reason
from ews.scoring.words import long_date
from ews.signals.expected import FigureState
from ews.signals.warned import Warning

_HORIZON = {
    Horizon.SHORT: "binnen 3 maanden",
    Horizon.MEDIUM: "3 tot 12 maanden",
    Horizon.LONG: "12 tot 36 maanden",
}
_TREND_POINTS = 12
_SOURCES_SHOWN = 2
_FIGURES_SHOWN = 6


def document(view: SubjectView) -> dict[str, Any]:
    """The shape of `provider show --json`."""
    made = view.assessment
    return {
        "subject": view.subject,
        "name": view.name,
        "as_of": made.as_of.isoformat(),
        "assessment": {
            "level": made.level.value,
            "held": view.held.held.value if view.held else None,
            "since": view.held.last_change_at.isoformat() if view.held else None,
            "horizons": {
                horizon.value: {"level": level.value, "points": made.horizon_points[horizon]}
                for horizon, level in made.horizons.items()
            },
            "points": made.points,
            "probability": made.probability,
            "reasons": [_reason_document(reason, view) for reason in made.reasons],
            "confidence": made.confidence.value,
            "coverage": made.coverage,
            "versions": made.versions,
        },
        "trend": [
            {"as_of": at.isoformat(), "points": points, "level": level.value}
            for at, points, level in view.trend
        ],
        "counterfactual": view.remedy or None,
        "impact": stake_document(view.impact),
        "owed": [_owed_document(one) for one in view.owed],
        "warned": _warned_document(view.warned) if view.warned else None,
        "locations": [
            {"subject": one, "name": name, "level": level.value if level else None, "points": points}
            for one, name, level, points in view.locations
        ],
    }


def _owed_document(one: OwedFigure) -> dict[str, Any]:
    return {
        "source": one.source,
        "figure": one.figure,
        "state": one.state.value,
        "period_end": one.period_end.isoformat() if one.period_end else None,
        "exempt_until": one.exemption.until.isoformat() if one.exemption else None,
        "exempt_because": one.exemption.reason if one.exemption else None,
    }


def _warned_document(told: Warning) -> dict[str, Any]:
    return {
        "verdict": told.verdict.value,
        "warned_on": told.warned_on.isoformat() if told.warned_on else None,
        "knew_on": told.knew_on.isoformat() if told.knew_on else None,
        "breach": told.is_breach,
    }


def _reason_document(reason: Reason, view: SubjectView) -> dict[str, Any]:
    return {
        "indicator": reason.indicator,
        "kind": reason.kind.value,
        "points": reason.points,
        "horizons": [horizon.value for horizon in reason.horizons],
        "value": reason.value,
        "norm": reason.norm,
        "period": reason.period,
        "text": reason.text,
        "spread": _spread(view, reason) or None,
        "observations": [
            {
                "delivery": row.delivery,
                "source": row.source,
                "file": view.files.get(row.delivery, ("", ""))[0],
                "sha256": view.files.get(row.delivery, ("", ""))[1],
                "row": row.row,
                "known_at": row.known_at.isoformat(),
            }
            for row in reason.observations
        ],
    }


def page(view: SubjectView) -> str:
    """The page as text: first what and since when, then the sum, then how sure and what would help."""
    helps = f"Wat zou helpen? {view.remedy}" if view.remedy else ""
    parts = [
        _head(view),
        _reasons(view),
        helps,
        _horizons(view),
        _certainty(view),
        _owed(view),
        _warned(view),
        _changed(view),
        _trend(view),
    ]
    return "\n\n".join(
        part for part in [*parts, stake(view.impact), _locations(view), _versions(view)] if part
    )


def _head(view: SubjectView) -> str:
    made = view.assessment
    since = ""
    if view.held:
        held = view.held.held
        same = "" if held is made.level else f" (waarschuwing staat nog op {LEVEL[held]})"
        since = f" · sinds {long_date(day(view.held.last_change_at))}{same}"
    where = " · ".join(
        part for part in (view.kind, view.sector, view.region and f"regio {view.region}") if part
    )
    return (
        f"{view.name} · {view.subject}\n{where}\n"
        f"Niveau {LEVEL[made.level].upper()} met {made.points} punten op {long_date(day(made.as_of))}{since}"
    )


def _reasons(view: SubjectView) -> str:
    made = view.assessment
    if not made.reasons:
        return "Waarom? Geen enkele regel geeft punten."
    lines = ["Waarom?"]
    for reason in made.reasons:
        lines.append(f"  {reason.points:+4d}  {reason.text}")
        told = " · ".join(part for part in (reason.norm, reason.period, _spread(view, reason)) if part)
        if told:
            lines.append(f"        {told}")
        lines += [f"        {line}" for line in _sources(reason, view)]
    cutoffs = " · ".join(
        f"{LEVEL[one.level]} vanaf {one.raise_at}, weg onder {one.clear_below}" for one in view.card.cutoffs
    )
    return "\n".join([*lines, f"  ────  {made.points} punten ({cutoffs})"])


def _spread(view: SubjectView, reason: Reason) -> str:
    found = None if reason.kind in ABSENT else view.spread.get(reason.indicator)
    return f"{found.breadth}: {found.showing} van {found.comparable}" if found else ""


def _sources(reason: Reason, view: SubjectView) -> list[str]:
    shown = [
        f"bron: {view.files.get(row.delivery, (row.source, ''))[0]}, rij {row.row}, bekend {long_date(day(row.known_at))}"
        for row in reason.observations[:_SOURCES_SHOWN]
    ]
    more = len(reason.observations) - len(shown)
    return [*shown, f"en {more} rij(en) meer"] if more else shown


def _horizons(view: SubjectView) -> str:
    made = view.assessment
    return "\n".join(
        ["Per termijn"]
        + [
            f"  {_HORIZON[one]:<20}{LEVEL[level]:<10}{made.horizon_points[one]:>4} punten"
            for one, level in sorted(made.horizons.items(), key=lambda part: list(Horizon).index(part[0]))
        ]
    )


def _certainty(view: SubjectView) -> str:
    made = view.assessment
    return (
        f"Hoe zeker? {CONFIDENCE[made.confidence].capitalize()}: {made.coverage:.0%} van de verwachte cijfers is er en "
        "is actueel.".replace("%", " %")
        + _chance(view)
    )


def _chance(view: SubjectView) -> str:
    """What a model says beside the points, only where it may speak; and that it should have, where it broke."""
    made = view.assessment
    if made.versions.get("model") == "degraded":
        return "\nHet model viel uit bij deze beoordeling: de scorekaart geldt."
    if made.probability is None:
        return ""
    chance = f"{100 * made.probability:.1f}".replace(".", ",")
    return f"\nKans van stoppen binnen een jaar volgens het model: {chance} %. Het model adviseert; punten en niveau staan los."


def _changed(view: SubjectView) -> str:
    if view.before is None:
        return ""
    before, now = view.before.parts(), view.assessment.parts()
    added = [one for one in view.assessment.reasons if _key(one) in now - before]
    gone = [one for one in view.before.reasons if _key(one) in before - now]
    lines = [f"  erbij {one.points:+4d}  {one.text}" for one in added]
    lines += [f"  weg   {-one.points:+4d}  {one.text}" for one in gone]
    head = f"Veranderd sinds {long_date(day(view.before.as_of))} (toen {view.before.points} punten, {LEVEL[view.before.level]})"
    return "\n".join([head, *lines])


def _key(reason: Reason) -> tuple[str, str, int]:
    return reason.indicator, reason.kind.value, reason.points


def _trend(view: SubjectView) -> str:
    if len(view.trend) < 2:
        return ""
    shown = view.trend[-_TREND_POINTS:]
    return "\n".join(
        ["Verloop"] + [f"  {day(at).isoformat()}  {points:>4}  {LEVEL[level]}" for at, points, level in shown]
    )


def _owed(view: SubjectView) -> str:
    """By source and state: a return that is late is one line, not thirty."""
    if not view.owed:
        return ""
    lines = ["Cijfers die er niet (op tijd) zijn"]
    groups: dict[tuple[str, FigureState, str], list[str]] = {}
    for one in view.owed:
        why = f" tot en met {one.exemption.until}: {one.exemption.reason}" if one.exemption else ""
        groups.setdefault((one.source, one.state, why), []).append(one.figure)
    for (source, state, why), figures in groups.items():
        shown = ", ".join(figures[:_FIGURES_SHOWN])
        more = f" en {len(figures) - _FIGURES_SHOWN} meer" if len(figures) > _FIGURES_SHOWN else ""
        lines.append(f"  {state.replace('_', ' '):<12}{source}: {shown}{more}{why}")
    return "\n".join(lines)


def _warned(view: SubjectView) -> str:
    told = view.warned
    if told is None:
        return ""
    breach = (
        " De overeenkomst vraagt hem (dreigende) discontinuïteit zelf te melden: bespreek dit."
        if told.is_breach
        else ""
    )
    ours = (
        f"onze waarschuwing is van {long_date(told.knew_on)}"
        if told.knew_on
        else "wij hadden geen waarschuwing"
    )
    own = f"op {long_date(told.warned_on)}" if told.warned_on else "niet"
    return f"Waarschuwde de aanbieder zelf? {own[0].upper()}{own[1:]}; {ours}.{breach}"


def _locations(view: SubjectView) -> str:
    if not view.locations:
        return f"Aanbieder: {view.provider}" if view.provider != view.subject else ""
    worst = sorted(view.locations, key=lambda one: (-(one[3] or 0), one[0]))
    return "\n".join(
        [f"Locaties ({len(worst)})"]
        + [
            f"  {LEVEL[level or Level.UNKNOWN]:<10}{points if points is not None else '-':>4}  {name} ({one})"
            for one, name, level, points in worst[:20]
        ]
    )


def _versions(view: SubjectView) -> str:
    versions = view.assessment.versions
    return f"Puntenkaart {versions['scorecard']}, configuratie {versions['config'][:12]}, ews {versions['engine']}"
