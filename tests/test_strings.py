"""Synthetic numbers: what is asked for is what is written, where it is said to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.canon import SYMBOLS
from tenfold.data import donors as donors_room
from tenfold.data.donors import Donors
from tenfold.data.fonts import NO_FONTS
from tenfold.data.looks import HARD, Look, hard_look, random_look
from tenfold.data.paper import light, printed_pattern
from tenfold.data.points import MARKS, draw_point
from tenfold.data.ruled import ruling
from tenfold.data.sources import Part
from tenfold.data.strings import MAX_DIGITS, draw_string, random_symbols, with_junk
from tenfold.data.writing import write

PEN = Donors({}, NO_FONTS)
CALM = Look(noise=0.0, blur_px=0.0)

seeds = st.integers(0, 2**32 - 1)


def in_px(places):
    return [tuple(round(v) for v in place) for place in places]


texts = st.text(SYMBOLS + "= ", min_size=1, max_size=9).filter(lambda text: text.strip())


def drawn(symbols, look, seed, donors=PEN):
    rng = np.random.default_rng(seed)
    return draw_string(symbols, look, donors.writer(rng), rng)


def written(symbols, look, seed, donors=PEN):
    rng = np.random.default_rng(seed)
    return write(symbols, look, donors.writer(rng), rng)


@pytest.mark.parametrize("difficulty", HARD)
def test_the_same_state_gives_the_same_pixels(difficulty):
    def one(seed):
        look = hard_look(difficulty, np.random.default_rng(seed))
        return drawn("1.204,-", look, seed)

    first, again, other = one(3), one(3), one(4)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.places == again.places
    assert first.pixels.shape != other.pixels.shape or (first.pixels != other.pixels).any()


@settings(max_examples=25, deadline=None)
@given(texts, seeds)
def test_what_is_written_is_what_was_asked_less_the_spaces(symbols, seed):
    picture = drawn(symbols, random_look(np.random.default_rng(seed)), seed)
    asked = symbols.replace(" ", "").replace("=", "-")
    assert picture.symbols == asked
    assert picture.text == "".join(symbol for symbol in asked if symbol.isdigit())
    assert len(picture.places) == len(asked)


@settings(max_examples=25, deadline=None)
@given(texts, seeds)
def test_every_place_lies_in_the_picture_and_holds_ink(symbols, seed):
    look = random_look(np.random.default_rng(seed))
    line = written(symbols, look, seed)
    height, width = line.ink.shape
    assert len(line.places) == len(line.symbols)
    for x, y, w, h in in_px(line.places):
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
        assert line.ink[y : y + h, x : x + w].any()


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_all_ink_of_a_line_lies_in_the_places_of_its_symbols(seed):
    line = written("40718", CALM, seed)
    left = line.ink.copy()
    for x, y, w, h in in_px(line.places):
        left[y : y + h, x : x + w] = 0
    assert line.ink.any()
    assert not left.any()


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_picture_is_darkest_where_the_places_are(seed):
    picture = drawn("508", CALM, seed)
    outside = np.ones(picture.pixels.shape, bool)
    for x, y, w, h in in_px(picture.places):
        outside[y : y + h, x : x + w] = False
    paper = float(np.median(picture.pixels[outside]))
    for x, y, w, h in in_px(picture.places):
        assert picture.pixels[y : y + h, x : x + w].min() < 0.5 * paper
    assert picture.pixels[outside].min() > 0.5 * paper


@given(seeds)
def test_symbols_stand_from_left_to_right(seed):
    middles = [x + w / 2 for x, _, w, _ in written("1234", CALM, seed).places]
    assert middles == sorted(middles)


def test_a_space_parts_more_than_the_gap_between_digits():
    def gap(text, seed):
        (x, _, w, _), (right, *_) = written(text, CALM, seed).places
        return right - x - w

    assert all(gap("5 5", seed) > gap("55", seed) for seed in range(12))


@given(seeds, st.booleans())
def test_random_symbols_are_a_number_of_one_to_twelve_digits(seed, marks):
    symbols = random_symbols(np.random.default_rng(seed), marks=marks)
    n_digits = sum(symbol.isdigit() for symbol in symbols)
    assert 1 <= n_digits <= MAX_DIGITS
    assert set(symbols) <= set(SYMBOLS + "=")
    assert marks or symbols.isdigit()


def test_half_of_the_numbers_with_marks_have_one_at_least():
    rng = np.random.default_rng(0)
    marked = [not random_symbols(rng, marks=True).isdigit() for _ in range(400)]
    assert 0.5 < np.mean(marked) < 0.95


@given(seeds)
def test_junk_stands_beside_the_number_or_in_its_place(seed):
    parts = with_junk("12", np.random.default_rng(seed)).split()
    assert set(parts) - {"12"} == {"~" * len(next(p for p in parts if p != "12"))}
    assert len(parts) <= 2


@pytest.mark.parametrize("symbol", MARKS)
def test_points_are_smaller_than_digits_but_for_dashes(symbol):
    look = Look(digit_px=40)
    inks = [draw_point(symbol, look, np.random.default_rng(seed)) for seed in range(30)]
    heights = [ink.shape[0] for ink in inks]
    assert max(heights) < (36 if symbol in ",=" else 24)
    widths = [ink.shape[1] / ink.shape[0] for ink in inks]
    assert np.median(widths) > 1.5 if symbol == "-" else min(heights) >= 2


def test_real_digits_alone_are_of_the_asked_label_and_never_drawn():
    x = np.zeros((10, 20, 20), np.uint8)
    for label in range(10):  # a digit is known by the height of its bar
        x[label, 2 : 5 + label, 8:12] = 255
    donors = Donors({"mnist": Part(x, np.arange(10, dtype=np.uint8))}, NO_FONTS, real_only=True)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        glyph = donors.writer(rng)
        for label in range(10):
            rows = np.flatnonzero((glyph(str(label), rng) > 127).any(axis=1))
            assert abs(np.ptp(rows) - (label + 2)) <= 2


def test_with_the_pen_some_digits_are_drawn():
    x = np.zeros((10, 20, 20), np.uint8)
    donors = Donors({"mnist": Part(x, np.arange(10, dtype=np.uint8))}, NO_FONTS)
    rng = np.random.default_rng(0)
    drawn_ones = [donors.writer(rng)("7", rng).any() for _ in range(60)]
    assert 0.2 < np.mean(drawn_ones) < 0.8


def test_without_sets_and_fonts_the_pen_writes_digits_and_signs(monkeypatch):
    asked = []

    def noted(said):
        def draw(*given, **_):
            asked.append(given[0] if said is None else said)
            return np.ones((9, 9), np.uint8)

        return draw

    monkeypatch.setattr(donors_room, "draw_digit", noted(None))
    monkeypatch.setattr(donors_room, "draw_debris", noted("~"))
    rng = np.random.default_rng(0)
    glyph = PEN.writer(rng)
    for symbol in "70~~3":
        glyph(symbol, rng)
    assert asked == [7, 0, "~", "~", 3]


def test_only_real_digits_cannot_be_had_of_no_set():
    with pytest.raises(ValueError, match="real digits are needed, of one of mnist, swiss"):
        Donors({}, NO_FONTS, real_only=True)


@pytest.mark.parametrize("kind", ["line", "lines", "squares", "boxes", "frame"])
@pytest.mark.parametrize("seed", range(3))
def test_rules_are_long_straight_runs_and_none_is_none(kind, seed):
    places = [(30.0, 20.0, 20.0, 40.0), (70.0, 20.0, 20.0, 40.0)]
    field = ruling((80, 120), kind, places, 40.0, np.random.default_rng(seed))
    assert field.shape == (80, 120)
    assert 0 <= field.min() < field.max() <= 1
    assert (field > 0.5).sum(axis=1).max() > (50 if kind == "boxes" else 20)
    assert not ruling((80, 120), "none", places, 40.0, np.random.default_rng(seed)).any()


def test_boxes_stand_between_the_digits():
    places = [(30.0, 20.0, 20.0, 40.0), (70.0, 20.0, 20.0, 40.0)]
    field = ruling((80, 120), "boxes", places, 40.0, np.random.default_rng(1)) > 0.5
    upright = np.flatnonzero(field[25:55].all(axis=0))
    assert any(abs(column - 60) <= 2 for column in upright)
    assert not any(33 <= column <= 47 or 73 <= column <= 87 for column in upright)


@given(seeds)
def test_a_pattern_fills_the_paper_and_light_only_darkens(seed):
    rng = np.random.default_rng(seed)
    pattern = printed_pattern((40, 120), rng)
    assert pattern.shape == (40, 120)
    assert 0 <= pattern.min() <= pattern.max() <= 1
    assert pattern.std() > 0
    lit = light((40, 120), Look(shade=0.4, shadow=0.5), rng)
    assert 0 < lit.min() <= lit.max() <= 1
