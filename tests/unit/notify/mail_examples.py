"""The example of a good alert, as the views that the templates are given."""

from datetime import UTC, date, datetime

from ews.alerts.model import ChangeReason
from ews.notify.views import (
    AlertView,
    AskView,
    ProviderView,
    ReaderView,
    ReasonView,
    StormLine,
    StormView,
    SumView,
    SystemView,
    TrendPoint,
    TrendView,
)
from ews.scoring.model import Level

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
URL = "https://ews.kantoor.example"

READER = ReaderView(
    why="U krijgt dit als continuïteitsfunctionaris regio 5528.",
    escalation="Zonder bevestiging gaat dit op dinsdag 24 november 12:00 naar de teamleider.",
    earlier=(date(2026, 5, 12), date(2026, 9, 3)),
)

SUM = SumView(
    reasons=(
        ReasonView(
            21,
            "Liquiditeit reikt nog 3,4 weken (eigen norm ≥ 13; vorig kwartaal 7,9)",
            "kwartaalopgave 3e kwartaal 2026, bekend sinds 19 november, rij 12",
        ),
        ReasonView(
            14,
            "DSCR 0,91 (norm ≥ 1,20; derde kwartaal op rij lager)",
            "kwartaalopgave 3e kwartaal 2026, bekend sinds 19 november, rij 12",
        ),
        ReasonView(
            9,
            "PNIL 17,8 % van de personeelskosten (eigen norm ≤ 10 %; vergelijkbare GHZ: 11,2 %)",
            "kwartaalopgave 3e kwartaal 2026, bekend sinds 19 november, rij 12",
        ),
        ReasonView(
            4, "Jaarrekening 2025 niet openbaar (termijn 1 juni 2026)", "jaarverantwoording, 22 november"
        ),
    ),
    other_count=2,
    other_points=2,
    total=50,
    threshold="hoog vanaf 45",
    without_largest="Zonder de grootste reden: 29 (verhoogd).",
)

TREND = TrendView(
    points=tuple(
        TrendPoint(date(2025 + quarter // 4, 3 * (quarter % 4) + 2, 20), points, level)
        for quarter, (points, level) in enumerate(
            [
                (12, Level.LOW),
                (14, Level.LOW),
                (13, Level.LOW),
                (22, Level.LOW),
                (31, Level.ELEVATED),
                (29, Level.ELEVATED),
                (36, Level.ELEVATED),
                (50, Level.HIGH),
            ]
        )
    ),
    thresholds=((25, "verhoogd"), (45, "hoog"), (70, "acuut")),
)

ALERT = AlertView(
    number="C-2026-014",
    is_case=True,
    office="Zorgkantoor Voorbeeld",
    change=ChangeReason.RAISED,
    level=Level.HIGH,
    before=Level.ELEVATED,
    since=date(2026, 11, 23),
    before_since=date(2026, 5, 12),
    today=date(2026, 11, 23),
    provider=ProviderView(
        name="Stichting De Wilgenhof (fictief)",
        sector="GHZ",
        region="5528",
        clients=143,
        nowhere_to_go=34,
        profiles=("VG7", "VG8"),
    ),
    asks=(
        AskView(
            "Bevestig ontvangst vóór dinsdag 24 november 12:00.",
            f"{URL}/z/C-2026-014/ontvangst?t=voorbeeld",
            "Ontvangst bevestigen",
        ),
        AskView("Spreek de bestuurder uiterlijk vrijdag 27 november (5 werkdagen)."),
        AskView(
            "Weeg een EWS-melding: stap 3 is bereikt. Niet melden vraagt een tweede persoon en een reden."
        ),
    ),
    not_done=(),
    sum=SUM,
    confidence="Redelijk: 18 van 21 verwachte gegevens zijn aanwezig en actueel.",
    breadth="Liquiditeit: uniek (1 van 11 vergelijkbare aanbieders). PNIL: breder (6 van 11).",
    remedy="Liquiditeit ≥ 9 weken brengt het niveau terug naar verhoogd.",
    trend=TREND,
    case_url=f"{URL}/z/C-2026-014",
    reader=READER,
)

SYSTEM = SystemView(
    topic="bestand vastgehouden",
    what="Bestand kwartaalopgave_Q3.xlsx is vastgehouden: 9 van 34 rijen hebben een bedrag dat niet te lezen is.",
    consequence="De cijfers van het tweede kwartaal blijven staan; beoordelingen leunen op oudere gegevens.",
    actions=(
        "Bekijk de afgekeurde rijen: ews rejections list --file kwartaalopgave_Q3.xlsx",
        "Vraag een verbeterd bestand, of geef vrij met: ews rejections release",
    ),
    details=("rij 5, kolom D 'Liquide middelen': '1,234.56'; gebruik een decimale komma",),
    office="Zorgkantoor Voorbeeld",
    at=NOW,
)


def storm(count: int) -> StormView:
    levels = (Level.ACUTE, Level.HIGH, Level.ELEVATED)
    return StormView(
        lines=tuple(
            StormLine(
                number=f"W-{number}",
                level=levels[number % 3],
                before=Level.LOW,
                name=f"Zorggroep {number} (fictief)",
                region="5528",
                clients=number % 90,
                reason="Liquiditeit reikt nog 3,4 weken (eigen norm ≥ 13)",
                url=f"{URL}/z/W-{number}",
                answer=f"{URL}/z/W-{number}/ontvangst?t={number}.{number}.1796108400.{'0' * 32}",
            )
            for number in range(1, count + 1)
        ),
        single=20,
        office="Zorgkantoor Voorbeeld",
        at=NOW,
        cause="20 berichten kreeg u al afzonderlijk; de overige staan hier bij elkaar, de ernstigste eerst.",
        url=f"{URL}/",
        reader=READER,
    )
