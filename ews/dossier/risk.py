"""The risk picture: level, reasons with norm and period, and how the level moved."""

from ews.cases.calendar import office_date
from ews.dossier.model import Chart, Paragraph, Passage, Sentence, Table
from ews.dossier.record import CaseFacts, Risk
from ews.dossier.words import cite, long_date
from ews.regulation import Need

LEVELS = ("onbekend", "laag", "verhoogd", "hoog", "acuut")


def write_indicators(facts: CaseFacts, need: Need) -> Passage:
    """One row an indicator that counted: value, norm, period, points, source."""
    del need
    if facts.risk is None or not facts.risk.reasons:
        return Passage(())
    return Passage((_table(facts.risk),))


def write_level(facts: CaseFacts, need: Need) -> Passage:
    """Level, points and confidence of the last assessment."""
    del need
    return Passage((_level(facts.risk),)) if facts.risk else Passage(())


def picture(facts: CaseFacts) -> tuple[Paragraph | Table | Chart, ...]:
    """The appendix: level, chart over time, table of reasons."""
    if facts.risk is None:
        return ()
    chart = (_chart(facts),) if len(facts.risk.history) > 1 else ()
    return (_level(facts.risk), *chart, _table(facts.risk))


def _level(risk: Risk) -> Paragraph:
    text = (
        f"Risiconiveau {risk.level}, {risk.points} punten, zekerheid van de gegevens {risk.confidence} "
        f"(beoordeling van {long_date(office_date(risk.as_of))})."
    )
    return Paragraph((Sentence(text, risk.refs),))


def _table(risk: Risk) -> Table:
    rows = tuple(
        (one.label, one.value, one.norm, one.period, str(one.points), cite(one.refs or risk.refs))
        for one in sorted(risk.reasons, key=lambda one: (-one.points, one.label))
    )
    columns = ("Signaal", "Waarde", "Norm", "Periode", "Punten", "Bewijs")
    return Table("Signalen die meewogen", columns, rows, numeric=(4,))


def _chart(facts: CaseFacts) -> Chart:
    assert facts.risk is not None
    steps = "; ".join(f"{long_date(day)}: {level}" for day, level in facts.risk.history)
    return Chart(
        "Risiconiveau in de tijd", f"Verloop van het risiconiveau. {steps}.", facts.risk.history, facts.today
    )
