"""Tables whose lines are faint or lie on the picture's edge, and digits that stand on a border."""

import numpy as np
import pytest

from sheets_drawn import blank, grid_lines, page, warped, write
from tenfold.grids.cells import filled_cells, without_lines
from tenfold.grids.faint import faint_grids
from tenfold.grids.grid import find_grids
from tenfold.picture import find_ink, open_picture
from tenfold.reading import Reader

TEXTS = (("185", "3", "40"), ("873", "488", "100"), ("61", "401", "7"), ("404", "10", "25"))
XS, YS = (20, 170, 320, 470), (20, 90, 160, 230, 300)


@pytest.fixture(scope="module")
def reader():
    return Reader()


def sheet_of(texts=TEXTS, strength=255, thick=4):
    """Numbers of the pen in a table whose lines are so dark."""
    sheet = blank(YS[-1] + 60, XS[-1] + 60)
    grid_lines(sheet, XS, YS, thick)
    sheet = (sheet.astype(np.uint16) * strength // 255).astype(np.uint8)
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            if text:
                write(sheet, text, XS[c] + 12, YS[r] + 18, 35, 31 * r + c)
    return sheet


def texts_of(reading):
    (table,) = reading.tables
    return {(c.row, c.column): c.number.text for c in table.cells}


@pytest.mark.parametrize("in_view", [1, 2, 3])
def test_a_last_line_on_the_edge_of_the_picture_is_taken_off_as_any_other(in_view):
    ink = sheet_of()[:, : XS[-1] - 2 + in_view] > 100
    (grid,) = find_grids(ink)
    assert (grid.n_rows, grid.n_columns) == (4, 3)
    assert not without_lines(ink, [grid])[:, -in_view:].any()


@pytest.mark.parametrize("seed", range(4))
def test_where_lines_cross_lies_on_both_of_them(seed):
    ink = warped(sheet_of(), seed, lean=6.0) > 100
    (grid,) = find_grids(ink)
    for row, (upper, lower) in enumerate(grid.across):
        for column, (left, right) in enumerate(grid.down):
            x, y = grid.corners[row, column]
            assert y == pytest.approx(0.5 * float(upper.at(x) + lower.at(x)), abs=0.05)
            assert x == pytest.approx(0.5 * float(left.at(y) + right.at(y)), abs=0.05)


def test_a_table_that_ends_with_the_picture_is_read(reader):
    cut = sheet_of()[:, : XS[-1] + 1]
    assert texts_of(reader.read(page(cut, noise=1.0)))[1, 1] == "488"


def test_a_small_table_is_found_by_lines_too_faint_to_be_ink():
    ink = find_ink(open_picture(page(sheet_of(strength=16, thick=2), noise=1.0)))
    assert find_grids(ink.mask) == []
    (grid,) = faint_grids(ink.contrast)
    assert (grid.n_rows, grid.n_columns) == (4, 3)


def test_numbers_to_both_sides_of_a_faint_line_are_not_one(reader):
    reading = reader.read(page(sheet_of(strength=16, thick=2), noise=1.0))
    right = texts_of(reading).items() & {
        ((r, c), text) for r, row in enumerate(TEXTS) for c, text in enumerate(row)
    }
    assert len(right) >= 11


@pytest.mark.parametrize("off", [-5, -2, 2, 5])
def test_a_digit_on_a_border_stands_in_one_cell(off):
    sheet = sheet_of([["", "", ""]] * 4)
    write(sheet, "00", XS[0] + 12, YS[1] + 18, 35, 5)
    y, x = np.ogrid[: sheet.shape[0], : sheet.shape[1]]
    away = np.hypot(x - XS[1] - off, y - YS[1] - 35)
    sheet[(away > 13) & (away < 18)] = 255
    ink = sheet > 100
    (grid,) = find_grids(ink)
    cells, _ = filled_cells(without_lines(ink, [grid]), grid)
    assert sum(cell.row == 1 and cell.column == 1 for cell in cells) == (off > 0)
    assert sum(len(cell.pieces) for cell in cells) == 3


def test_digits_that_touch_on_a_border_are_parted_there():
    sheet = sheet_of([["", "", ""]] * 4)
    sheet[YS[1] + 40 : YS[1] + 44, XS[1] - 40 : XS[1] + 40] = 255
    for x in (XS[1] - 40, XS[1] + 36):
        sheet[YS[1] + 15 : YS[1] + 55, x : x + 4] = 255
    ink = sheet > 100
    (grid,) = find_grids(ink)
    cells, _ = filled_cells(without_lines(ink, [grid]), grid)
    assert [(cell.row, cell.column) for cell in cells] == [(1, 0), (1, 1)]
