"""Cases to draft notices from: one that is good in every item, and ways to spoil it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ews.cases.entries import (
    Alternative,
    Answer,
    Contact,
    Decision,
    Measure,
    MeasureEffect,
    Notice,
    Opening,
    Places,
    ProviderView,
    StageChange,
    Statement,
    What,
)
from ews.cases.kinds import AlternativeKind, AnswerOutcome, DecisionKind, Means, NoticeKind, Party
from ews.cases.model import CaseFile, Entry
from ews.cases.moves import PlanOutcome
from ews.dossier.assemble import Letter, assemble
from ews.dossier.model import Dossier, EvidenceLine, Ref, Sender
from ews.dossier.record import CaseFacts, ClientLine, ProviderFacts, Risk, RiskReason, Stated
from ews.regulation import DossierKind, Obligation
from ews.settings.load import load

SETTINGS = load(Path("/nonexistent"))
OVERMACHT = SETTINGS.regulations["regeling_meldplicht_continuiteit_cruciale_zorg/2015-01-01"]
EWS = SETTINGS.regulations["werkafspraken_ews/2019-01-01"]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LOG = 40
"""Evidence number of the extract of the log."""


def entry(
    number: int, what: What, on: date, *, evidence: tuple[int, ...] = (), second: str | None = None
) -> Entry:
    recorded = datetime(on.year, on.month, on.day, 16, 0, tzinfo=UTC)
    return Entry(number, on, recorded, "officier", what, second=second, evidence=evidence)


def statement(number: int, fact: str, text: str, evidence: tuple[int, ...] = (), quoted: str = "") -> Entry:
    return entry(
        number, Statement(fact, quoted_from=quoted, text=text), date(2026, 11, 16), evidence=evidence
    )


def alternative(
    number: int, kind: AlternativeKind, name: str, places: int, evidence: tuple[int, ...]
) -> Entry:
    what = Alternative(
        kind, (Places("VG7", places),) if places else (), date(2026, 11, 14), organisation=name
    )
    return entry(number, what, date(2026, 11, 3), evidence=evidence)


def answer(
    number: int, of: int, outcome: AnswerOutcome, evidence: tuple[int, ...], *, places: int = 0
) -> Entry:
    offered = (Places("VG7", places),) if places else ()
    what = Answer(
        of,
        outcome,
        offered,
        why_not_short="Geen gekwalificeerd personeel beschikbaar voor deze doelgroep.",
        why_not_middle="Uitbreiding vraagt nieuwbouw en is niet binnen een jaar gereed.",
    )
    return entry(number, what, date(2026, 11, 16), evidence=evidence)


ENTRIES: tuple[Entry, ...] = (
    entry(1, Opening("alert", "high", 50, 7), date(2026, 5, 12)),
    entry(
        2,
        Contact(Party.BOARD, "gesprek", "Stichting De Wilgenhof", "bestuurder", "", "Liquiditeit besproken."),
        date(2026, 6, 3),
        evidence=(1,),
    ),
    entry(3, StageChange(2, 3), date(2026, 9, 3), second="teamleider"),
    entry(
        4,
        Decision(DecisionKind.EWS_MELDING, "melden", reason="Stap 3 bereikt."),
        date(2026, 9, 4),
        evidence=(2,),
        second="teamleider",
    ),
    entry(5, Notice(NoticeKind.EWS_MELDING, "NZa-2026-77"), date(2026, 9, 7), evidence=(3,)),
    entry(
        6,
        ProviderView("De liquiditeit reikt nog drie weken.", "De bank beslist in december."),
        date(2026, 10, 1),
        evidence=(1,),
    ),
    entry(
        7,
        Measure(
            Means.FINANCIAL, 1, date(2026, 9, 15), cost_eurocent=25_000_000, text="Bevoorschotting verhoogd."
        ),
        date(2026, 9, 15),
        evidence=(4,),
    ),
    entry(8, MeasureEffect(7, text="Uitstel van zes weken."), date(2026, 10, 30)),
    entry(
        9,
        Measure(Means.NON_FINANCIAL, 2, date(2026, 10, 20), text="Zorgbemiddelaars op locatie ingezet."),
        date(2026, 10, 20),
        evidence=(5,),
    ),
    entry(10, MeasureEffect(9, text="Negen cliënten bemiddeld."), date(2026, 11, 10)),
    alternative(11, AlternativeKind.PROCUREMENT, "Stichting Noorderlicht", 22, (6,)),
    answer(12, 11, AnswerOutcome.PARTLY, (7,), places=4),
    alternative(13, AlternativeKind.TAKEOVER, "Zorggroep Zuid", 34, (8,)),
    answer(14, 13, AnswerOutcome.NO, (9,)),
    alternative(15, AlternativeKind.PARTICIPATE, "", 0, (10,)),
    answer(16, 15, AnswerOutcome.NO, (10,)),
    alternative(17, AlternativeKind.INVEST, "", 0, (10,)),
    answer(18, 17, AnswerOutcome.NO, (10,)),
    alternative(19, AlternativeKind.DELIVER, "", 0, (10,)),
    answer(20, 19, AnswerOutcome.NO, (10,)),
    entry(
        21,
        Decision(
            DecisionKind.OVERMACHT,
            "ja",
            foreseeable_on=date(2026, 11, 17),
            reason="Alle alternatieven zijn gesloten.",
        ),
        date(2026, 11, 18),
        evidence=(11,),
        second="teamleider",
    ),
    entry(22, PlanOutcome(143, 109, (("VG7", 34, "geen capaciteit"),)), date(2026, 11, 12), evidence=(12,)),
    statement(23, "aanbieder_adres", "Wilgenlaan 1, 5211 AB 's-Hertogenbosch", (13,)),
    statement(24, "aanbieder_contact", "bestuurder, via secretariaat", (13,)),
    statement(25, "einddatum", "1 januari 2027", (14,)),
    statement(26, "reden", "Wij kunnen de lonen van december niet meer betalen.", (14,), quoted="bestuurder"),
    statement(27, "clienten_wachtend", "6 wachtend en 2 verwacht", (15,)),
    statement(28, "clienten_per_uitvoerder", "Wlz-uitvoerder Voorbeeld 120, overige uitvoerders 23", (15,)),
    statement(29, "omzet", "€ 14.200.000 over 2026", (16,)),
    statement(
        30,
        "uniek_of_breder",
        "Uniek: 1 van 11 vergelijkbare aanbieders; afgestemd met twee zorgkantoren op 20 oktober 2026",
        (17,),
    ),
    entry(
        31,
        Contact(
            Party.ZORGKANTOOR, "telefoon", "Zorgkantoor Zuid", "teamleider", "", "Afgestemd over plaatsen."
        ),
        date(2026, 10, 20),
        evidence=(17,),
    ),
)

FILES = (
    ("gespreksverslag", "Verslag gesprek bestuur.pdf"),
    ("besluit", "Besluit EWS-melding.pdf"),
    ("melding", "Ontvangstbevestiging NZa.pdf"),
    ("besluit", "Besluit bevoorschotting.pdf"),
    ("memo", "Inzet zorgbemiddelaars.pdf"),
    ("uitvraag", "Uitvraag Noorderlicht.eml"),
    ("antwoord", "Antwoord Noorderlicht.eml"),
    ("uitvraag", "Uitvraag Zorggroep Zuid.eml"),
    ("antwoord", "Antwoord Zorggroep Zuid.eml"),
    ("memo", "Memo zelf voorzien.docx"),
    ("bestuursbesluit", "Besluit overmachtsmelding.pdf"),
    ("plan", "Overplaatsingsplan.xlsx"),
    ("brief", "Uittreksel handelsregister.pdf"),
    ("brief", "Brief bestuurder.pdf"),
    ("clientenoverzicht", "Overzicht aantallen.xlsx"),
    ("jaarrekening", "Jaarrekening 2025.pdf"),
    ("memo", "Vergelijking regio.pdf"),
)


def evidence() -> tuple[EvidenceLine, ...]:
    files = [
        EvidenceLine(
            number, 1, "bestand", kind, name, date(2026, 11, 1), f"{number:064x}", 1000, "vertrouwelijk"
        )
        for number, (kind, name) in enumerate(FILES, start=1)
    ]
    return (
        *files,
        EvidenceLine(
            30,
            1,
            "levering",
            "levering",
            "kwartaalopgave_Q3.xlsx",
            date(2026, 9, 30),
            f"{30:064x}",
            5000,
            "vertrouwelijk",
        ),
        EvidenceLine(
            31,
            1,
            "uittreksel",
            "beoordeling",
            "Beoordeling 22 november 2026",
            date(2026, 11, 22),
            f"{31:064x}",
            900,
            "vertrouwelijk",
        ),
        EvidenceLine(
            32, 1, "uittreksel", "kantoor", "Gegevens van het kantoor", TODAY, f"{32:064x}", 300, "intern"
        ),
        EvidenceLine(
            LOG,
            1,
            "uittreksel",
            "dossierlog",
            "Dossierlog C-2026-021",
            TODAY,
            f"{LOG:064x}",
            3000,
            "vertrouwelijk",
        ),
    )


PROVIDER = ProviderFacts(
    "kvk:41100001",
    "Stichting De Wilgenhof (fictief)",
    {
        "zorgaanbieder": (Stated("Stichting De Wilgenhof (fictief), KvK 41100001", (Ref(30),)),),
        "aanbieder_rechtspersoon": (Stated("Stichting De Wilgenhof (fictief)", (Ref(30),)),),
        "personeelsleden": (Stated("212", (Ref(30),), date(2026, 9, 30)),),
        "sector": (Stated("gehandicaptenzorg", (Ref(30),)),),
    },
    (
        ClientLine("VG5", "verblijf", 88, 0, (Ref(30),)),
        ClientLine("VG7", "verblijf", 41, 30, (Ref(30),)),
        ClientLine("VG8", "vpt", 14, 4, (Ref(30),)),
        ClientLine("VG3", "pgb", 9, None, (Ref(30),)),
    ),
)
OFFICE = {
    "verzekeraar": (Stated("Wlz-uitvoerder Voorbeeld N.V., als Zorgkantoor Voorbeeld", (Ref(32),)),),
    "regio": (Stated("5528 Noordoost Brabant", (Ref(32),)),),
    "verzekeraar_adres": (Stated("Voorbeeldstraat 1, 5211 AA 's-Hertogenbosch", (Ref(32),)),),
    "verzekeraar_contact": (Stated("Team continuïteit", (Ref(32),)),),
    "vertrouwelijkheid": (Stated("Vertrouwelijk verstrekt aan de NZa", (Ref(32),)),),
}
RISK = Risk(
    as_of=datetime(2026, 11, 22, 5, 0, tzinfo=UTC),
    level="hoog",
    points=50,
    confidence="hoog",
    reasons=(
        RiskReason("Liquiditeit", "3,4 weken", "eigen norm ≥ 13", "2026-Q3", 21, (Ref(30),)),
        RiskReason("DSCR", "0,91", "≥ 1,20 (Finance Ideas)", "2026-Q3", 14, (Ref(30),)),
    ),
    refs=(Ref(31),),
    history=((date(2026, 2, 1), "laag"), (date(2026, 5, 12), "verhoogd"), (date(2026, 11, 22), "hoog")),
)


def case(entries: tuple[Entry, ...] = ENTRIES) -> CaseFile:
    opened = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)
    return CaseFile("C-2026-021", "kvk:41100001", opened, None, "officier", 7, {}, entries, ())


def facts(entries: tuple[Entry, ...] = ENTRIES, provider: ProviderFacts = PROVIDER) -> CaseFacts:
    return CaseFacts(
        cases=(case(entries),),
        providers=(provider,),
        office=OFFICE,
        evidence=evidence(),
        log_extract={"C-2026-021": LOG},
        functions={"officier": "continuïteitsfunctionaris", "teamleider": "teamleider"},
        today=TODAY,
        risk=RISK,
        targets={"alternatives_closed_to_overmachtsmelding": 7},
    )


def without(*numbers: int) -> tuple[Entry, ...]:
    """The good log without some of its entries."""
    return tuple(one for one in ENTRIES if one.id not in numbers)


def unproved(*numbers: int) -> tuple[Entry, ...]:
    """The good log, some of its entries proved by nothing but the log itself."""
    return tuple(replace(one, evidence=()) if one.id in numbers else one for one in ENTRIES)


LETTER = Letter(
    sender=Sender(
        "Zorgkantoor Voorbeeld",
        "Wlz-uitvoerder Voorbeeld N.V.",
        "Voorbeeldstraat 1, 5211 AA 's-Hertogenbosch",
        "Team continuïteit",
        "",
    ),
    house_style=SETTINGS.house_style,
    version=1,
    drafted_at=NOW,
    drafted_on=TODAY,
    fictitious=True,
    audit_head="9c41aa02 (18204)",
    config_hash="abc123" * 8,
)


def draft(obligation: Obligation = OVERMACHT, given: CaseFacts | None = None) -> Dossier:
    return assemble(obligation, given or facts(), LETTER)


def obligation(kind: DossierKind) -> Obligation:
    return OVERMACHT if kind is DossierKind.OVERMACHTSMELDING else EWS
