"""Rows of marks: in squares that are hardly printed, and with words beside them."""

from dataclasses import replace

import numpy as np
import pytest

import tenfold
from sheets_drawn import blank, digit, generator, letter, line, page, put, squared, table, write
from tenfold.canon import BLANK, JUNK, SYMBOLS
from tenfold.finding.lines import in_lines
from tenfold.finding.pieces import Piece, find_pieces
from tenfold.grids.cells import without_paper
from tenfold.grids.faint import faint_grids
from tenfold.grids.grid import find_grids
from tenfold.grids.squared import is_squared_paper
from tenfold.picture import find_ink, open_picture
from tenfold.reading import rows
from tenfold.reading.beside import Part
from tenfold.reading.nets import see_lines
from tenfold.reading.numberness import FEATURES, WEIGHTS, features, numberness
from tenfold.reading.numbers import without_hardly_any
from tenfold.reading.paths import Line, Weights, line_of
from tenfold.reading.rows import runs_of, without_bars
from tenfold.reading.spacing import Spacing, apart
from tenfold.reading.spelling import Found, Spelled, spell
from tenfold.reading.surety import surety
from tenfold.reading.views import Seen
from tenfold.reading.words import without_words
from tenfold.results import Box, Digit, Number

ROWS = ("501565", "342859", "7500", "6918", "355")
PITCH = 76
NOTHING = Seen(Line([], []), Weights(*3 * [np.zeros(0)]))


@pytest.fixture(scope="module")
def reader():
    return tenfold.Reader(max_error=0.2)


def marks(strength, first=3):
    """A row of capitals, then a digit in each square; the squares are printed so strongly."""
    sheet = squared(560, 900, PITCH, strength)
    rng = generator(3)
    for k, row in enumerate(ROWS):
        y = round((k + 0.95) * PITCH)
        for place in range(first - 1):
            name = "ACEFHKMNRTVWX"[int(rng.integers(13))]
            put(sheet, letter(name, 52, 10 * k + place), 40 + 46 * place, y)
        for place, mark in enumerate(row):
            put(sheet, digit(int(mark), 52, place), round((first + place + 0.55) * PITCH), y)
    return sheet


def test_squares_that_are_no_ink_are_found_as_paper():
    ink = find_ink(open_picture(page(marks(strength=14), noise=1.0)))
    (grid,) = faint_grids(ink.contrast)
    assert find_grids(ink.mask) == []
    assert grid.cell == pytest.approx((PITCH, PITCH), abs=1)
    assert is_squared_paper(grid, 36, ink.mask.shape)


def test_taking_faint_squares_off_leaves_the_writing():
    plain, lined = (find_ink(open_picture(page(marks(k)))) for k in (0, 90))
    left = without_paper(lined.mask, lined.contrast, faint_grids(lined.contrast)).left
    assert (left & ~plain.mask).sum() < 0.15 * (lined.mask & ~plain.mask).sum() + 40
    assert (left & plain.mask).sum() > 0.93 * plain.mask.sum()


@pytest.mark.parametrize("strength", [14, 130])
def test_strokes_that_run_along_squares_that_are_no_ink_stay_whole(strength):
    sheet = squared(560, 900, PITCH, strength)
    for k in range(2, 6):
        x, y = round((2 * k + 0.4) * PITCH), round((k + 0.4) * PITCH)
        line(sheet, (x, y), (x + 30, y), 3)
        line(sheet, (x + 30, y), (x + 12, y + 40), 3)
    ink = find_ink(open_picture(page(sheet, noise=1.0)))
    grids = faint_grids(ink.contrast)
    assert grids
    assert np.array_equal(without_paper(ink.mask, ink.contrast, grids).left, ink.mask)


def test_writing_alone_has_no_faint_grid():
    sheet = blank(500, 700)
    for k in range(5):
        write(sheet, "1417411471", 30, 40 + 90 * k, 56, k)
    assert faint_grids(find_ink(open_picture(page(sheet))).contrast) == []
    small = find_ink(open_picture(page(squared(200, 200, 20))))
    assert faint_grids(small.contrast) == []


@pytest.mark.parametrize("strength", [14, 60, 150])
def test_a_digit_in_each_square_is_one_number_a_row_and_letters_are_none(reader, strength):
    read = [number.text for number in reader.read(page(marks(strength), noise=1.0)).numbers]
    assert len(set(read) & set(ROWS)) >= 4
    assert len(read) <= 6


