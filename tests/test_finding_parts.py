"""Rules, pieces, lines, cuts and numbers: each by a page of which the answer is plain."""

import numpy as np
import pytest

from tenfold.data.pen import draw_number
from tenfold.finding.cuts import MAX_CUTS, cut, writing_slant
from tenfold.finding.lines import in_lines
from tenfold.finding.pieces import Piece, find_pieces, of_writing, writing_height
from tenfold.finding.ruled import without_rules
from tenfold.reading.numbers import numbers_of
from tenfold.reading.spacing import apart
from tenfold.reading.spelling import Found, Spelled
from tenfold.reading.surety import surety
from tenfold.results import Box


def number(text="40718", seed=1, height=60, gap=0.25):
    ink, _ = draw_number(text, np.random.default_rng(seed), height, gap)
    return np.pad(ink > 100, 20)


def bar(x, y, width, height):
    return Piece(Box(x, y, width, height), np.ones((height, width), bool), width * height)


@pytest.mark.parametrize("thick", [1, 2, 4])
@pytest.mark.parametrize("slope", [0.0, 0.004, -0.01])
def test_a_ruled_line_goes_and_the_writing_stays(thick, slope):
    page = number()
    lined = page.copy()
    for x in range(page.shape[1]):
        y = int(page.shape[0] * 0.72 + slope * x)
        lined[y : y + thick, x] = True
    clean = without_rules(lined, 60)
    assert (clean & ~page).sum() < 0.12 * (lined & ~page).sum()
    assert (clean & page).sum() > 0.93 * page.sum()


def test_the_borders_of_a_cell_go():
    page = number("5")
    framed = page.copy()
    framed[:3], framed[-3:], framed[:, :3], framed[:, -3:] = True, True, True, True
    assert np.array_equal(without_rules(framed, 60), page)


def test_a_page_without_rules_is_left_alone():
    page = number("1172")
    assert without_rules(page, 60) is page


def test_a_lone_1_from_edge_to_edge_is_no_rule():
    page = np.zeros((100, 100), bool)
    page[:, 45:52] = True
    assert without_rules(page, 100) is page


@pytest.mark.parametrize("lean", [0, 3, -4])
@pytest.mark.parametrize("tops", [[], [10]])
def test_the_sides_of_uneven_boxes_go_and_what_is_written_in_them_stays(lean, tops):
    """Boxes open above, or closed; their sides lean by so many px."""
    page = np.zeros((110, 500), bool)
    digits = [number(text, seed=k) for k, text in enumerate("4071")]
    edges = [10, 125, 250, 360, 480]
    for digit, left, right in zip(digits, edges, edges[1:], strict=False):
        y, x = 5, (left + right - digit.shape[1]) // 2
        page[y : y + digit.shape[0], x : x + digit.shape[1]] |= digit
    lined = page.copy()
    for top in (95, *tops):
        lined[top : top + 4] = True
    for edge in edges:
        for y in range(8, 97):
            x = edge + round(lean * (y - 50) / 90)
            lined[y, x : x + 4] = True
    clean = without_rules(lined, 60)
    assert (clean & ~page).sum() < 0.12 * (lined & ~page).sum()
    assert (clean & page).sum() > 0.93 * page.sum()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize("text", ["1141", "19091", "17141", "1911"])
def test_ones_and_stems_that_stand_on_a_line_stay(text, seed):
    page = number(text, seed, gap=0.5)
    lined = page.copy()
    lowest = int(np.flatnonzero(page.any(axis=1)).max())
    lined[lowest - 2 : lowest + 2] = True
    clean = without_rules(lined, 60)
    assert (clean & page).sum() > 0.85 * page.sum()


def test_the_long_stroke_of_a_lone_7_is_no_rule():
    page = np.zeros((200, 160), bool)
    page[8:192, 90:98] = page[8:20, 30:98] = page[8:60, 30:38] = True
    assert without_rules(page, 180) is page


def test_digits_that_touch_a_ragged_line_are_parted_from_it():
    page = number("0768", height=40, gap=0.6)
    lowest = int(np.flatnonzero(page.any(axis=1)).max())
    lined = page.copy()
    lined[lowest + 2 : lowest + 6] = True
    lined[lowest + 1, np.arange(page.shape[1]) % 40 > 0] = True
    height = writing_height(find_pieces(page))
    left = [p for p in find_pieces(without_rules(lined, height)) if p.area > 20]
    assert len(left) == len(find_pieces(page)) == 4
    assert max(p.box.width for p in left) <= max(p.box.width for p in find_pieces(page)) + 3


def test_pieces_are_the_connected_parts_largest_first():
    page = number("40718")
    pieces = find_pieces(page)
    assert sum(piece.area for piece in pieces) == page.sum()
    assert [p.area for p in pieces] == sorted((p.area for p in pieces), reverse=True)
    rebuilt = np.zeros_like(page)
    for piece in pieces:
        box = piece.box
        rebuilt[box.y : box.bottom, box.x : box.right] |= piece.mask
    assert np.array_equal(rebuilt, page)


