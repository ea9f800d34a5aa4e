"""Ink: found whatever the light, the paper, the pen and the polarity."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.data.pen import draw_digit
from tenfold.picture import find_ink, is_light_on_dark, open_picture, percentile


def digit(label=5, side=96, seed=0):
    return draw_digit(label, np.random.default_rng(seed), side)


def on_paper(ink, paper=235, pen=40):
    """Grey picture of ink (0..255) laid on paper."""
    share = ink / 255.0
    return (paper * (1 - share) + pen * share).astype(np.uint8)


def overlap(found, truth):
    """Intersection over union of two masks."""
    return (found & truth).sum() / max((found | truth).sum(), 1)


def mask_of(picture):
    """The mask on the picture's own grid."""
    ink = find_ink(open_picture(picture))
    step = round(ink.scale)
    return ink.mask[step // 2 :: step, step // 2 :: step]


@pytest.mark.parametrize("label", range(10))
def test_the_ink_is_where_it_was_drawn(label):
    ink = digit(label)
    assert overlap(mask_of(on_paper(ink)), ink > 100) > 0.75


@given(st.integers(0, 9), st.integers(0, 50), st.integers(170, 255), st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_a_picture_and_its_inverse_have_the_same_ink(label, seed, paper, pen):
    picture = on_paper(digit(label, seed=seed), paper, pen)
    ink, inverse = find_ink(open_picture(picture)), find_ink(open_picture(255 - picture))
    assert (ink.light_on_dark, inverse.light_on_dark) == (False, True)
    assert overlap(ink.mask, inverse.mask) > 0.7


def test_a_named_polarity_is_believed():
    picture = on_paper(digit(8))
    forced = find_ink(open_picture(picture), "light-on-dark")
    assert forced.light_on_dark
    assert not find_ink(open_picture(picture)).light_on_dark


def test_polarity_of_real_digits_holds_when_they_touch_all_edges(mnist_digits):
    tight = []
    for ink in mnist_digits[:1000]:
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
        if columns[-1] - columns[0] >= 9:  # in a tighter crop of a 1 there is no paper left
            tight.append(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    assert len(tight) > 700
    assert np.mean([is_light_on_dark(ink) for ink in mnist_digits[:1000]]) == 1.0
    assert np.mean([is_light_on_dark(ink) for ink in tight]) > 0.975
    assert np.mean([is_light_on_dark(255 - ink) for ink in tight]) < 0.025


@pytest.mark.parametrize("shadow", ["left", "corner", "band"])
def test_a_shadow_is_no_ink(shadow):
    ink = digit(3)
    y, x = np.mgrid[0:96, 0:96] / 95
    light = {
        "left": 0.45 + 0.55 * x,
        "corner": 0.5 + 0.5 * np.hypot(x, y) / np.sqrt(2),
        "band": 1 - 0.4 * np.exp(-(((x - 0.2) / 0.25) ** 2)),
    }[shadow]
    shaded = (on_paper(ink) * light).astype(np.uint8)
    assert overlap(mask_of(shaded), ink > 100) > 0.65


def test_pale_blue_on_near_white_is_ink():
    ink = digit(2) / 255.0
    paper, pen = np.array([250, 250, 248]), np.array([195, 205, 240])
    picture = (paper * (1 - ink[..., None]) + pen * ink[..., None]).astype(np.uint8)
    rng = np.random.default_rng(0)
    noisy = np.clip(picture + rng.normal(0, 1.5, picture.shape), 0, 255).astype(np.uint8)
    assert overlap(mask_of(noisy), ink > 0.4) > 0.7


def test_a_hair_thin_stroke_is_found_whole():
    picture = np.full((400, 400), 250, np.uint8)
    picture[60:340, 200] = 90
    rows = np.flatnonzero(find_ink(open_picture(picture)).mask.any(axis=1))
    assert rows[0] <= 61
    assert rows[-1] >= 338


def test_a_very_fat_stroke_is_not_hollowed_out():
    picture = np.full((90, 90), 240, np.uint8)
    picture[10:80, 32:58] = 30
    assert overlap(mask_of(picture), picture < 100) > 0.9


def test_a_small_digit_on_a_large_sheet_is_found():
    sheet = np.full((1200, 1600), 245, np.uint8)
    sheet[600:640, 700:740] = on_paper(digit(4, 40), 245)
    rng = np.random.default_rng(1)
    sheet = np.clip(sheet + rng.normal(0, 3, sheet.shape), 0, 255).astype(np.uint8)
    rows, columns = np.nonzero(find_ink(open_picture(sheet)).mask)
    assert rows.min() >= 595
    assert rows.max() <= 645
    assert columns.min() >= 695
    assert columns.max() <= 745


@pytest.mark.parametrize("level", [0, 7, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (28, 28), (300, 200)])
def test_a_blank_page_has_no_ink(level, size):
    assert not find_ink(open_picture(np.full(size, level, np.uint8))).mask.any()


def test_the_grain_of_blank_paper_is_no_ink():
    rng = np.random.default_rng(2)
    y, x = np.mgrid[0:300, 0:400]
    paper = 200 - 0.1 * x - 0.05 * y + rng.normal(0, 2, x.shape)
    assert not find_ink(open_picture(np.clip(paper, 0, 255).astype(np.uint8))).mask.any()


def test_strength_is_in_0_to_1_and_high_on_the_mask():
    ink = find_ink(open_picture(on_paper(digit(6))))
    assert ink.strength.dtype == np.float32
    assert 0 <= ink.strength.min() <= ink.strength.max() <= 1
    assert ink.strength[ink.mask].mean() > 2 * ink.strength[~ink.mask].mean() + 0.3


@pytest.mark.parametrize(
    ("dark", "slope"), [(0.35, 0), (0.35, 0.8), (0.5, 0), (0.5, 0.8), (0.7, 0.8)]
)
def test_the_edge_of_a_hard_shadow_is_no_ink(dark: float, slope: float) -> None:
    """A hand between lamp and page: half as bright beyond a line, and written on both sides."""
    y, x = np.mgrid[:500, :500]
    light = np.where(x + slope * (y - 250) < 260, 1.0, dark)
    light = cv2.GaussianBlur(light, (0, 0), 1.5)  # no shadow is sharper
    written = np.zeros((500, 500), np.uint8)
    for left in (60, 250, 430):
        for top in (60, 240, 420):
            cv2.rectangle(written, (left, top), (left + 4, top + 30), 1, -1)
    grain = np.random.default_rng(0).normal(0, 2, light.shape)
    page = np.clip(light * np.where(written, 70, 200) + grain, 0, 255).astype(np.uint8)
    mask = find_ink(open_picture(page)).mask
    near = cv2.dilate(written, np.ones((7, 7), np.uint8)) > 0
    _, _, stats, _ = cv2.connectedComponentsWithStats((mask & ~near).astype(np.uint8))
    assert stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0) < 20  # a bar has 31
    assert overlap(mask, written > 0) > 0.6


@pytest.mark.parametrize("light_writing", [False, True])
@pytest.mark.parametrize(("size", "height"), [(60, 500), (110, 500), (110, 340), (160, 500)])
@pytest.mark.parametrize("shade", [0.35, 0.55])
def test_a_corner_that_a_shadow_leaves_out_is_no_ink_and_inverts_nothing(
    light_writing: bool, size: int, height: int, shade: float
) -> None:
    """A page in the shadow of a phone but for one corner; or its negative."""
    y, x = np.mgrid[:500, :500]
    light = cv2.GaussianBlur(np.where(x - 0.6 * y > 500 - size, 1.0, shade), (0, 0), 1.5)
    written = np.zeros((500, 500), np.uint8)
    for left in range(40, 400, 60):
        for top in range(100, 460, 60):
            cv2.rectangle(written, (left, top), (left + 4, top + 30), 1, -1)
    grain = np.random.default_rng(0).normal(0, 2, light.shape)
    page = np.clip(light * np.where(written, 90, 230) + grain, 0, 255).astype(np.uint8)
    page = 255 - page if light_writing else page
    ink = find_ink(open_picture(page[:height]))
    assert ink.light_on_dark == light_writing
    assert ink.mask[written[:height] > 0].mean() > 0.9


@given(st.integers(1000, 5000), st.integers(1, 256), st.floats(0, 100))
def test_percentiles_of_many_levels_are_counted_as_numpy_sorts_them(n, n_levels, percent):
    levels = np.random.default_rng(n).integers(0, n_levels, n).astype(np.uint8)
    assert percentile(levels, percent) == pytest.approx(np.percentile(levels, percent))
