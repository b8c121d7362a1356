"""Silences in Dutch: one sentence for each."""

from typing import Any

from ews.alerts.model import ChangeReason
from ews.alerts.silence import Silence
from ews.jobs.why_not import PersonAnswer, WhyNot
from ews.notify.routing import SkipReason
from ews.notify.words import LEVEL, day
from ews.scoring.model import Level
from ews.scoring.words import long_date

_CHANGE = {
    ChangeReason.OPENED: "waarschuwing geopend",
    ChangeReason.RAISED: "verhoogd",
    ChangeReason.LOWERED: "verlaagd",
    ChangeReason.REPEATED: "herhaald",
    ChangeReason.ACKNOWLEDGED: "ontvangst bevestigd",
    ChangeReason.REESCALATED: "opnieuw naar boven gebracht",
    ChangeReason.CLEARED: "afgesloten",
}
_SKIPPED = {
    SkipReason.NO_ROUTE: "de rol krijgt dit soort bericht niet (recipients.toml)",
    SkipReason.LEVEL_TOO_LOW: "de rol hoort pas vanaf een hoger niveau (recipients.toml)",
    SkipReason.OTHER_REGION: "werkt niet voor deze regio (people.toml)",
    SkipReason.OTHER_SECTOR: "werkt niet voor deze sector (people.toml)",
    SkipReason.AWAY: "is afwezig; de vervanger krijgt het (people.toml)",
    SkipReason.NOT_ON_CALL: "een ander heeft de beurt voor deze rol (recipients.toml)",
    SkipReason.BAD_ADDRESS: "heeft geen bruikbaar adres (people.toml)",
    SkipReason.DOMAIN_NOT_ALLOWED: "adres ligt buiten [smtp] allowed_domains (settings.toml)",
    SkipReason.SAME_ADDRESS: "deelt een adres met iemand die het al kreeg",
}
LISTED, LISTED_REPLY = "verteld in een verzamelbericht", "in verzamelbericht"
_STATE = {
    "sent": "verstuurd",
    "queued": "staat klaar",
    "sending": "wordt verstuurd",
    "deferred": "uitgesteld door de mailserver",
    "refused": "geweigerd door de mailserver",
    "bounced": "teruggekomen",
    "unknown": "uitkomst onbekend, wordt opnieuw geprobeerd",
    "parked": "geparkeerd na een fout",
    "cancelled": "ingetrokken",
}


def document(found: WhyNot) -> dict[str, Any]:
    """The answer for scripts."""
    return {
        "subject": found.subject,
        "as_of": found.moment.isoformat(),
        "level": found.assessment.level.value if found.assessment else None,
        "points": found.assessment.points if found.assessment else None,
        "held": found.held.value if found.held else None,
        "silence": found.silence.value if found.silence else None,
        "sentence": _silence(found),
        "carried_until": found.carried_until.isoformat() if found.carried_until else None,
        "mute": found.mute.id if found.mute else None,
        "changes": [
            {"change": one.id, "at": one.at.isoformat(), "reason": one.reason.value, "level": one.after.value}
            for one in found.changes
        ],
        "people": [
            {
                "person": one.person,
                "told": [{"state": told.state, "at": told.queued_at.isoformat()} for told in one.told],
                "skipped": one.skipped.value if one.skipped else None,
                "sentence": _person(one),
            }
            for one in found.people
        ],
    }


def page(found: WhyNot) -> str:
    """The answer for people."""
    made = found.assessment
    level = (
        f"{LEVEL[made.level]}, {made.points} punten (beoordeeld {long_date(day(made.as_of))})"
        if made
        else "niet beoordeeld"
    )
    lines = [
        f"{found.name} · {found.subject} · op {long_date(day(found.moment))}",
        f"  Niveau         {level}",
        f"  Waarschuwing   {LEVEL[found.held] if found.held else 'geen open'}",
        f"  Waarom stil?   {_silence(found)}",
    ]
    if found.changes:
        lines += ["  Verloop"] + [
            f"    {day(one.at).isoformat()}  {_CHANGE[one.reason]}: {LEVEL[one.before]} → {LEVEL[one.after]}"
            for one in found.changes[-10:]
        ]
    if found.people:
        lines += ["  Wie hoorde de laatste verandering?"] + [
            f"    {one.person:<16}{_person(one)}" for one in found.people
        ]
    return "\n".join(lines)


def _silence(found: WhyNot) -> str:
    made, first = found.assessment, found.card.cutoff(Level.ELEVATED)
    points = made.points if made else 0
    coverage = f"{100 * made.coverage:.0f} %" if made else ""
    mute = f"stilte {found.mute.id}: {found.mute.reason} ({found.mute.author})" if found.mute else ""
    sentences = {
        None: "er was die dag wel een verandering; zie het verloop",
        Silence.NOT_ASSESSED: "nog niet beoordeeld op dat moment",
        Silence.BELOW: f"{points} punten halen de eerste grens niet ({LEVEL[Level.ELEVATED]} vanaf {first.raise_at})",
        Silence.UNKNOWN: f"te weinig cijfers ({coverage} van de verwachte): onbekend opent geen waarschuwing, en verlaagt er geen",
        Silence.UNCHANGED: "de open waarschuwing staat zoals zij is verteld; er was geen herinnering aan de beurt",
        Silence.HELD: "de punten daalden, maar nog niet ver of lang genoeg onder de ondergrens, of er ontbreken cijfers",
        Silence.ACKNOWLEDGED: _carried(found),
        Silence.INHIBITED: f"de open waarschuwing van {found.speaks} spreekt ook voor deze locatie",
        Silence.CONCERN: f"de waarschuwing van {found.speaks} spreekt voor dit concern; de zaak loopt wel",
        Silence.MUTED: mute,
    }
    return sentences[found.silence]


def _carried(found: WhyNot) -> str:
    who = f"de {found.carried_by}" if found.carried_by else "iemand"
    until = f" tot {long_date(day(found.carried_until))}" if found.carried_until else ""
    return f"{who} bevestigde ontvangst en draagt de waarschuwing{until}; daarna gaat zij opnieuw naar boven"


def _person(one: PersonAnswer) -> str:
    if one.told:
        last = one.told[-1]
        said = LISTED if last.reply.startswith(LISTED_REPLY) else _STATE[last.state]
        return f"{said}, klaargezet {last.queued_at:%Y-%m-%d %H:%M} UTC"
    if one.quiet:
        return "stil gehouden: een ander lid van het concern sprak ervoor"
    return _SKIPPED[one.skipped] if one.skipped else "geen bericht gemaakt over deze verandering"