def test_a_faint_table_gives_its_cells_where_a_grid_is_asked_for(reader):
    texts = [["12", "7", "30", "8"]] * 3 + [["4", "58", "", "1"]] * 2
    sheet = table(texts, seed=3)
    faint = np.zeros_like(sheet)
    for k in range(6):
        faint[30 + 70 * k, 30:631] = 18
    for k in range(5):
        faint[30:381, 30 + 150 * k] = 18
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            if text:
                write(faint, text, 38 + 150 * c, 47 + 70 * r, 35, 3 + 31 * r + c)
    reading = reader.read(page(faint, noise=1.0), layout="grid")
    assert (len(reading.table), len(reading.table[0])) == (5, 4)
    truth = [text or None for row in texts for text in row]
    read = [text for row in reading.table for text in row]
    assert sum(a == b for a, b in zip(read, truth, strict=True)) >= 17


def spelled(text, share, strays=0, letters=0, marks=(), sink=0, step=12):
    """A thing as it is seen, and what was read of it: digits of 10 by 20 px, the last one's top
    `sink` px lower, strays beyond them; a frame of the line net for each digit and letter."""
    boxes = [Box(step * k, 0, 10, 20) for k in range(len(text) + strays)]
    if text:
        boxes[len(text) - 1] = Box(step * (len(text) - 1), sink, 10, 20 - sink)
    parts = [Piece(box, np.ones((box.height, 10), bool), 10 * box.height) for box in boxes]
    frames = np.eye(BLANK + 1)[[int(d) for d in text] + [SYMBOLS.index(JUNK)] * letters + [BLANK]]
    seen = Seen(Line(parts, [], 20.0), NOTHING.weights, frames=frames)
    chances = np.full(10, 0.1)
    found = [Found(int(d), box, chances, share) for d, box in zip(text, boxes, strict=False)]
    return seen, Spelled(found, share, [(0.0, mark) for mark in marks])


def test_a_number_is_one_by_its_surety_and_no_letters_beside_it():
    number = numberness(*spelled("407", 0.99))
    assert number > 0
    assert number > numberness(*spelled("407", 0.6))
    assert number > numberness(*spelled("407", 0.99, letters=1))
    assert number > numberness(*spelled("407", 0.99, strays=1))
    assert numberness(*spelled("407", 0.99, strays=3, letters=3)) < 0
    assert numberness(*spelled("", 1.0)) == -np.inf


def test_small_digits_that_hang_low_on_a_letter_make_no_number():
    level, head = (numberness(*spelled("62", 0.9, sink=sink)) for sink in (0, 10))
    assert level > 0
    assert head < level - 1
    in_squares = (numberness(*spelled("62", 0.9, sink=sink, step=40)) for sink in (0, 10))
    assert list(in_squares) == [level, level]


def test_without_a_line_net_the_cuts_tell_words_from_numbers():
    seen, read = spelled("407", 0.99)
    assert numberness(replace(seen, frames=None), read) == numberness(seen, read)


def test_each_feature_has_its_name_and_its_weight():
    assert len(FEATURES) == len(WEIGHTS) == features(*spelled("407", 0.99)).size


def test_what_is_doubtful_is_left_out_beside_a_number_and_kept_where_it_stands_alone():
    (sure, certain), (doubtful, doubted) = spelled("407", 0.99), spelled("11", 0.02, letters=1)
    kept, _ = without_words([sure, doubtful], [certain, doubted])
    assert [one.text for one in kept] == ["407", ""]
    (alone,), rest = without_words([doubtful], [doubted])
    assert (alone.text, rest) == ("11", 1.0)


def test_what_is_left_out_of_a_few_things_takes_from_the_number_and_not_on_a_page():
    (sure, certain), (word, doubted) = spelled("407", 0.99), spelled("1", 0.9, letters=3)
    (number, left_out), rest = without_words([sure, word], [certain, doubted])
    assert (number, left_out.text) == (certain, "")
    assert 0 < rest == pytest.approx(left_out.share)
    _, rest_of_page = without_words([sure, *[word] * 3], [certain, *[doubted] * 3])
    assert rest_of_page == 1.0


def test_a_number_of_several_parts_is_read_as_the_one_line_that_it_is(reader):
    """Digits of 50 px, more than their height apart: each is a part of its own at first."""
    sheet = blank(140, 700)
    for k, mark in enumerate("40718"):
        put(sheet, digit(int(mark), 50, k), 40 + 115 * k, 50)
    (number,) = reader.read(page(sheet)).numbers
    ink = find_ink(open_picture(page(sheet)))
    (row,) = in_lines(find_pieces(ink.mask))
    assert len(apart(row)) == 5
    (seen,) = see_lines(reader.nets, ink, [line_of(row)])
    whole = spell(seen)
    assert number.text == whole.text == "40718"
    assert number.confidence == pytest.approx(surety(whole.share, 5))


