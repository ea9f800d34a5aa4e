"""What `--annotate` draws: frames by status, cuts, answers beside the ink, the lines of tables."""

import numpy as np
import pytest

from fake_reader import number
from tenfold.cli.drawing import COLOURS, TABLE, drawn
from tenfold.picture import open_picture
from tenfold.results import Box, Cell, Digit, Number, Reading, Table

SIZE = (800, 1000)


def rgb(colour):
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


def of_colour(image, colour):
    return (np.asarray(image) == rgb(colour)).all(axis=2)


def blank(size=SIZE):
    return open_picture(np.full(size, 250, np.uint8))


def one(x, y, status="accepted", text="47", height=60):
    digits = tuple(
        Digit(int(mark), 0.99, Box(x + 50 * k, y, 40, height)) for k, mark in enumerate(text)
    )
    box = digits[0].box.union(digits[-1].box)
    return Number(text, 0.99, status, box, digits)


def read(*numbers, tables=()):
    return Reading("a.png", SIZE[1], SIZE[0], numbers, tables=tuple(tables))


@pytest.mark.parametrize("status", ["accepted", "review"])
def test_a_frame_has_the_colour_of_its_status_and_is_dashed_for_review(status):
    image = drawn(read(one(300, 300, status)), blank())
    there = of_colour(image, COLOURS[status])
    other = {"accepted": "review", "review": "accepted"}[status]
    assert not of_colour(image, COLOURS[other]).any()
    left = np.flatnonzero(there.any(axis=0))[0]
    side = there[300:360, left].mean()
    assert side == 1 if status == "accepted" else 0.3 < side < 0.9


def test_a_cut_is_drawn_between_two_digits():
    there = of_colour(drawn(read(one(300, 300)), blank()), COLOURS["accepted"])
    assert there[305:355, 344:347].any(axis=1).all()
    assert not there[305:355, 310:335].any()


def test_answers_cover_no_other_number_where_there_is_room():
    numbers = [one(100, 100 + 90 * k) for k in range(6)]
    image = drawn(read(*numbers), blank())
    for n in numbers:
        inside = np.asarray(image)[n.box.y : n.box.bottom, n.box.x : n.box.x + 40]
        assert (inside == 250).all()  # neither text nor halo


def test_a_table_is_outlined_and_its_answers_stand_in_their_cells():
    corners = tuple(tuple((100 + 150 * c, 100 + 120 * r) for c in range(4)) for r in range(3))
    cell = Cell(1, 2, one(420, 250, text="5"))
    image = drawn(read(cell.number, tables=[Table(corners, (cell,))]), blank())
    green = of_colour(image, TABLE)
    assert green[100, 100:550].all()
    assert green[100:340, 250].all()
    blue = np.argwhere(of_colour(image, COLOURS["accepted"]))
    assert (blue.min(axis=0) >= (220, 400)).all()
    assert (blue.max(axis=0) <= (340, 550)).all()


def test_lines_grow_with_the_picture():
    def thickness(times):
        image = drawn(read(one(300 * times, 300 * times)), blank((800 * times, 1000 * times)))
        row = of_colour(image, COLOURS["accepted"])[300 * times + 30]
        return np.diff(np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]]))))[0]

    assert thickness(2) >= 2 * thickness(1)


def test_a_picture_of_a_few_pixels_is_enlarged_until_it_can_be_read():
    image = drawn(Reading("a.png", 28, 28, (number("7"),)), blank((28, 28)))
    assert max(image.size) >= 700
