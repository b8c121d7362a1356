"""Where things lie on the paper of a chart."""

from datetime import date

from ews.web.chart import Line, draw

YEAR = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]


def chart(values, bands=None, norms=()):
    bands = bands or [(None, None)] * len(values)
    points = [(on, value, *band) for on, value, band in zip(YEAR, values, bands, strict=False)]
    return draw(Line("Solvabiliteit", points, norms), "{:.2f}".format, date.isoformat)


def test_a_higher_value_lies_higher_and_a_later_one_further_right():
    first, _, _, last = chart([0.1, 0.2, 0.3, 0.4]).dots
    assert last.y < first.y
    assert last.x > first.x
    assert (first.text, last.text) == ("0.10", "0.40")


def test_an_unknown_value_breaks_the_line_and_has_no_dot():
    drawn = chart([0.1, 0.2, None, 0.4])
    assert len(drawn.dots) == 3
    assert len(drawn.lines) == 1  # the last value stands alone: a dot without a line


def test_a_band_needs_two_periods():
    assert chart([0.1, 0.2], [(0.1, 0.3), (None, None)]).band == ""
    assert chart([0.1, 0.2], [(0.1, 0.3), (0.1, 0.3)]).band.endswith("Z")


def test_labels_of_near_norms_do_not_cover_each_other():
    one, other = chart([0.1, 0.2], norms=[(0.2, "streef"), (0.201, "ondergrens")]).norms
    assert other.text_y - one.text_y >= 13


def test_a_flat_line_still_has_a_scale():
    assert chart([0.0, 0.0, 0.0, 0.0]).ticks
    assert chart([5.0]).dots[0].text == "5.00"


def test_the_picture_is_told_in_words_with_its_norms():
    told = chart([0.1, 0.2], norms=[(0.25, "streefwaarde")]).description
    assert told == "Solvabiliteit: 2025-03-31 0.10, 2025-06-30 0.20. Normen: streefwaarde 0.25."
