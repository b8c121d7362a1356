"""What we knew when: by the moment of recording, and quiet weeks shown as gaps."""

from datetime import date

from ews.dossier.vigilance import Dated, page_table, table, weeks

SINCE, UNTIL = date(2026, 9, 7), date(2026, 10, 11)


def played(**more):
    given = {"data": [], "levels": [], "looked": [], "decided": [], **more}
    return weeks(SINCE, UNTIL, **given)


def test_every_week_is_there_and_a_level_stands_until_the_next():
    found = played(
        data=[Dated(date(2026, 9, 9), "kwartaalopgave"), Dated(date(2026, 9, 10), "kwartaalopgave")],
        levels=[Dated(date(2026, 9, 9), "verhoogd"), Dated(date(2026, 10, 6), "hoog")],
        looked=[Dated(date(2026, 10, 7), "case.view", "teamleider")],
        decided=[Dated(date(2026, 10, 8), "Besluit EWS-melding")],
    )
    assert [week.level for week in found] == ["verhoogd", "verhoogd", "verhoogd", "verhoogd", "hoog"]
    assert found[0].data == ("kwartaalopgave",)
    assert [week.is_gap for week in found] == [False, True, True, True, False]


def test_gaps_are_one_honest_row():
    rows = table(played(data=[Dated(date(2026, 9, 9), "kwartaalopgave")])).rows
    assert [row[0] for row in rows] == ["07-09-2026", "14-09-2026 t/m 05-10-2026"]
    assert rows[1][1] == "leemte van 4 weken: niets ontvangen"
    assert rows[0][2] == "nog niet beoordeeld"


def test_what_was_recorded_after_a_week_was_not_known_in_it():
    found = played(levels=[Dated(date(2026, 10, 6), "hoog")])
    assert [week.level for week in found] == ["", "", "", "", "hoog"]


def test_a_year_is_told_by_month_and_still_says_how_many_weeks_were_empty():
    found = weeks(
        date(2026, 1, 5),
        date(2026, 12, 27),
        data=[Dated(date(2026, 2, 3), "Kwartaalopgave"), Dated(date(2026, 2, 10), "Kwartaalopgave")],
        levels=[Dated(date(2026, 2, 3), "laag"), Dated(date(2026, 2, 17), "hoog")],
        looked=[Dated(date(2026, 2, 18), "teamleider")],
        decided=[],
    )
    rows = page_table(found).rows
    assert [row[0] for row in rows][:2] == ["januari 2026", "februari 2026"]
    assert len(rows) == 12
    assert rows[0][1:3] == ("niets ontvangen; 4 van 4 weken leeg", "nog niet beoordeeld")
    assert rows[1][1:4] == ("Kwartaalopgave (2×); 1 van 4 weken leeg", "laag, dan hoog", "teamleider")
    assert page_table(found[:20]) == table(found[:20])
