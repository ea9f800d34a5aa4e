"""Spoilt pictures become the glyph of the plain digit; plain ones are not touched."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from tenfold.finding.hollow import filled
from tenfold.finding.plain import plain
from tenfold.finding.single import single_digit
from tenfold.finding.strays import without_strays
from tenfold.picture import find_ink, open_picture
from tenfold.picture.bands import without_bands
from tenfold.picture.smear import is_smeared
from tenfold.picture.specks import without_specks
from tenfold.reading import Reader

Levels = NDArray[np.uint8]

SEVEN = [(8, 6), (20, 7), (12, 23)]
TWO = [(9, 10), (12, 6), (17, 7), (18, 12), (9, 22), (20, 22)]
THREE = [(9, 6), (18, 6), (12, 13), (18, 16), (17, 21), (9, 22)]
DIGITS = {7: SEVEN, 2: TWO, 3: THREE}


def drawn(points: list[tuple[int, int]], side: int = 28, pen: int = 3) -> Levels:
    """A digit of straight strokes, white on black."""
    large = np.zeros((side * 8, side * 8), np.uint8)
    line = np.array(points) * 8 * side // 28
    cv2.polylines(large, [line], False, 255, pen * 8, cv2.LINE_AA)
    return np.asarray(cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def alike(one: Levels, other: Levels) -> float:
    """Correlation of two glyphs."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def zigzag(row: int) -> Levels:
    """A wave from edge to edge, 1 px wide, two to each side of a row."""
    line = np.zeros((28, 28), np.uint8)
    points = [(x, row + (2 if k % 2 else -2)) for k, x in enumerate(range(1, 28, 4))]
    cv2.polylines(line, [np.array(points)], False, 255, 1)
    return line


@pytest.mark.parametrize("points", DIGITS.values())
@pytest.mark.parametrize("light", [True, False])
def test_a_plain_picture_is_not_touched(points: list[tuple[int, int]], light: bool) -> None:
    picture = drawn(points) if light else 255 - drawn(points)
    assert without_specks(picture) is picture
    assert without_bands(picture) is picture
    ink = find_ink(open_picture(picture))
    assert plain(ink) is ink
    assert not is_smeared(ink.contrast, ink.mask, float(np.median(ink.contrast[ink.mask])))


@pytest.mark.parametrize("points", DIGITS.values())
@pytest.mark.parametrize("band", [np.s_[:, :7], np.s_[:, 19:], np.s_[:8], np.s_[20:]])
def test_an_inverted_band_gives_the_glyph_of_the_plain_digit(
    points: list[tuple[int, int]], band: tuple[slice, slice]
) -> None:
    digit = drawn(points)
    spoilt = digit.copy()
    spoilt[band] = 255 - spoilt[band]
    assert not np.array_equal(spoilt, digit)
    assert np.array_equal(without_bands(spoilt), digit)
    assert np.array_equal(single_digit(spoilt), single_digit(digit))


def test_a_bar_from_edge_to_edge_is_writing_and_no_band() -> None:
    bar = np.full((28, 28), 255, np.uint8)
    bar[:, 10:16] = 0
    assert without_bands(bar) is bar


def test_a_coloured_header_becomes_paper() -> None:
    page = np.full((300, 200, 3), 250, np.uint8)
    cv2.putText(page, "7", (90, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, (20, 20, 20), 8)
    page[:60] = (180, 40, 30)
    even = without_bands(page)
    assert np.abs(even[:60].astype(int) - 250).max() <= 2
    assert np.array_equal(even[60:], page[60:])


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), points=st.sampled_from(list(DIGITS.values())))
def test_salt_and_pepper_leaves_the_glyph(seed: int, points: list[tuple[int, int]]) -> None:
    rng = np.random.default_rng(seed)
    digit = drawn(points)
    hit, white = rng.random(digit.shape) < 0.15, rng.random(digit.shape) < 0.5
    spoilt = np.where(hit, np.uint8(255) * white, digit).astype(np.uint8)
    assert alike(single_digit(spoilt), single_digit(digit)) > 0.7
    assert alike(without_specks(spoilt), digit) > alike(spoilt, digit) + 0.1


@pytest.mark.parametrize("points", DIGITS.values())
def test_an_outlined_digit_is_filled(points: list[tuple[int, int]]) -> None:
    solid = drawn(points, 112, 16) > 127
    outline = cv2.morphologyEx(solid.view(np.uint8), cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
    hollow = outline > 0
    assert (hollow & solid).sum() < 0.5 * solid.sum()
    whole = filled(hollow)
    assert (whole & solid).sum() > 0.97 * solid.sum()
    assert np.array_equal(whole & ~solid, hollow & ~solid), "no more than strokes"


@pytest.mark.parametrize("loops", [1, 2])
@pytest.mark.parametrize("squeezed", [0.6, 0.9])
def test_the_loops_of_a_0_and_an_8_stay_open(loops: int, squeezed: float) -> None:
    field = np.zeros((120, 120), np.uint8)
    high = 50 // loops
    for k in range(loops):
        centre = (60, 60 + (2 * k - loops + 1) * high)
        cv2.ellipse(field, centre, (round(squeezed * high), high), 0, 0, 360, 1, 5)
    assert filled(field > 0).tolist() == (field > 0).tolist()


@pytest.mark.parametrize(("label", "row"), [(7, 25), (2, 3)])
def test_a_dotted_line_and_a_wave_beside_strokes_are_taken_off(label: int, row: int) -> None:
    digit = drawn(DIGITS[label])
    dots = np.zeros_like(digit)
    dots[row - 1 : row + 2, [x for x in range(28) if x % 4 >= 2]] = 255
    for line in (dots, zigzag(row)):
        ink = find_ink(open_picture(np.maximum(digit, line)))
        clean = without_strays(ink.mask)
        assert clean.sum() < ink.mask.sum()
        glyph = single_digit(np.maximum(digit, line))
        assert alike(glyph, single_digit(digit)) > 0.75


def test_smeared_strokes_across_the_motion_are_kept() -> None:
    digit = drawn([(9, 5), (9, 14), (19, 14), (19, 5), (19, 23)])  # a 4
    taps = np.exp(-(np.arange(21) ** 2) / 18)
    kernel = np.zeros((1, 41), np.float32)
    kernel[0, 20:] = taps / taps.sum()
    smeared = np.asarray(cv2.filter2D(digit, -1, kernel), np.uint8)
    rows = np.flatnonzero((single_digit(smeared) > 60).any(axis=1))
    assert rows[-1] - rows[0] >= 17, "not the crossbar alone"


@pytest.mark.parametrize("label", DIGITS)
def test_the_reader_reads_a_digit_with_an_inverted_band_from_a_file(
    label: int, tmp_path: Path
) -> None:
    spoilt = drawn(DIGITS[label])
    spoilt[:, :7] = 255 - spoilt[:, :7]
    Image.fromarray(spoilt).save(tmp_path / "digit.png")
    assert Reader().read(tmp_path / "digit.png").text == str(label)


def test_tinted_paper_beside_white_is_no_band() -> None:
    page = np.full((90, 200), 245, np.uint8)
    page[20:] = 180
    cv2.putText(page, "1615", (10, 75), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 4)
    assert without_bands(page) is page