@pytest.mark.parametrize("step", [60, 115])
def test_what_is_left_out_beside_a_number_takes_from_it_once_however_many_parts_it_has(
    reader, monkeypatch, step
):
    """At 115 px from digit to digit the number has five parts, at 60 px one."""
    sheet = blank(140, 700)
    for k, mark in enumerate("40718"):
        put(sheet, digit(int(mark), 50, k), 40 + step * k, 50)
    ink = find_ink(open_picture(page(sheet)))
    row = in_lines(find_pieces(ink.mask))
    ((sure,),) = rows.read_rows(reader.nets, ink, row)
    monkeypatch.setattr(rows, "without_words", lambda _, spelled: (spelled, 0.5))
    ((doubted,),) = rows.read_rows(reader.nets, ink, row)
    assert doubted.text == sure.text == "40718"
    assert doubted.share == pytest.approx(sure.share / 2)


def test_the_end_of_a_word_stays_left_out_where_a_number_of_several_parts_is_read_whole(
    reader, monkeypatch
):
    """The first part's digit counts as the end of a word in which one more stood beside it."""
    sheet = blank(140, 700)
    for x, mark in ((40, 9), (76, 4), (190, 0), (304, 7)):
        put(sheet, digit(mark, 50, mark), x, 50)
    ink = find_ink(open_picture(page(sheet)))
    row = in_lines(find_pieces(ink.mask))
    assert [len(group) for group in apart(row[0])] == [2, 1, 1]
    assert [one.text for one in rows.read_rows(reader.nets, ink, row)[0]] == ["9407"]

    def without_first(seen, read):
        return [replace(read[0], found=read[0].found[1:]), *read[1:]], 1.0

    monkeypatch.setattr(rows, "without_words", without_first)
    assert [one.text for one in rows.read_rows(reader.nets, ink, row)[0]] == ["407"]


@pytest.mark.parametrize(("word_ends", "doubted"), [(80, True), (20, False)])
def test_a_number_is_doubted_where_a_words_end_stands_as_its_next_digit_would(word_ends, doubted):
    """Digits in squares, 40 px apart; behind the word's end there are 40 px too, or 100."""

    def piece(x: int) -> Piece:
        return Piece(Box(x, 0, 20, 30), np.ones((30, 20), bool), 600)

    word = [Piece(Box(word_ends - 200, 0, 180, 30), np.ones((30, 180), bool), 5400)]
    digits = [piece(120 + 60 * k) for k in range(4)]
    read = [Spelled([Found(7, digit.box, np.full(10, 0.1), 0.99)], 0.99, []) for digit in digits]
    parts = [Part([*word, piece(word_ends - 20)], NOTHING, Spelled([], 0.99, []))]
    parts += [Part([digit], NOTHING, one) for digit, one in zip(digits, read, strict=True)]
    ((run, chance),) = runs_of(parts)
    assert run == [1, 2, 3, 4]
    assert (chance < 0.6) == doubted


@pytest.mark.parametrize(
    ("squares", "high", "doubted"), [(60, 9, True), (60, 3, False), (0, 9, False)]
)
def test_a_number_is_doubted_beside_what_is_left_of_a_digit_in_the_next_square(
    squares, high, doubted
):
    boxes = [Box(60 * k, 0, 20, 30) for k in range(1, 5)]
    read = [Spelled([Found(7, box, np.full(10, 0.1), 0.99)], 0.99, []) for box in boxes]
    box = Box(0, 12, 24, high)
    scrap = Part([Piece(box, np.ones((high, 24), bool), 24 * high)], NOTHING, Spelled([], 0.9, []))
    digits = [
        Part([Piece(box, np.ones((30, 20), bool), 600)], NOTHING, one)
        for box, one in zip(boxes, read, strict=True)
    ]
    ((run, chance),) = runs_of([scrap, *digits], squares)
    assert run == [1, 2, 3, 4]
    assert (chance < 0.6) == doubted


def test_a_bar_above_the_next_digit_does_not_hide_that_it_is_one():
    """A 5 in two strokes at the end of a word, in the square before the number's first."""
    boxes = [Box(60 * k, 0, 20, 30) for k in range(1, 5)]
    read = [Spelled([Found(7, box, np.full(10, 0.1), 0.99)], 0.99, []) for box in boxes]
    pieces = [
        Piece(box, np.ones((box.height, box.width), bool), box.height * box.width)
        for box in (Box(-150, 0, 130, 30), Box(0, 8, 18, 22), Box(4, 0, 18, 5))
    ]
    word = Part(pieces, NOTHING, Spelled([], 0.99, []))
    digits = [
        Part([Piece(box, np.ones((30, 20), bool), 600)], NOTHING, one)
        for box, one in zip(boxes, read, strict=True)
    ]
    ((_, chance),) = runs_of([word, *digits], 60)
    assert chance < 0.6


