"""Pages are read as they should lie; a digit is read as it lies; boxes come back to the ink."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image

from pages_drawn import homography, leaning, moved, photographed, written_page
from tenfold.data.pen import draw_digit
from tenfold.picture import Ink, View, find_ink, open_picture, parse_region, view_of
from tenfold.reading import Reader
from tenfold.reading.layouts import LaidOut
from tenfold.reading.straight import read_straight
from tenfold.reading.ways import ways_up
from tenfold.results import Box, Digit, Number
from tenfold.runtime import load_classifier

LINES = ["40718233", "2365911", "98104556", "7720318", "55126409"]
PAGE, BOXES = written_page(LINES, 2)
WAYS = partial(ways_up, load_classifier())
CORNERS = np.array([[230, 140], [930, 180], [1010, 1060], [170, 1010]], np.float32)


class Rows:
    """Reads no digits, but says where each row of ink lies, and how sure it is if it is upright.

    The page's first row is its longest, so which way up it lies is told by its weight.
    """

    def __init__(self, upright=0.0):
        self.upright, self.seen = upright, []

    def __call__(self, view: View, ink: Ink) -> LaidOut:
        self.seen.append(view)
        filled = np.flatnonzero(np.diff(np.pad(ink.mask.any(axis=1), 1).astype(int)))
        numbers = []
        for top, bottom in filled.reshape(-1, 2):
            if bottom - top < 10 * ink.scale:
                continue
            columns = np.flatnonzero(ink.mask[top:bottom].any(axis=0))
            left, right = columns[0], columns[-1] + 1
            sides = np.array([left, top, right - left, bottom - top]) / ink.scale
            box = Box(*(int(v) for v in sides.round()))
            digits = tuple(Digit(1, self.upright, box) for _ in range(8))
            numbers.append(Number("1" * 8, self.upright, "review", box, digits))
        return LaidOut(numbers, [])


def covers(box, wanted, near):
    left, top, right, bottom = wanted
    found = np.array([box.x, box.y, box.right, box.bottom])
    return np.abs(found - [left, top, right, bottom]).max() <= near


def test_boxes_of_a_leaning_page_lie_around_the_writing_in_the_picture():
    picture, to_picture = leaning(PAGE, 11)
    rows = Rows(1.0)
    found = read_straight(open_picture(picture), "auto", rows, WAYS)
    assert not rows.seen[0].is_source
    assert len(found.numbers) == len(BOXES)
    for number, box in zip(found.numbers, BOXES, strict=True):
        assert covers(number.box, moved(box, to_picture), 14)


def test_boxes_on_a_sheet_lie_around_the_writing_in_the_photograph():
    photograph = photographed(PAGE, CORNERS, (1200, 1200))
    found = read_straight(open_picture(photograph), "auto", Rows(1.0), WAYS)
    to_picture = homography((700, 900), CORNERS)
    assert len(found.numbers) == len(BOXES)
    for number, box in zip(found.numbers, BOXES, strict=True):
        assert covers(number.box, moved(box, to_picture), 16)


def test_boxes_in_a_region_are_those_of_the_whole_picture():
    x, y, width, height = BOXES[1]
    region = parse_region(f"0,{y - 20},100%,{height + 40}")
    found = read_straight(open_picture(PAGE, region), "auto", Rows(1.0), WAYS)
    assert [n.box.to_list() for n in found.numbers] == [pytest.approx([x, y, width, height], abs=4)]


def test_a_level_page_that_reads_well_is_read_once_and_as_it_is():
    rows = Rows(0.95)
    read_straight(open_picture(PAGE), "auto", rows, WAYS)
    assert [view.is_source for view in rows.seen] == [True]


@pytest.mark.parametrize("digit", range(10))
def test_a_single_digit_is_never_turned(digit):
    picture = 255 - draw_digit(digit, np.random.default_rng(digit), 400)
    for k in range(4):
        rows = Rows(0.1)
        read_straight(open_picture(np.ascontiguousarray(np.rot90(picture, k))), "auto", rows, WAYS)
        assert [view.is_source for view in rows.seen] == [True]


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_a_page_is_turned_to_where_it_reads_far_better(k):
    turned = np.ascontiguousarray(np.rot90(PAGE, k))
    upright_shape = PAGE.shape

    class Sure(Rows):
        def __call__(self, view, ink):
            """Sure of a page whose first row begins at the left, as this page's rows do."""
            tall = ink.mask.shape[0] > ink.mask.shape[1]
            columns = np.flatnonzero(ink.mask.any(axis=0))
            at_left = columns[0] < ink.mask.shape[1] - columns[-1]
            self.upright = 0.95 if tall and at_left else 0.3
            return super().__call__(view, ink)

    sure = Sure()
    found = read_straight(open_picture(turned), "auto", sure, WAYS)
    assert found.numbers[0].confidence == 0.95
    assert sure.seen[-1].picture.pixels.shape == upright_shape
    to_picture = np.linalg.inv(view_of(open_picture(PAGE)).to_source)
    height, width = PAGE.shape
    quarter = {
        0: np.eye(3),
        1: np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]]),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        3: np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]]),
    }[k]
    for number, box in zip(found.numbers, BOXES, strict=True):
        assert covers(number.box, moved(box, quarter @ to_picture), 4)


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_the_things_on_a_page_say_which_way_up_it_lies(k):
    ink = find_ink(open_picture(np.ascontiguousarray(np.rot90(PAGE, k))))
    logs = WAYS(ink, 30)
    assert (logs.argmax() + k) % 4 == 0
    assert np.sort(logs)[-1] - np.sort(logs)[-2] > 6


def test_a_page_with_nothing_on_it_lies_no_way_up():
    assert WAYS(find_ink(open_picture(np.full((90, 90), 240, np.uint8))), 0).tolist() == [0] * 4


@pytest.mark.parametrize("k", [1, 3])
def test_a_page_on_its_side_is_not_read_along_its_columns(k):
    rows = Rows(0.95)
    read_straight(open_picture(np.ascontiguousarray(np.rot90(PAGE, k))), "auto", rows, WAYS)
    assert [view.picture.pixels.shape for view in rows.seen] == [PAGE.shape]


@pytest.fixture(scope="module")
def reader():
    return Reader()


def three_pages():
    stream = io.BytesIO()
    first, *rest = [Image.new("L", (width, 40), 240) for width in (90, 120, 90)]
    first.save(stream, "TIFF", save_all=True, append_images=rest)
    return stream.getvalue()


def test_a_page_that_cannot_be_read_leaves_the_others(reader):
    found = reader.read_pages(three_pages(), region=parse_region("100,0,10,10"))
    assert [(r.page, bool(r.error)) for r in found] == [(1, True), (2, False), (3, True)]


def test_many_sources_give_all_their_pages_in_order(reader):
    found = list(reader.read_many([three_pages(), b"words", PAGE]))
    assert [r.page for r in found] == [1, 2, 3, None, None]
    assert [bool(r.error) for r in found] == [False, False, False, True, False]


def test_what_is_read_on_a_photographed_sheet_is_what_was_written(reader):
    photograph = photographed(PAGE, CORNERS, (1200, 1200))
    texts = [number.text for number in reader.read(photograph).numbers]
    assert sum(line in texts for line in LINES) >= 4
    turned = np.ascontiguousarray(np.rot90(photograph))
    assert sum(line in texts for line in [n.text for n in reader.read(turned).numbers]) >= 4
