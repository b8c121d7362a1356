"""A replay, and two of them side by side, as people read it in a terminal."""

from collections.abc import Callable
from typing import Any

from ews.dutch import thousands
from ews.notify.words import LEVEL
from ews.scoring.model import Level

_UNIT = {"location": "locaties", "provider": "aanbieders"}
_WHY = {
    "no_data": "te weinig gegevens",
    "stale": "cijfers verouderd",
    "below_threshold": "onder de drempel",
    "muted": "gedempt",
}


def report_text(report: dict[str, Any]) -> str:
    """The figures in words, with what they do not show."""
    unit = _UNIT[report["unit"]]
    lines = [
        f"Terugblik {report['since']} t/m {report['until']}, {unit}, {_engine(report)}",
        f"  beoordeeld            {thousands(report['population'])} keer ({thousands(report['subjects'])} {unit})",
        (
            f"  gestopt binnen {report['horizon_months']} mnd  {thousands(report['failures'])} keer "
            f"({thousands(report['failed_subjects'])} {unit}); overgenomen {thousands(report['handed_over'])}, "
            f"afgewend {thousands(report['averted'])}: apart geteld"
        ),
        (
            f"  gewaarschuwd          {thousands(report['warned'])}, gemist {thousands(report['missed'])}, "
            f"voor niets {thousands(report['false_alarms'])}; "
            f"{_figure(report['alerts_per_100_years'], 0)} nieuwe waarschuwingen per 100 jaar volgen"
        ),
        f"  van de waarschuwingen klopte {_share(report['precision'])} ({_range(report['precision_interval'])})",
        (
            f"  rangorde (AUC)        {_figure(report['auc'])} ({_figures(report['intervals']['auc'])}); "
            "0,5 is toeval, 1 is volmaakt"
        ),
    ]
    lines += [
        f"  hoogste {_share(budget['share']):>4}          vindt {_share(budget['recall'])} "
        f"({_range(budget['recall_interval'])}) van wie stopte; {_share(budget['precision'])} daarvan stopte echt"
        for budget in report["budgets"]
    ]
    lines += [_lead(report["lead_time_months"]), *_naive(report), *_misses(report), *_false_alarms(report)]
    if report["not_judged"]:
        lines.append(f"  niet te beoordelen, te kort geleden: {', '.join(report['not_judged'])}")
    return "\n".join(lines)


def _engine(report: dict[str, Any]) -> str:
    engine = "scorekaart" if report["engine"] == "scorecard" else "model, per datum opnieuw geschat"
    return f"{engine}, gewaarschuwd vanaf {report['warned_from_label']}"


def _lead(lead: dict[str, Any]) -> str:
    if lead["median"] is None:
        return "  voorsprong            geen enkele waarschuwing stond nog toen het gebeurde"
    return (
        f"  voorsprong            mediaan {_figure(lead['median'], 1)} maanden "
        f"(een kwart korter dan {_figure(lead['p25'], 1)}, een kwart langer dan {_figure(lead['p75'], 1)}; "
        f"{lead['counted']} gevallen)"
    )


def _naive(report: dict[str, Any]) -> list[str]:
    names = {
        "regulator_risk": "risico volgens toezichthouder",
        "worst_grade": "laagste cijfer",
        "fewest_locations": "minste locaties",
    }
    lines = ["  ter vergelijking, zonder EWS (AUC):"]
    for name, peer in report["naive"].items():
        if name not in names and peer["auc"] is None:
            continue  # this register knows no such figure
        gain = report["beats_naive"][name]
        is_known = gain is not None and None not in gain["interval"]
        beside = f"; EWS {_signed(gain['auc_gain'])} ({_signs(gain['interval'])})" if is_known else ""
        lines.append(f"    {names.get(name, name.removeprefix('eigen:')):45} {_figure(peer['auc'])}{beside}")
    return lines


def _misses(report: dict[str, Any], *, shown: int = 10) -> list[str]:
    misses = report["misses"]
    if not misses:
        return []
    reasons = [miss["why"] for miss in misses]
    counted = ", ".join(f"{reasons.count(why)} {_WHY[why]}" for why in dict.fromkeys(reasons))
    lines = [f"  gemist bij de laatste beoordeling: {len(misses)} ({counted})"]
    lines += [
        f"    {miss['subject']} laatst gezien {miss['left_on']}: {_WHY[miss['why']]}"
        for miss in misses[:shown]
    ]
    return [*lines, f"    … alle {len(misses)} met --json"] if len(misses) > shown else lines


def _false_alarms(report: dict[str, Any], *, shown: int = 5) -> list[str]:
    named = report["false_alarms_by_name"]
    if not named:
        return []
    lines = [f"  voor niets gewaarschuwd: {len(named)}"]
    lines += [
        f"    {one['subject']} {one['first']} t/m {one['last']}, {one['times']} keer, hoogst {LEVEL[Level(one['level'])]}"
        for one in named[:shown]
    ]
    return [*lines, f"    … alle {len(named)} met --json"] if len(named) > shown else lines


_VERDICT = {
    True: "De nieuwe regels vinden aantoonbaar meer.",
    False: "De nieuwe regels vinden aantoonbaar minder.",
    None: "Een verschil is niet aantoonbaar: het interval bevat nul.",
}


def comparison_text(report: dict[str, Any]) -> str:
    """Old beside new, who is found and who is lost, and what differs in the files."""
    unit = _UNIT[report["unit"]]
    names = report["names"]
    lines = [
        f"Terugblik {report['since']} t/m {report['until']}, {unit}: {names['old']} naast {names['new']}",
        f"  {'':34}{'oud':>10}{'nieuw':>10}",
        *_beside(report["old"], report["new"]),
        f"  {_VERDICT[report['better']]}",
        f"  nu wel gezien: {_subjects(report['found'])}",
        f"  niet meer gezien: {_subjects(report['lost'])}",
        f"  bij wie bleef leveren: {report['quieter']} waarschuwingen minder, {report['louder']} meer",
        "  verschil in de regels:",
        *(f"    {line}" for line in report["differences"] or ["geen"]),
    ]
    return "\n".join(lines)


def _beside(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    shown: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        ("gewaarschuwd van wie stopte", lambda one: thousands(one["warned"])),
        ("gemist", lambda one: thousands(one["missed"])),
        ("voor niets", lambda one: thousands(one["false_alarms"])),
        ("klopte van de waarschuwingen", lambda one: _share(one["precision"])),
        ("rangorde (AUC)", lambda one: _figure(one["auc"])),
        ("nieuwe waarschuwingen / 100 jaar", lambda one: _figure(one["alerts_per_100_years"], 0)),
        ("voorsprong, mediaan in maanden", lambda one: _figure(one["lead_time_months"]["median"], 1)),
    ]
    return [f"  {label:34}{show(old):>10}{show(new):>10}" for label, show in shown]


def _subjects(moved: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['subject']} (laatst gezien {one['left_on']})" for one in moved) or "niemand"


def _figure(value: float | None, digits: int = 3) -> str:
    return "onbekend" if value is None else f"{value:.{digits}f}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace(".", ",")


def _signs(pair: list[float]) -> str:
    return f"{_signed(pair[0])} tot {_signed(pair[1])}"


def _figures(pair: list[float]) -> str:
    return f"{_figure(pair[0])} tot {_figure(pair[1])}"


def _share(value: float | None) -> str:
    return "onbekend" if value is None else f"{100 * value:.0f}%"


def _range(pair: list[float | None]) -> str:
    return f"{_share(pair[0])} tot {_share(pair[1])}"
