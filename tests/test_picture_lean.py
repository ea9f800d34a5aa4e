"""The lean of a page's lines is found within a degree; a digit and a number have none."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages_drawn import leaning, moved, written_page
from tenfold.data.nib import random_hand
from tenfold.data.pen import draw_digit, draw_number
from tenfold.picture import find_ink, open_picture, page_lean, turned, view_of
from tenfold.picture.lean import _ruled
from tenfold.picture.lean_rows import _sharpness

LINES = ["40718233", "2365911", "98104556", "7720318", "55126409"]
degrees = st.floats(-20, 20)


def lean_of(pixels):
    return page_lean(find_ink(open_picture(pixels)).mask)


@given(degrees, st.integers(0, 5))
@settings(max_examples=15, deadline=None)
def test_the_lean_of_a_ruled_page_is_found_within_a_degree(angle, seed):
    page, _ = written_page(LINES, seed, ruled=True)
    assert lean_of(leaning(page, angle)[0]).degrees == pytest.approx(angle, abs=1)


@given(degrees, st.integers(0, 5))
@settings(max_examples=15, deadline=None)
def test_the_lean_of_rows_of_writing_is_found_within_a_degree_and_a_half(angle, seed):
    page, _ = written_page(LINES, seed)
    assert lean_of(leaning(page, angle)[0]).degrees == pytest.approx(angle, abs=1.5)


@given(st.integers(0, 9), st.floats(-0.6, 0.6), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_a_single_digit_has_no_lean_however_it_slants(digit, slant, seed):
    rng = np.random.default_rng(seed)
    slanted = replace(random_hand(rng), slant=slant, turn=30 * slant)
    assert lean_of(255 - draw_digit(digit, rng, 400, hand=slanted)).degrees == 0


@given(st.text("0123456789", min_size=1, max_size=5), degrees, st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_short_number_has_no_lean(text, angle, seed):
    ink, _ = draw_number(text, np.random.default_rng(seed), 120, 0.3)
    page = np.pad(235 - (ink * 0.8).astype(np.uint8), 60, constant_values=235)
    assert lean_of(leaning(page, angle)[0]).degrees == 0


def test_noise_and_a_blank_page_have_no_lean():
    noise = np.random.default_rng(1).random((400, 400)) > 0.5
    assert page_lean(noise).degrees == 0
    assert page_lean(np.zeros((400, 400), bool)).degrees == 0


@pytest.mark.parametrize("angle", [-20, -7.3, 4, 15, 90, 180, -90])
def test_ink_that_is_turned_back_lies_where_it_was_written(angle):
    page, boxes = written_page(LINES)
    picture, to_picture = leaning(page, angle)
    view = view_of(open_picture(picture))
    level, ink = turned(view, find_ink(view.picture), angle)
    back = np.linalg.inv(to_picture) @ level.to_source
    height, width = ink.mask.shape
    shift = np.array([[1, 0, (width - 700) / 2], [0, 1, (height - 900) / 2], [0, 0, 1]])
    assert np.allclose(back @ shift, np.eye(3), atol=1e-6)
    for box in boxes:
        x0, y0, x1, y1 = (round(v) for v in moved(box, shift))
        inside = ink.mask[y0 - 2 : y1 + 2, x0 - 2 : x1 + 2]
        assert inside.sum() > 0.95 * ink.mask[y0 - 9 : y1 + 9].sum() > 100


@pytest.mark.parametrize(("quarter", "k"), [(90, 1), (180, 2), (-90, 3)])
def test_a_quarter_turn_moves_pixels_and_changes_none(quarter, k):
    page, _ = written_page(LINES[:2], size=(400, 300))
    view = view_of(open_picture(page))
    ink = find_ink(view.picture)
    aside, ink_aside = turned(view, ink, quarter)
    assert np.array_equal(aside.picture.pixels, np.rot90(page, k))
    assert np.array_equal(ink_aside.mask, np.rot90(ink.mask, k))


def test_a_box_of_a_turned_view_is_the_upright_box_around_it_in_the_source():
    view = view_of(open_picture(np.zeros((100, 200), np.uint8)))
    ink = find_ink(view.picture)
    aside, _ = turned(view, ink, 90)
    assert aside.picture.pixels.shape == (200, 100)
    assert aside.hull(10, 20, 30, 5) == (175, 10, 5, 30)


@pytest.mark.parametrize("angle", [-12, 5, 12])
def test_a_page_whose_writing_all_hangs_on_its_rules_leans_as_they_do(angle):
    page = np.zeros((900, 700), np.uint8)
    slope = np.tan(np.deg2rad(angle))
    for y in range(200, 800, 80):
        cv2.line(page, (20, y), (680, round(y + 660 * slope)), 1, 2)
        cv2.line(page, (200, y - 30), (200, round(y + 200 * slope)), 1, 4)
    assert page_lean(page > 0).degrees == pytest.approx(angle, abs=0.5)


def test_sparse_dots_that_vanish_in_the_small_copy_have_no_lean():
    mask = np.zeros((3200, 3200), bool)
    mask[::200, ::200] = True
    assert mask.sum() >= 200
    assert page_lean(mask).degrees == 0


def test_strokes_of_a_few_zeros_are_no_rules_of_a_page():
    ink, _ = draw_number("0000", np.random.default_rng(102), 120, 0.3)
    page = np.pad(235 - (ink * 0.8).astype(np.uint8), 60, constant_values=235)
    assert lean_of(leaning(page, 2.0)[0]).degrees == 0


@pytest.mark.parametrize("n", [7, 12])
def test_rows_of_few_things_are_as_sharp_counted_by_pairs_as_by_bins(n, monkeypatch):
    things = np.random.default_rng(n).integers(0, 600, (n, 2)) / 2
    by_pairs = _sharpness(things, 20.0)
    monkeypatch.setattr("tenfold.picture.lean_rows._HANDFUL", 0)
    assert np.array_equal(_sharpness(things, 20.0), by_pairs)


@given(st.integers(1, 400), st.integers(0, 9), st.floats(-21, 21))
def test_ink_on_lines_is_the_same_for_one_lean_and_for_several(n, seed, lean):
    points = np.random.default_rng(seed).integers(0, 90, (n, 2)).astype(float)
    leans = np.array([lean - 0.5, lean, lean + 0.5])
    alone = [_ruled(points, leans[k : k + 1])[0] for k in range(3)]
    assert _ruled(points, leans).tolist() == alone
