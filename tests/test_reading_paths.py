"""Paths: the best way through a line, against every way tried one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.reading.paths import MAX_PARTS, decode, propose
from tenfold.reading.pieces import Piece
from tenfold.results import Box

HEIGHT = 40


def part(x, width=20, height=HEIGHT, y=0):
    mask = np.ones((height, width), bool)
    return Piece(Box(x, y, width, height), mask, int(mask.sum()))


def row_of(n, gap=4):
    return [part(k * (20 + gap)) for k in range(n)]


def every_way(line):
    """All ways to cover the parts by candidates, each a digit or a stray: the slow way."""
    by_start = {}
    for index, candidate in enumerate(line.candidates):
        by_start.setdefault(candidate.start, []).append((index, candidate))

    def from_part(start):
        if start == len(line.parts):
            yield ()
            return
        for index, candidate in by_start[start]:
            for rest in from_part(candidate.stop):
                yield ((index, True), *rest)
                if candidate.stray > 0:
                    yield ((index, False), *rest)

    return list(from_part(0))


def weight_of(way, line, top, is_digit, with_label):
    weight = 1.0
    for index, as_digit in way:
        candidate = line.candidates[index]
        if as_digit:
            weight *= is_digit[index] * candidate.prior * (top[index] if with_label else 1)
        else:
            weight *= candidate.stray * (1 - is_digit[index])
    return weight


def spelling_weight(way, line, chances, is_digit, text):
    """Weight of a way, its digits read as this text; 0 where it has another length."""
    digits = [index for index, as_digit in way if as_digit]
    if len(digits) != len(text):
        return 0.0
    labels = np.prod([chances[index, label] for index, label in zip(digits, text, strict=True)])
    return weight_of(way, line, chances.max(axis=1), is_digit, False) * labels


@st.composite
def judged_lines(draw):
    n = draw(st.integers(1, 5))
    gap = draw(st.integers(-4, 12))
    line = propose(row_of(n, gap), list(range(n)), HEIGHT)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    is_digit = rng.uniform(0.01, 0.99, len(line.candidates)).astype(np.float32)
    chances = rng.dirichlet(np.full(10, 0.2), len(line.candidates)).astype(np.float32)
    return line, chances, is_digit


@given(judged_lines())
@settings(max_examples=60, deadline=None)
def test_the_best_way_and_the_share_of_its_text_are_those_of_all_ways_tried(judged):
    line, chances, is_digit = judged
    top = chances.max(axis=1)
    ways = every_way(line)
    weights = [weight_of(way, line, top, is_digit, True) for way in ways]
    best = ways[int(np.argmax(weights))]
    total = sum(weight_of(way, line, top, is_digit, False) for way in ways)
    found, share = decode(line, chances, is_digit)
    expected = [line.candidates[index].box for index, as_digit in best if as_digit]
    assert [glyph.box for glyph in found] == expected
    text = [int(chances[index].argmax()) for index, as_digit in best if as_digit]
    same = sum(spelling_weight(way, line, chances, is_digit, text) for way in ways)
    assert share == pytest.approx(same / total, rel=1e-4)


@given(judged_lines())
@settings(max_examples=40, deadline=None)
def test_the_posterior_of_a_digit_is_the_share_of_the_ways_that_hold_it(judged):
    line, chances, is_digit = judged
    top = chances.max(axis=1)
    ways = every_way(line)
    total = sum(weight_of(way, line, top, is_digit, False) for way in ways)
    for glyph in decode(line, chances, is_digit)[0]:
        index = [candidate.box for candidate in line.candidates].index(glyph.box)
        holding = sum(
            weight_of(way, line, top, is_digit, False) for way in ways if (index, True) in way
        )
        assert glyph.posterior == pytest.approx(holding / total * top[index], rel=1e-4)


def sure_of(line, wanted, label=3):
    """A classifier's answers: the wanted runs are digits, all others are not."""
    is_digit = np.array(
        [0.99 if (c.start, c.stop) in wanted else 0.01 for c in line.candidates], np.float32
    )
    chances = np.full((len(line.candidates), 10), 0.001, np.float32)
    chances[:, label] = 0.991
    return chances, is_digit


def test_two_halves_of_a_digit_are_joined_when_only_the_whole_is_one():
    line = propose(row_of(2, gap=0), [0, 1], HEIGHT)
    found, share = decode(line, *sure_of(line, {(0, 2)}))
    assert [glyph.box.width for glyph in found] == [40]
    assert share > 0.9


def test_a_piece_is_cut_when_only_its_parts_are_digits():
    line = propose(row_of(2, gap=0), [0, 0], HEIGHT)
    found, _ = decode(line, *sure_of(line, {(0, 1), (1, 2)}))
    assert len(found) == 2


def test_a_thing_that_is_no_digit_is_left_out_and_costs_confidence():
    line = propose(row_of(3, gap=30), [0, 1, 2], HEIGHT)
    found, share = decode(line, *sure_of(line, {(0, 1), (2, 3)}))
    clear = propose(row_of(2, gap=30), [0, 1], HEIGHT)
    _, sure = decode(clear, *sure_of(clear, {(0, 1), (1, 2)}))
    assert len(found) == 2
    assert share < sure


def test_a_dot_is_no_digit_unless_the_classifier_is_very_sure():
    parts = [part(0), part(30, width=8, height=8, y=32), part(45)]
    line = propose(parts, [0, 1, 2], HEIGHT)
    found, _ = decode(line, *sure_of(line, {(0, 1), (1, 2), (2, 3)}))
    assert [glyph.box.height for glyph in found] == [HEIGHT, HEIGHT]


def test_runs_are_bounded_so_that_a_line_of_a_thousand_parts_is_cheap():
    line = propose(row_of(1000, gap=-19), list(range(1000)), HEIGHT)
    assert len(line.candidates) <= 1000 * MAX_PARTS


def test_candidates_come_in_the_order_that_the_search_needs():
    line = propose(row_of(6, gap=0), [0] * 6, HEIGHT)
    starts = [candidate.start for candidate in line.candidates]
    assert starts == sorted(starts)
    assert all(
        a.stop < b.stop for a, b in itertools.pairwise(line.candidates) if a.start == b.start
    )
