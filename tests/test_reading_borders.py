"""Numbers written over the borders of a table's cells."""

import pytest

import tenfold
from sheets_drawn import page, table, write
from tenfold.reading.borders import doubted
from tenfold.results import Box, Cell, Digit, Number

ACCEPT = 0.9


def number(text, x, y=0, confidence=0.99):
    """Digits 10 px wide and 20 px high, 4 px apart."""
    boxes = [Box(x + 14 * k, y, 10, 20) for k in range(len(text))]
    digits = tuple(Digit(int(d), 0.99, box, ()) for d, box in zip(text, boxes, strict=True))
    around = Box(x, y, boxes[-1].right - x, 20)
    return Number(text, confidence, "accepted", around, digits)


def test_digits_as_near_as_those_of_one_number_make_both_doubtful():
    left, right, far = number("65", 0), number("7", 28), number("18", 60)
    cells = [Cell(0, k, one) for k, one in enumerate((left, right, far))]
    read, _ = doubted(cells, [], ACCEPT)
    assert [cell.number.status for cell in read] == ["review", "review", "accepted"]
    assert [cell.number.confidence for cell in read] == pytest.approx([0.495, 0.495, 0.99])
    assert [cell.number.text for cell in read] == ["65", "7", "18"]
    assert read[2].number is far


def test_what_stands_beside_the_table_is_near_a_cell_too_but_not_near_its_like():
    inside = [Cell(0, 0, number("03", 0))]
    beside = [number("5", 28), number("4", 42)]
    (cell,), (near, next_to_it) = doubted(inside, beside, ACCEPT)
    assert (cell.number.status, near.status, next_to_it.status) == ("review", "review", "accepted")


def test_numbers_of_other_rows_and_numbers_without_a_digit_doubt_nothing():
    above, below = number("65", 0), number("7", 28, y=22)
    nothing = Number("", 0.0, "review", Box(28, 0, 10, 20), ())
    cells = [Cell(0, 0, above), Cell(1, 1, below), Cell(0, 1, nothing)]
    read, _ = doubted(cells, [], ACCEPT)
    assert [cell.number for cell in read] == [above, below, nothing]


@pytest.mark.parametrize("seed", [8, 9])
def test_a_number_written_over_a_border_asks_for_a_review_and_those_in_their_cells_do_not(seed):
    texts = [["12", "40", "30"], ["47", "", "58"], ["31", "25", "64"]]
    sheet = table(texts, seed=3)
    write(sheet, "725", 140, 117, 35, seed)
    read = tenfold.Reader().read(page(sheet)).numbers
    assert [n.text for n in read if n.status == "review"] == ["477", "25"]
    assert [n.text for n in read if n.status == "accepted"] == ["12", "40", "30", "58", *texts[2]]
