"""Paths: the best way through a line, against every way tried one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.finding.pieces import Piece
from tenfold.reading.paths import MAX_PARTS, propose, weigh
from tenfold.reading.spelling import spell
from tenfold.reading.views import CutView, Seen
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


@given(judged_lines(), st.lists(st.integers(0, 9), max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_cuts_give_each_text_the_share_of_the_ways_that_spell_it(judged, text):
    line, chances, is_digit = judged
    ways = every_way(line)
    total = sum(weight_of(way, line, chances.max(axis=1), is_digit, False) for way in ways)
    same = sum(spelling_weight(way, line, chances, is_digit, text) for way in ways)
    view = CutView(line, weigh(line, chances, is_digit))
    state = view.root()
    for digit in text:
        state = view.take(state, digit)
    assert view.whole(state) == pytest.approx(same / total, rel=1e-3, abs=1e-12)


@given(judged_lines(), st.lists(st.integers(0, 9), max_size=2))
@settings(max_examples=60, deadline=None)
def test_a_beginning_is_as_probable_as_all_texts_that_begin_so(judged, text):
    line, chances, is_digit = judged
    view = CutView(line, weigh(line, chances, is_digit))
    state = view.root()
    for digit in text:
        state = view.take(state, digit)
    before = 1.0 if not text else None
    ahead = view.ahead(state)
    assert before is None or view.whole(state) + ahead.sum() == pytest.approx(1, rel=1e-6)
    after = view.take(state, 7)
    assert view.whole(after) + view.ahead(after).sum() == pytest.approx(ahead[7], rel=1e-6)


@given(judged_lines())
@settings(max_examples=40, deadline=None)
def test_the_digits_lie_on_the_best_way_that_spells_the_text(judged):
    line, chances, is_digit = judged
    spelled = spell(Seen(line, weigh(line, chances, is_digit)))
    text = [glyph.digit for glyph in spelled.found]
    ways = [way for way in every_way(line) if sum(as_digit for _, as_digit in way) == len(text)]
    weights = [spelling_weight(way, line, chances, is_digit, text) for way in ways]
    best = ways[int(np.argmax(weights))]
    expected = [line.candidates[index].box for index, as_digit in best if as_digit]
    assert [glyph.box for glyph in spelled.found] == expected


def decode(line, chances, is_digit):
    spelled = spell(Seen(line, weigh(line, chances, is_digit)))
    return spelled.found, spelled.share


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
