"""How often the nets are asked: once of a picture, with rules as without."""

import numpy as np
import pytest

import tenfold
from sheets_drawn import blank, digit, page, put, write
from tenfold.reading.nets import Nets
from tenfold.rules import Rules


class Counted:
    """A classifier and a line net at once that count how often they are asked, and of how many."""

    def __init__(self, reader):
        self._judge = reader.nets.alone.judge
        self._probabilities = reader.nets.line.probabilities
        self.judged, self.lines = [], []

    def judge(self, images):
        self.judged.append(len(images))
        return self._judge(images)

    def probabilities(self, strips):
        self.lines.append(len(strips))
        return self._probabilities(strips)


@pytest.fixture
def counted():
    reader = tenfold.Reader(max_error=0.2)
    nets = Counted(reader)
    reader.nets = Nets(nets, nets, nets)
    return reader, nets


def words_apart():
    sheet = blank(200, 900)
    write(sheet, "407", 40, 60, 60, 1)
    write(sheet, "18", 600, 60, 60, 2)
    return page(sheet)


def evenly_spaced():
    sheet = blank(160, 620)
    for k, mark in enumerate("40718"):
        put(sheet, digit(int(mark), 56, k), 40 + 110 * k, 50)
    return page(sheet)


def test_rules_ask_the_nets_no_second_time(counted):
    reader, nets = counted
    reader.read(words_apart())
    free = list(nets.judged), list(nets.lines)
    assert [len(calls) for calls in free] == [1, 1]
    nets.judged, nets.lines = [], []
    read = reader.read(words_apart(), rules=Rules(maximum=500))
    assert [number.text for number in read.numbers] == ["407", "18"]
    assert (nets.judged, nets.lines) == free


def test_only_a_number_in_several_groups_is_shown_to_the_nets_as_a_whole(counted):
    reader, nets = counted
    read = reader.read(evenly_spaced(), rules=Rules(pattern="40[0-9]+"))
    assert [number.text for number in read.numbers] == ["40718"]
    assert nets.lines == [5, 1]


def test_what_the_nets_are_not_asked_of_costs_nothing(counted):
    reader, nets = counted
    assert reader.read(np.full((60, 60), 250, np.uint8), rules=Rules(length=3)).numbers == ()
    assert (nets.judged, nets.lines) == ([], [])
