from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.canon import stroke_width, to_canon
from tenfold.data import pen
from tenfold.data.debris import DEBRIS
from tenfold.data.glyphs import COMMON, DIGITS, RARE
from tenfold.data.nib import Hand, random_hand
from tenfold.data.pen import draw_debris, draw_digit, draw_number
from tenfold.data.skeletons import skeleton

EVERY_VARIANT = [(label, name) for label, variants in DIGITS.items() for name in variants]


def hand(**changes):
    plain = {
        "slant": 0.0,
        "aspect": 1.0,
        "turn": 0.0,
        "width": 0.08,
        "pressure": 0.0,
        "jitter": 0.0,
        "tremor": 0.0,
        "pen": "round",
    }
    return Hand(**(plain | changes))


@pytest.mark.parametrize(("label", "variant"), EVERY_VARIANT)
def test_every_variant_lies_inside_its_picture_and_is_big_enough_to_read(label, variant):
    rng = np.random.default_rng(label)
    for _ in range(12):
        ink = draw_digit(label, rng, 64, variant=variant)
        rim = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        rows, columns = np.nonzero(ink > 60)
        assert not rim.any()
        assert 34 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 62


@given(st.integers(0, 9), st.integers(0, 2**32), st.integers(16, 130))
@settings(max_examples=60, deadline=None)
def test_the_same_generator_writes_the_same_digit_and_another_writes_another(label, seed, size):
    ink = draw_digit(label, np.random.default_rng(seed), size)
    assert ink.shape == (size, size)
    assert ink.dtype == np.uint8
    assert np.array_equal(ink, draw_digit(label, np.random.default_rng(seed), size))
    assert not np.array_equal(ink, draw_digit(label, np.random.default_rng(seed + 1), size))


def test_pens_run_from_hair_thin_to_fat():
    rng = np.random.default_rng(1)
    widths = [stroke_width(draw_digit(2, rng, 128)) / 128 for _ in range(200)]
    assert min(widths) < 0.03
    assert max(widths) > 0.1


def test_a_wider_pen_leaves_more_ink():
    masses = [
        draw_digit(3, np.random.default_rng(0), 64, variant="plain", hand=hand(width=w)).sum()
        for w in (0.03, 0.06, 0.1, 0.15)
    ]
    assert masses == sorted(masses)
    assert masses[-1] > 2 * masses[0]


def test_a_hand_without_rare_forms_writes_only_common_ones():
    plain = {text for _, text in COMMON[5].values()}
    rare = {text for _, text in RARE[5].values()}

    def texts(hand):
        rng = np.random.default_rng(0)
        return {pen._digit_text(5, rng, None, hand) for _ in range(300)}

    assert texts(hand(rare=False)) == plain
    assert texts(hand(rare=True)) == plain | rare


def test_slant_moves_the_top_to_the_right():
    def lean(slant):
        ink = draw_digit(1, np.random.default_rng(0), 64, variant="bar", hand=hand(slant=slant))
        rows, columns = np.nonzero(ink)
        return columns[rows < 24].mean() - columns[rows > 40].mean()

    assert lean(0.5) > 10
    assert abs(lean(0.0)) < 1
    assert lean(-0.4) < -8


@pytest.mark.parametrize("label", [0, 6, 8, 9])
def test_even_fat_pens_leave_the_rings_open(label):
    # A closed ring is paper that a flood from outside does not reach.
    import cv2

    open_rings = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        usual = replace(random_hand(rng), rare=False)  # others leave every third 6 open
        canon = to_canon(draw_digit(label, rng, hand=usual))
        paper = (canon < 128).astype(np.uint8)
        open_rings += cv2.connectedComponents(paper, connectivity=4)[0] > 2
    assert open_rings > 40  # some variants are written with a gap


@pytest.mark.parametrize("pen", ["round", "chisel", "ball", "mouse"])
def test_every_pen_draws_dark_lines_on_blank_paper(pen):
    ink = draw_digit(4, np.random.default_rng(2), 64, variant="closed", hand=hand(pen=pen))
    assert ink.max() > 200
    assert 0.03 < (ink > 127).mean() < 0.3
    assert (ink == 0).mean() > 0.6


def test_a_mouse_draws_without_grey_and_other_pens_with_it():
    def greys(pen):
        ink = draw_digit(8, np.random.default_rng(3), 64, hand=hand(pen=pen))
        return np.count_nonzero((ink > 0) & (ink < 255))

    assert greys("mouse") == 0
    assert greys("round") > 30


@pytest.mark.parametrize("name", [*DEBRIS, "scribble"])
def test_debris_lies_inside_its_picture(name):
    rng = np.random.default_rng(5)
    for _ in range(5):
        ink = draw_debris(rng, 64, name=name)
        assert ink.max() > 100
        assert not np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]]).any()


def test_no_debris_is_a_letter_that_has_a_digits_shape():
    assert not set("OoQDIlZzSsrGbBgqPYyt") & set(DEBRIS)


def test_the_boxes_of_a_number_hold_its_ink_in_reading_order():
    for seed in range(20):
        ink, boxes = draw_number("40718", np.random.default_rng(seed), 64, 0.3)
        assert len(boxes) == 5
        assert [box[0] for box in boxes] == sorted(box[0] for box in boxes)
        inside = np.zeros_like(ink)
        for x, y, width, height in boxes:
            inside[y : y + height, x : x + width] = 1
        assert not (ink * (1 - inside)).any()
        assert min(box[1] for box in boxes) > 0
        assert max(box[1] + box[3] for box in boxes) < 64


def test_a_wider_gap_makes_a_longer_number():
    widths = [
        draw_number("2222", np.random.default_rng(1), 64, gap)[0].shape[1]
        for gap in (0.0, 0.3, 0.8)
    ]
    assert widths == sorted(set(widths))


def test_a_skeleton_passes_through_its_points_and_turns_sharply_only_at_corners():
    smooth, sharp = skeleton("0,100 50,0 100,100"), skeleton("0,100 50,0! 100,100")
    for shape in (smooth, sharp):
        line = shape.strokes[0] @ shape.points
        for point in shape.points:
            assert np.abs(line - point).sum(axis=1).min() < 1e-6

    def sharpest_turn(shape):
        steps = np.diff(shape.strokes[0] @ shape.points, axis=0)
        angle = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        return np.abs(np.diff(angle)).max()

    assert sharpest_turn(sharp) > 2
    assert sharpest_turn(smooth) < 1.2
