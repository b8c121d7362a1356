"""What a case can owe, and what can be wrong with it: the closed lists and the lines of both."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DutyKind(StrEnum):
    EWS_DECISION = "ews_besluit"
    EWS_MELDING = "ews_melding_versturen"
    OVERMACHT = "overmachtsvraag"
    OVERMACHTSMELDING = "overmachtsmelding_versturen"
    COMMITTEE = "risicocommissie"
    NECESSITY = "noodzakelijkheidsbesluit"
    CRISIS_ORGANISATION = "crisisorganisatie"
    COORDINATION = "regie"
    SITUATION = "situatierapport"
    PAYMENT = "betaalbesluit"
    RAISED = "agendering"


class WarningKind(StrEnum):
    NO_EWS_MELDING = "geen_ews_melding"
    ONLY_MONEY = "alleen_geld"
    STALLED = "stilgevallen"
    AGREEMENT_BROKEN = "afspraak_niet_nagekomen"
    FIGURES_MISSING = "cijfers_niet_ontvangen"
    ANSWER_LATE = "antwoord_te_laat"
    COUNTS_DIFFER = "telling_verschilt"
    COUNT_DUE = "telling_te_oud"
    STUCK = "verhuizing_vastgelopen"
    NOT_CHECKED = "verhuizing_niet_gecontroleerd"
    PHONE_STALE = "telefoonnummer_niet_bevestigd"
    NO_DEPUTY = "geen_vervanger"
    ACKNOWLEDGEMENT_ENDED = "bevestiging_verlopen"


@dataclass(frozen=True, slots=True)
class Duty:
    """A decision or act that the case can't do without, and the day by which."""

    kind: DutyKind
    due_on: date
    text: str
    """One Dutch sentence."""

    def is_late(self, today: date) -> bool:
        return self.due_on < today


@dataclass(frozen=True, slots=True)
class CaseWarning:
    kind: WarningKind
    text: str