def test_dirt_hairlines_and_slivers_at_the_edge_are_no_writing():
    digits = [bar(60, 20, 12, 60), bar(100, 20, 30, 60)]
    dirt = bar(150, 50, 2, 2)
    hairline = bar(40, 3, 2, 94)
    sliver = bar(0, 10, 4, 70)
    kept = of_writing([*digits, dirt, hairline, sliver], (100, 200))
    assert kept == digits


def test_the_edge_of_a_sheet_is_no_writing_and_has_no_height():
    digits = [bar(60 * k, 200, 20, 40) for k in range(1, 6)]
    edge = bar(0, 5, 6, 380)
    assert of_writing([edge, *digits], (400, 400)) == digits
    assert edge in of_writing([edge, *digits[:2]], (400, 400)), "two digits do not tell how high"


def test_the_corner_of_a_sheet_has_no_height_of_writing_either():
    mask = np.zeros((400, 500), bool)
    mask[:3, 200:] = mask[:300, -3:] = True  # the rims of two sides, which hang together
    mask[100:140, 60:300] |= number()[20:60, :240]
    pieces = find_pieces(mask)
    assert max(p.box.height for p in pieces) == 300
    kept = of_writing(pieces, mask.shape)
    assert max(p.box.height for p in kept) <= 40
    assert len(kept) >= 5