def labelled(label: str, numbers: str, gap: int) -> np.ndarray:
    """Letters, then so many px from the last one digits of 36 px, a good letter's gap apart."""
    sheet, x = blank(160, 700), 60
    for k, mark in enumerate(label + numbers):
        ink = letter(mark, 52, k) if mark in label else digit(int(mark), 52, k)
        columns = np.flatnonzero(ink.max(axis=0))
        x += gap if k == len(label) else 12
        put(sheet, ink[:, columns[0] : columns[-1] + 1], x, 80)
        x += columns[-1] - columns[0] + 1
    return page(sheet, noise=1.0)


@pytest.mark.parametrize("label", ["MN", "HEK", "ATEN"])
def test_a_number_close_behind_a_word_is_read_and_less_sure(reader, label):
    (close,), (apart,) = (reader.read(labelled(label, "62", gap)).numbers for gap in (20, 60))
    assert close.text == apart.text == "62"
    assert close.confidence < apart.confidence


@pytest.mark.parametrize("label", ["MN", "HEK", "ATEN", "MNHEKA"])
def test_letters_in_a_row_give_no_number_back(reader, label):
    assert reader.read(labelled(label, "", 0)).numbers == ()
    assert reader.read(labelled(label + "TT", "5", 60)).text == "5"


def test_the_next_square_goes_on_with_a_number_and_one_beyond_does_not():
    """Digits of 30 px in squares of 80; the widest gap without squares is 30 px."""
    digits = [Box(80 * k, 0, 20, 30) for k in range(4)]
    of_two = Spacing.of(digits[:2], squares=80)
    assert of_two.goes_on(digits[2].x - digits[1].right)
    assert not of_two.goes_on(digits[3].x - digits[1].right)
    assert not Spacing.of(digits[:1]).goes_on(60)
    close = [Box(25 * k, 0, 20, 30) for k in range(4)]
    assert Spacing.of(close, squares=80) == Spacing.of(close)
    assert Spacing.of(digits, squares=25) == Spacing.of(digits)


@pytest.mark.parametrize(("label", "share"), [(6, 0.45), (3, 0.5), (2, 0.5)])
def test_a_lone_digit_whose_pen_broke_across_is_one(reader, label, share):
    sheet = blank(200, 160)
    ink = digit(label, 110, 4)
    rows = np.flatnonzero(ink.max(axis=1))
    middle = round(rows[0] + share * np.ptp(rows))
    ink[middle - 3 : middle + 3] = 0
    put(sheet, ink, 30, 40)
    assert reader.read(page(sheet)).text == str(label)


def test_two_digits_one_above_the_other_are_two(reader):
    for upper, lower in ("47", "10", "33", "00"):
        sheet = blank(260, 160)
        put(sheet, digit(int(upper), 80, 1), 40, 20)
        put(sheet, digit(int(lower), 80, 2), 40, 130)
        assert reader.read(page(sheet)).text == f"{upper} {lower}"


def test_a_bar_far_higher_than_the_digits_of_its_row_is_none_of_them():
    def part(x: int, height: int) -> Part:
        piece = Piece(Box(x, 0, 20, height), np.ones((height, 20), bool), 20 * height)
        found = Found(1, piece.box, np.full(10, 0.1), 0.99)
        return Part([piece], NOTHING, Spelled([found], 0.99, []))

    digits = [part(60 * k, 40) for k in range(3)]
    kept = without_bars([*digits, part(180, 120)])
    assert [len(one.spelled.found) for one in kept] == [1, 1, 1, 0]
    assert without_bars([digits[0], part(60, 120)])[1].spelled.found
    assert all(one.spelled.found for one in without_bars([*digits, part(180, 70)]))


def test_a_lone_digit_that_is_hardly_any_is_left_out_beside_surer_numbers_only():
    def number(text, confidence):
        box = Box(0, 0, 9, 9)
        digits = tuple(Digit(int(d), confidence, box, ()) for d in text)
        return Number(text, confidence, "review", box, digits)

    hardly, unsure, long = number("1", 0.1), number("1", 0.3), number("71", 0.1)
    sure = number("40718", 0.9)
    assert without_hardly_any([hardly, sure, unsure, long]) == [sure, unsure, long]
    assert without_hardly_any([hardly, unsure]) == [hardly, unsure]
    assert without_hardly_any([]) == []
