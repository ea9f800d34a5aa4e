"""Synthetic pages: the same ones every time, and their truth is where it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.data.donors import Donors
from tenfold.data.page_camera import lined
from tenfold.data.pages import KINDS, drawn_pages

PEN = Donors({})


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_page_stands_in_its_box(kind):
    for page in drawn_pages(kind, 2, PEN, seed=3):
        height, width = page.pixels.shape
        assert page.numbers
        for text, (x, y, w, h) in page.numbers:
            assert text.isdigit()
            assert min(x, y, width - x - w, height - y - h) >= -1
            inside = page.pixels[int(max(y, 0)) : int(y + h), int(max(x, 0)) : int(x + w)]
            dark = np.percentile(inside, 1)
            assert dark < 0.85 * np.median(inside), "there is ink, and it is no shadow"


def test_a_page_depends_on_its_seed_and_number_alone():
    one, two = drawn_pages("list", 2, PEN, seed=5)
    (again,) = drawn_pages("list", 1, PEN, seed=5)
    (other,) = drawn_pages("list", 1, PEN, seed=6)
    assert np.array_equal(one.pixels, again.pixels)
    assert one.numbers == again.numbers
    assert one.numbers != two.numbers
    assert one.numbers != other.numbers


def test_numbers_stand_clear_of_one_another():
    for kind in ("plain", "table", "squared one each"):
        (page,) = drawn_pages(kind, 1, PEN, seed=8)
        boxes = [box for _, box in page.numbers]
        for k, (x, y, w, h) in enumerate(boxes):
            for a, b, c, d in boxes[:k]:
                across, down = min(x + w, a + c) - max(x, a), min(y + h, b + d) - max(y, b)
                assert across <= 0 or down <= 0.5 * min(h, d)


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(KeyError):
        next(drawn_pages("crumpled", 1, PEN))


@given(st.lists(st.integers(5, 60), min_size=2, max_size=4, unique=True), st.booleans())
def test_lines_end_at_one_another_or_go_on_to_the_edges(places, out):
    places = sorted(places)
    field = np.zeros((70, 80), np.uint8)
    lined(field, places, places, 1.0, 1, out=out)
    assert bool(field[:, 0].any()) == out
    assert (field[places[0], places[0] : places[-1]] > 200).all()
