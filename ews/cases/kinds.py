"""The closed lists of a case: stages, parties, means, kinds of alternatives and decisions."""

from enum import IntEnum, StrEnum


class Stage(IntEnum):
    """0 regulier to 6 nazorg en evaluatie; what each asks stands in config/escalation.toml."""

    REGULAR = 0
    ATTENTION = 1
    INVESTIGATION = 2
    THREATENED = 3
    CRISIS = 4
    OVERMACHT = 5
    AFTERCARE = 6


class Party(StrEnum):
    """Whom was spoken to. The board counts for the clock, an officer or planner does not."""

    BOARD = "bestuur"
    SUPERVISORY_BOARD = "raad_van_toezicht"
    PROVIDER = "aanbieder"
    OTHER_PROVIDER = "andere_aanbieder"
    ZORGKANTOOR = "zorgkantoor"
    INSURER = "zorgverzekeraar"
    MUNICIPALITY = "gemeente"
    NZA = "nza"
    IGJ = "igj"
    FINANCIER = "financier"
    CURATOR = "curator"
    BEWINDVOERDER = "bewindvoerder"
    CLIENTS = "clientenraad"
    COMMITTEE = "risicocommissie"
    OTHER = "overig"


class Means(StrEnum):
    FINANCIAL = "financieel"
    NON_FINANCIAL = "niet_financieel"


class AlternativeKind(StrEnum):
    """The first four are item 8a of the overmachtsmelding (buying elsewhere), the last four item 8b."""

    PROCUREMENT = "inkoop"
    TAKEOVER = "overname_ter_plaatse"
    OTHER_FORM = "andere_leveringsvorm"
    OTHER_REGION = "andere_regio"
    PARTICIPATE = "participeren"
    INVEST = "investeren"
    DELIVER = "zelf_verlenen"
    INTEGRATE = "verticale_integratie"

    @property
    def is_own_provision(self) -> bool:
        """Item 8b: providing the care oneself."""
        return self in {self.PARTICIPATE, self.INVEST, self.DELIVER, self.INTEGRATE}


class AnswerOutcome(StrEnum):
    YES = "ja"
    PARTLY = "gedeeltelijk"
    NO = "nee"
    NONE = "geen_antwoord"
    """Asked, reminded, and closed without an answer."""


class DecisionKind(StrEnum):
    EWS_MELDING = "ews_melding"
    OVERMACHT = "overmacht"
    """Is it foreseeable that zorgplicht can't be met (Regeling meldplicht art. 4)? Independent of the stage."""
    NOODZAKELIJKHEID = "noodzakelijkheid"
    BETALING = "betaling"
    CONTRACTEINDE = "contracteinde"
    OVERRIDE = "override"
    COMMITTEE = "risicocommissie"
    CONTRACT = "contract"
    """Tariff, advance, contract or admission: a level never decides these by itself."""
    CLOSE = "sluiten"


class NoticeKind(StrEnum):
    EWS_MELDING = "ews_melding"
    OVERMACHTSMELDING = "overmachtsmelding"


class TransferState(StrEnum):
    PLANNED = "gepland"
    OFFERED = "aangeboden"
    DECLINED = "afgewezen"
    AGREED = "akkoord"
    MOVED = "verhuisd"
    STUCK = "vastgelopen"
    CHECKED = "gecontroleerd"
    """Four weeks after the move."""
