"""Numbers on squared paper of which a digit may have gone with a line."""

import numpy as np
import pytest

from tenfold.grids.cells import without_paper
from tenfold.grids.grid import find_grids
from tenfold.picture import find_ink, open_picture
from tenfold.reading.ends import cut_short
from tenfold.results import Box, Digit, Number

ACCEPT = 0.95
HEIGHT = 40


def number(x=100, y=100, digits="86"):
    boxes = [Box(x + 30 * k, y, 24, HEIGHT) for k in range(len(digits))]
    probabilities = (1.0, *[0.0] * 9)
    read = tuple(
        Digit(int(digit), 0.99, box, probabilities)
        for digit, box in zip(digits, boxes, strict=True)
    )
    whole = Box(x, y, 30 * len(digits) - 6, HEIGHT)
    return Number(digits, 0.99, "accepted", whole, read)


def clung(left, top, width, height):
    field = np.zeros((300, 400), bool)
    field[top : top + height, left : left + width] = True
    return field


def status(mark, scale=1.0):
    (found,) = cut_short([number()], clung(*mark), scale, ACCEPT)
    return found.status, found.confidence


@pytest.mark.parametrize("left", [157, 170, 94, 80])
def test_a_number_is_doubted_where_something_as_high_went_beside_an_end(left):
    assert status((left, 105, 3, 30)) == ("review", 0.495)


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param((160, 110, 3, 8), id="a crumb"),
        pytest.param((200, 100, 3, 40), id="far off"),
        pytest.param((160, 150, 3, 40), id="below it"),
        pytest.param((120, 100, 3, 40), id="within it"),
    ],
)
def test_a_number_is_as_sure_as_it_was_beside(mark):
    assert status(mark) == ("accepted", 0.99)


def test_places_are_those_of_the_picture_and_the_ink_of_the_work_grid():
    field = np.zeros((600, 800), bool)
    field[210:270, 320:326] = True
    assert cut_short([number()], field, 2.0, ACCEPT)[0].status == "review"
    assert cut_short([number()], field, 1.0, ACCEPT)[0].status == "accepted"


def test_a_number_at_the_edge_and_one_without_digits_are_left_alone():
    none = Number("", 0.5, "none", Box(0, 0, 0, 0), ())
    edge = number(x=0, y=280)
    assert cut_short([none, edge], clung(0, 0, 400, 3), 1.0, ACCEPT) == [none, edge]


def test_what_stood_on_a_line_of_the_paper_clings_to_it():
    sheet = np.full((420, 420), 250, np.uint8)
    sheet[10::40, :] = sheet[11::40, :] = sheet[:, 10::40] = sheet[:, 11::40] = 120
    sheet[165:195, 208:214] = 100  # an upright stroke along a line
    ink = find_ink(open_picture(sheet))
    off = without_paper(ink.mask, ink.contrast, find_grids(ink.mask))
    rows = np.flatnonzero(off.clung.any(axis=1)) / ink.scale
    assert not off.left.any()
    assert rows.min() > 160
    assert rows.max() < 200
    assert np.ptp(rows) > 20