def test_a_large_digit_that_juts_in_over_two_edges_is_no_rim():
    mask = np.zeros((400, 500), bool)
    mask[:6, 100:] = True
    for k in range(300):  # a 7 as high as the picture
        mask[k, 480 - k // 2 : 500 - k // 2] = True
    mask[350:390, 60:300] |= number()[20:60, :240]
    kept = of_writing(find_pieces(mask), mask.shape)
    assert max(p.box.height for p in kept) == 300


def test_a_1_by_a_finer_pen_than_the_largest_thing_is_writing():
    digits = [bar(40, 20, 2, 60), bar(100, 20, 30, 60)]
    assert set(map(id, of_writing(digits, (100, 200)))) == set(map(id, digits))


def test_the_writing_height_is_that_of_the_digits_and_not_of_the_dots():
    pieces = [bar(40 * k, 0, 25, 50) for k in range(4)]
    dots = [bar(40 * k + 30, 45, 4, 4) for k in range(8)]
    assert writing_height(pieces + dots) == 50
    assert writing_height([]) == 0


def test_ruled_lines_have_no_height_of_writing_and_go_where_there_is_little_else():
    page = np.zeros((600, 620), bool)
    digit = find_pieces(number("7", seed=4))[0]
    page[300 : 300 + digit.box.height, 300 : 300 + digit.box.width] = digit.mask
    lined = page.copy()
    for y in (60, 200, 500, 560):
        lined[y : y + 4] = True
    height = writing_height(find_pieces(lined))
    assert height == digit.box.height
    assert np.array_equal(without_rules(lined, height), page)


def test_lines_go_from_top_to_bottom_and_pieces_from_left_to_right():
    rows = [[bar(40 * k, 100 * row + 5 * (k % 2), 25, 50) for k in range(4)] for row in range(3)]
    mixed = [rows[2][1], rows[0][3], rows[1][0], rows[0][0], rows[2][0], rows[1][1], rows[0][1],
             rows[1][3], rows[2][3], rows[1][2], rows[0][2], rows[2][2]]  # fmt: skip
    assert in_lines(mixed) == rows


def test_a_line_that_climbs_is_one_line():
    climbing = [bar(40 * k, 200 - 14 * k, 25, 50) for k in range(10)]
    assert in_lines(climbing) == [climbing]


@pytest.mark.parametrize("lean", [0.0, 0.1])
def test_digits_high_and_low_in_printed_squares_stand_on_the_line_of_their_row(lean):
    """Squares of 60 px, in each a digit of 24 px, at its top or at its foot."""

    def row_at(x, y):
        return np.floor((y - lean * x) / 60).astype(int)

    rows = [
        [
            bar(
                60 * k + 20, round(60 * row + lean * (60 * k + 30)) + (4, 32)[(k + row) % 2], 20, 24
            )
            for k in range(6)
        ]
        for row in range(4)
    ]
    pieces = [piece for row in rows for piece in row]
    found = in_lines(pieces[::-1], 60.0, row_at)
    assert [[p.box for p in line] for line in found] == [[p.box for p in row] for row in rows]
    assert len(in_lines(pieces)) > 4


def test_the_upper_and_lower_bits_of_a_broken_pen_are_one_line():
    upper = [bar(29, 14, 15, 16), bar(43, 19, 6, 20), bar(75, 13, 9, 16), bar(97, 22, 12, 17),
             bar(213, 47, 7, 8), bar(215, 12, 14, 34)]  # fmt: skip
    lower = [bar(30, 37, 11, 15), bar(37, 40, 15, 17), bar(69, 32, 15, 21), bar(93, 32, 22, 26),
             bar(130, 15, 38, 42), bar(175, 15, 34, 38), bar(232, 18, 30, 36)]  # fmt: skip
    assert [len(line) for line in in_lines([*upper, *lower])] == [len(upper + lower)]
    below = [bar(40 * k, 70, 20, 26) for k in range(5)]
    assert [len(line) for line in in_lines([*lower, *below])] == [len(lower), 5]


def test_dots_and_the_bar_of_a_5_join_the_line_in_which_they_lie():
    body, top_bar, dot = bar(0, 20, 30, 40), bar(16, 5, 30, 12), bar(60, 50, 6, 6)
    assert [len(line) for line in in_lines([body, top_bar, dot, bar(80, 10, 30, 50)])] == [4]


@pytest.mark.parametrize("lean", [-0.4, 0.0, 0.4, 0.7])
def test_the_slant_of_leaning_bars_is_found(lean):
    mask = np.zeros((60, 200), bool)
    for y in range(60):
        for x in (60, 100, 140):
            left = round(x + lean * (30 - y))
            mask[y, left : left + 5] = True
    assert writing_slant(find_pieces(mask), 60) == pytest.approx(lean, abs=0.1)


def test_a_cut_piece_keeps_every_pixel_once_and_is_cut_between_the_digits():
    ink, boxes = draw_number("06", np.random.default_rng(5), 60, -0.03)
    pieces = find_pieces(ink > 60)
    assert len(pieces) == 1, "the two digits must touch for this test"
    parts = cut(pieces[0], pieces[0].box.height, 0.0, 6.0)
    assert 1 < len(parts) <= MAX_CUTS + 1
    assert sum(part.area for part in parts) == pieces[0].area
    (x, _, width, _), (next_x, *_) = boxes
    border = (x + width + next_x) / 2
    edges = [part.box.right for part in parts[:-1]]
    assert min(abs(edge - border) for edge in edges) < 8


def test_a_narrow_piece_is_not_cut():
    piece = bar(0, 0, 20, 60)
    assert cut(piece, 60, 0.0, 6.0) == [piece]


def found(*xs, width=20, height=40):
    chances = np.zeros(10)
    chances[7], chances[1] = 0.9, 0.1
    return [Found(7, Box(x, 10, width, height), chances, 0.95) for x in xs]


def test_evenly_spaced_digits_are_one_number_however_wide_the_spacing():
    numbers = numbers_of(Spelled(found(0, 100, 200, 300), 0.9, []), 0.9, 1.0, (400, 60))
    assert [n.text for n in numbers] == ["7777"]


def test_a_gap_wider_than_the_others_parts_two_numbers():
    numbers = numbers_of(Spelled(found(0, 25, 50, 150, 175), 0.9, []), 0.9, 1.0, (400, 60))
    assert [n.text for n in numbers] == ["777", "77"]


def test_a_number_has_the_confidence_of_its_line_and_its_parts_have_their_own():
    (one,) = numbers_of(Spelled(found(0, 25), 0.85, []), 0.9, 1.0, (400, 60))
    assert (one.confidence, one.status) == (surety(0.85, length=2), "review")
    first, second = numbers_of(Spelled(found(0, 25, 900), 0.85, []), 0.5, 1.0, (2000, 60))
    assert first.confidence == pytest.approx(surety(0.95**2, length=2))
    assert second.confidence == pytest.approx(surety(0.95, length=1))
    assert second.status == "accepted"


def test_boxes_are_in_pixels_of_the_picture_and_inside_it():
    (one,) = numbers_of(Spelled(found(0, 78), 0.9, []), 0.9, 2.0, (49, 30))
    assert [digit.box.to_list() for digit in one.digits] == [[0, 5, 10, 20], [39, 5, 10, 20]]
    assert one.box == Box(0, 5, 49, 20)


def test_alternatives_are_the_next_best_digits():
    (one,) = numbers_of(Spelled(found(0), 0.9, []), 0.9, 1.0, (100, 60))
    assert one.digits[0].digit == 7
    assert one.digits[0].alternatives[0] == (1, pytest.approx(0.1))


def test_written_keeps_the_signs_between_and_beside_the_digits_and_no_words():
    marks = [(-30.0, "-"), (22.0, "."), (48.0, ","), (70.0, "~"), (400.0, "-")]
    (one,) = numbers_of(Spelled(found(0, 25), 0.9, marks), 0.9, 1.0, (500, 60))
    assert (one.text, one.written) == ("77", "-7.7,")


def test_pieces_farther_apart_than_their_height_are_read_apart():
    def row(*xs):
        return [bar(x, 0, 20, 40) for x in xs]

    assert [len(group) for group in apart(row(0, 30, 60, 200, 230))] == [3, 2]
    assert [len(group) for group in apart(row(0, 50, 100, 150))] == [4]
    assert [len(group) for group in apart(row(0, 80, 160, 240))] == [1, 1, 1, 1]
