"""Many numbers in one picture: grids, combs, columns, squared paper; the pen knows the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tenfold
from sheets_drawn import (
    blank,
    comb,
    digit,
    givens_of,
    grid_lines,
    letter,
    page,
    put,
    squared,
    sudoku,
    table,
    warped,
    write,
)
from tenfold.errors import ConfigError
from tenfold.finding.order import in_reading_order, in_rows
from tenfold.grids.cells import without_lines
from tenfold.grids.grid import find_grids
from tenfold.grids.squared import is_squared_paper
from tenfold.picture import find_ink, open_picture
from tenfold.results import Box, Reading

MARKS = [["12", "", "307", "8"], ["4", "58", "9", ""], ["", "77", "123", "60"]]


@pytest.fixture(scope="module")
def reader():
    return tenfold.Reader(max_error=0.2)


def ink_of(sheet):
    return find_ink(open_picture(page(sheet))).mask


def rows_of(board):
    return tuple(tuple(str(mark) if mark else None for mark in row) for row in board)


def n_wrong(read, truth):
    return sum(
        a != b
        for row, other in zip(read, truth, strict=True)
        for a, b in zip(row, other, strict=True)
    )


def test_a_sudoku_reads_back_and_its_empty_cells_stay_empty(reader):
    board = givens_of(30, 1)
    reading = reader.read(page(sudoku(board, seed=5, shift=0.05)))
    truth = rows_of(board)
    assert n_wrong(reading.table, truth) <= 1  # the pen may write one that nobody reads
    empty = {(r, c) for r in range(9) for c in range(9) if truth[r][c] is None}
    assert {(r, c) for r in range(9) for c in range(9) if reading.table[r][c] is None} == empty
    assert len(reading.numbers) == 30


def test_a_grid_is_found_though_it_leans_bends_and_its_digits_spill_over():
    for seed in range(6):
        sheet = warped(sudoku(givens_of(30, seed), seed=100 * seed, shift=0.15), seed, 0.03, 4)
        (grid, *others) = find_grids(ink_of(sheet))
        assert (grid.n_rows, grid.n_columns, others) == (9, 9, [])


def test_a_grid_is_found_though_its_lines_are_broken():
    sheet = table(MARKS, seed=3)
    rng = np.random.default_rng(0)
    for _ in range(60):
        y, x = rng.integers(0, sheet.shape[0] - 8), rng.integers(0, sheet.shape[1] - 8)
        sheet[y : y + 7, x : x + 7] = 0
    (grid,) = find_grids(ink_of(sheet))
    assert (grid.n_rows, grid.n_columns) == (3, 4)


def test_lines_drawn_twice_are_one_border():
    sheet = blank(400, 500)
    xs, ys = [40, 180, 320, 460], [40, 140, 240, 340]
    grid_lines(sheet, xs, ys)
    grid_lines(sheet, [x + 7 for x in xs], [y + 7 for y in ys])
    (grid,) = find_grids(ink_of(sheet))
    assert (grid.n_rows, grid.n_columns) == (3, 3)


def test_a_table_of_numbers_reads_back_row_by_row(reader):
    reading = reader.read(page(warped(table(MARKS, seed=3), 4)))
    assert reading.table == tuple(tuple(text or None for text in row) for row in MARKS)
    assert reading.text == " ".join(text for row in MARKS for text in row if text)


def test_a_comb_is_one_number_besides_its_boxes(reader):
    reading = reader.read(page(comb("4071 829")))
    assert reading.table == (("4", "0", "7", "1", None, "8", "2", "9"),)
    assert reading.text == "4071829"


def test_combs_tables_and_numbers_on_one_form_are_all_read(reader):
    form = blank(1000, 900)
    put(form, comb("4071", box=(50, 70)), 100, 60)
    put(form, table([["12", "3"], ["4", "58"]], 3), 300, 400)
    write(form, "1987", 200, 800, 60, 4)
    reading = reader.read(page(form))
    assert [found.rows for found in reading.tables] == [
        (("12", "3"), ("4", "58")),
        (("4", "0", "7", "1"),),
    ]
    assert reading.text == "4071 12 3 4 58 1987"


def test_rows_and_columns_that_are_asked_for_need_no_lines(reader):
    sheet = blank(460, 620)
    for r in range(3):
        for c in range(3):
            if (r + c) % 3:
                write(sheet, str(11 + r * 17 + c), 60 + c * 180, 40 + r * 140, 50, r * 3 + c)
    reading = reader.read(page(sheet), rows=3, cols=3)
    assert [[cell is None for cell in row] for row in reading.table] == [
        [True, False, False],
        [False, False, True],
        [False, True, False],
    ]
    assert reading.table[1][0] == "28"


def test_a_missing_line_is_put_between_where_the_number_of_columns_is_asked_for(reader):
    sheet = blank(300, 620)
    grid_lines(sheet, [40, 160, 400, 520], [40, 140, 240])  # the one at 280 was forgotten
    for c, mark in enumerate("4071"):
        put(sheet, digit(int(mark), 80, c), 60 + 120 * c, 50)
    reading = reader.read(page(sheet), cols=4)
    assert reading.table == (("4", "0", "7", "1"), (None,) * 4)


def test_squared_paper_is_no_table_and_its_lines_come_off(reader):
    sheet = squared(800, 600, 28, strength=220)
    write(sheet, "4071", 100, 200, 60, 6)
    ink = ink_of(sheet)
    (grid,) = find_grids(ink)
    assert is_squared_paper(grid, 60, ink.shape)
    assert without_lines(ink, [grid]).sum() < 0.35 * ink.sum()
    reading = reader.read(page(sheet))
    assert (reading.tables, reading.text) == ((), "4071")


@pytest.mark.parametrize("seed", range(12))
def test_a_sudoku_is_no_squared_paper_though_its_lines_end_in_a_thick_frame(seed):
    ink = ink_of(sudoku(givens_of(30, 2), seed=seed))
    assert not is_squared_paper(find_grids(ink)[0], 30, ink.shape)


def test_two_columns_of_marks_are_read_one_after_the_other(reader):
    sheet = blank(520, 800)
    left, right = ["12", "37", "85", "63"], ["40", "91", "56", "28"]
    for k, (one, other) in enumerate(zip(left, right, strict=True)):
        write(sheet, one, 60, 30 + 110 * k, 50, k)
        write(sheet, other, 480, 75 + 110 * k, 50, 20 + k)
    assert reader.read(page(sheet)).text.split() == left + right


def test_a_picture_that_is_said_to_be_one_digit_is_one(reader):
    sheet = blank(200, 200)
    put(sheet, digit(5, 150, 3), 20, 20)
    reading = reader.read(page(sheet), layout="digit")
    assert (reading.text, len(reading.numbers)) == ("5", 1)
    assert reader.read(page(blank(60, 60)), layout="digit").numbers == ()


def test_one_number_is_one_whatever_its_gaps(reader):
    sheet = blank(300, 700)
    for text, x, seed in (("12", 20, 1), ("3", 330, 2), ("45", 600, 3)):
        write(sheet, text, x, 100, 50, seed)
    assert len(reader.read(page(sheet)).numbers) == 3
    (number,) = reader.read(page(sheet), layout="number").numbers
    assert (number.text, len(number.digits)) == ("12345", 5)


LETTERS = "ACEFHKMNRTVWX"


def word(rng, n_letters=6):
    """Letters close together, every third of them an o or an l, which look like 0 and 1."""
    inks = []
    for k in range(n_letters):
        name, seed = str(rng.choice(list(LETTERS))), int(rng.integers(1000))
        ink = digit(int(rng.integers(2)), 70, seed) if k % 3 == 2 else letter(name, 80, seed)
        columns = np.flatnonzero(ink.any(axis=0))
        inks.append(np.pad(ink[:80, columns[0] : columns[-1] + 1], ((0, 80 - len(ink)), (0, 8))))
    return np.concatenate(inks, axis=1)


def test_a_word_beside_a_number_is_left_out_with_its_o_and_l(reader):
    rng = np.random.default_rng(2)
    invented = found = 0
    for seed in range(10):
        sheet = blank(140, 1000)
        ink = word(rng)
        put(sheet, ink, 20, 30)
        write(sheet, "40718", ink.shape[1] + 120, 42, 56, seed)
        texts = [number.text for number in reader.read(page(sheet)).numbers]
        found += "40718" in texts
        invented += len([text for text in texts if text != "40718"])
    assert found >= 8
    assert invented <= 3


def test_a_page_of_a_thousand_digits_is_read_in_bounded_time(reader):
    import time

    sheet = blank(1900, 1500)
    for r in range(40):
        for c in range(5):
            write(sheet, f"{(7 * r + 13 * c) % 90000 + 10000}", 40 + c * 290, 30 + 46 * r, 28, c)
    start = time.process_time()
    reading = reader.read(page(sheet))
    assert sum(len(number.digits) for number in reading.numbers) > 900
    assert time.process_time() - start < 20  # 2 s on a quiet core


def test_a_reading_with_tables_goes_through_json_and_back(reader):
    data = reader.read(page(comb("4071"))).to_dict()
    assert data["tables"][0]["rows"] == [["4", "0", "7", "1"]]
    assert Reading.from_dict(data).to_dict() == data


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"layout": "gird"}, "layout: unknown; got 'gird'"),
        ({"layout": "page", "rows": 3}, "rows: belongs to a grid"),
        ({"cols": 0}, "cols: must be from 1 to 200; got 0"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(reader, asked, said):
    with pytest.raises(ConfigError, match=said):
        reader.read(np.full((40, 40), 255, np.uint8), **asked)


places = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 10**6))


@settings(deadline=None, max_examples=60)
@given(places)
def test_rows_stay_rows_when_their_boxes_move_a_little(asked):
    n_rows, n_columns, seed = asked
    rng = np.random.default_rng(seed)
    moved = rng.integers(-4, 5, (n_rows, n_columns))
    boxes = [
        [Box(60 * c, 40 * r + int(moved[r, c]), 20, 20) for c in range(n_columns)]
        for r in range(n_rows)
    ]
    shuffled = [box for row in boxes for box in row]
    rng.shuffle(shuffled)
    assert in_rows(shuffled, lambda box: box) == boxes
    assert in_reading_order(shuffled, lambda box: box) == [box for row in boxes for box in row]
