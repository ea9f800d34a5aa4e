"""A sheet on a table is found and made flat; a picture of the page alone is not touched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages_drawn import homography, leaning, photographed, written_page
from tenfold.data.pen import draw_digit, draw_number
from tenfold.picture import find_ink, flattened, open_picture, through, view_of
from tenfold.picture.sheet import find_sheet

PAGE, BOXES = written_page(["40718", "2365", "98104", "77", "5512"])
SIZE = (1200, 1200)
NEAR = np.array([[230, 140], [930, 180], [1010, 1060], [170, 1010]], np.float32)


@st.composite
def corners_in_view(draw):
    """The page's corners, each within 70 px of a smaller page's in the middle of the picture."""
    off = st.integers(-70, 70)
    middle = np.array([[300, 200], [900, 200], [900, 970], [300, 970]], np.float32)
    return middle + np.array([[draw(off), draw(off)] for _ in range(4)], np.float32)


@given(corners_in_view(), st.sampled_from([20, 60, 120, 170]))
@settings(max_examples=20, deadline=None)
def test_the_corners_of_a_sheet_are_found_within_a_few_pixels(corners, table):
    found = find_sheet(photographed(PAGE, corners, SIZE, table=table))
    assert found is not None
    assert np.abs(found - corners).max() < 6


@pytest.mark.parametrize("table", [20, 120])
def test_what_is_made_flat_leads_back_to_the_page(table):
    picture = open_picture(photographed(PAGE, NEAR, SIZE, table=table))
    view = flattened(view_of(picture))
    assert not view.is_source
    to_picture = homography((700, 900), NEAR)
    back = np.linalg.inv(to_picture) @ view.to_source
    high, wide = view.picture.pixels.shape[:2]
    assert 600 < wide < 850
    assert 750 < high < 950
    places = np.array(
        [[0.2 * wide, 0.3 * high], [0.8 * wide, 0.3 * high], [0.5 * wide, 0.9 * high]]
    )
    of_page = through(back, places) / [700, 900]
    assert np.abs(of_page - places / [wide, high]).max() < 0.015
    ink = find_ink(view.picture)
    assert not ink.light_on_dark
    assert ink.mask.mean() == pytest.approx(find_ink(open_picture(PAGE)).mask.mean(), rel=0.5)


@pytest.mark.parametrize(("table", "lit"), [(20, 0.45), (90, 0.45), (125, 0.55), (125, 0.7)])
@pytest.mark.parametrize("slope", [-0.7, 0.4])
def test_a_hard_shadow_over_half_of_the_sheet_hides_nothing_of_it(table, lit, slope):
    photo = photographed(PAGE, NEAR, SIZE, table=table)
    y, x = np.ogrid[: photo.shape[0], : photo.shape[1]]
    dark = x > SIZE[0] / 2 + slope * (y - SIZE[1] / 2)
    shadowed = np.where(dark, (lit * photo).astype(np.uint8), photo)
    found = find_sheet(shadowed)
    assert found is not None
    assert np.abs(found - NEAR).max() < 8


def test_a_dark_sheet_on_a_light_table_is_found():
    found = find_sheet(photographed(255 - PAGE, NEAR, SIZE, table=240))
    assert found is not None
    assert np.abs(found - NEAR).max() < 6


def test_a_sheet_that_leaves_the_picture_is_left_as_it_is():
    corners = NEAR + np.array([[-300, 0], [0, 0], [0, 0], [-300, 0]], np.float32)
    assert find_sheet(photographed(PAGE, corners, SIZE)) is None


def test_an_empty_sheet_and_a_fat_stroke_are_no_sheets():
    empty = np.full((900, 700), 235, np.uint8)
    assert find_sheet(photographed(empty, NEAR, SIZE)) is None
    one = np.full((600, 600), 240, np.uint8)
    one[60:540, 220:380] = 20
    assert find_sheet(one) is None


def flat_pictures():
    rng = np.random.default_rng(3)
    yield PAGE
    yield 255 - PAGE
    yield written_page(["123", "456", "789"], ruled=True)[0]
    yield leaning(PAGE, 12)[0]
    for digit in range(10):
        yield 255 - draw_digit(digit, rng, 512)
    yield 255 - draw_number("0810", rng, 300)[0]
    framed = 255 - draw_digit(5, rng, 512)
    framed[10:30] = framed[-30:-10] = 0
    framed[:, 10:30] = framed[:, -30:-10] = 0
    yield np.pad(framed, 40, constant_values=255)
    yield rng.integers(0, 256, (500, 500), np.uint8)


@pytest.mark.parametrize(
    "pixels", list(flat_pictures()), ids=lambda p: f"{p.shape[1]}x{p.shape[0]}"
)
def test_a_picture_of_the_page_alone_comes_back_bit_by_bit(pixels):
    view = view_of(open_picture(pixels))
    same = flattened(view)
    assert same is view
    assert np.array_equal(same.picture.pixels, pixels)
