"""Squared paper and tables of squares: told apart by where their lines end."""

import numpy as np
import pytest

from sheets_drawn import blank, generator, line, sudoku
from tenfold.grids.chains import lines_across
from tenfold.grids.grid import find_grids
from tenfold.grids.squared import is_squared_paper

PITCH, WRITING, EDGE = 40, 24, 30
ROWS, COLUMNS = 6, 8


def is_paper(sheet):
    ink = sheet > 100
    (grid, *_) = find_grids(ink)
    assert grid.n_rows * grid.n_columns >= ROWS * COLUMNS
    return is_squared_paper(grid, WRITING, ink.shape)


def lines(over):
    """Squares well inside the scan; `over(n)`: px by which each of n lines goes on at an end."""
    width, height = COLUMNS * PITCH, ROWS * PITCH
    sheet = blank(height + 160, width + 160)
    left, right = over(ROWS + 1), over(ROWS + 1)
    for k in range(ROWS + 1):
        y = 80 + k * PITCH
        line(sheet, (80 - left[k], y), (80 + width + right[k], y))
    top, bottom = over(COLUMNS + 1), over(COLUMNS + 1)
    for k in range(COLUMNS + 1):
        x = 80 + k * PITCH
        line(sheet, (x, 80 - top[k]), (x, 80 + height + bottom[k]))
    return sheet


@pytest.mark.parametrize("share", [0.2, 0.4, 0.7])
def test_paper_is_cut_between_its_lines_and_all_of_them_end_there(share):
    assert is_paper(lines(lambda n: np.full(n, share * PITCH)))


def test_two_cut_sides_are_enough():
    cut = iter([0.6, 0, 0.3, 0])  # left, right, top, bottom
    assert is_paper(lines(lambda n: np.full(n, next(cut) * PITCH)))
    one = iter([0.6, 0, 0, 0])
    assert not is_paper(lines(lambda n: np.full(n, next(one) * PITCH)))


def test_a_table_ends_where_its_lines_cross():
    assert not is_paper(lines(np.zeros))
    assert not is_paper(sudoku(np.zeros((9, 9), int).tolist(), cell=PITCH))


@pytest.mark.parametrize("seed", range(2))
def test_what_a_hand_draws_too_long_ends_now_here_now_there(seed):
    rng = generator(seed)
    assert not is_paper(lines(lambda n: rng.uniform(0, 0.18, n) * PITCH))


def test_a_table_without_a_frame_has_whole_cells_at_its_edges():
    assert not is_paper(lines(lambda n: np.full(n, PITCH)))


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_line_is_chained_whether_few_runs_or_many_are_looked_at(seed, monkeypatch):
    ink = np.zeros((300, 400), bool)
    rng = np.random.default_rng(seed)
    for y in rng.integers(10, 280, 8):
        for x in range(0, 360, 60):
            left = x + int(rng.integers(0, 12))
            ink[y + x // 90 : y + x // 90 + 3, left : left + 48] = True
    at_once = lines_across(ink)
    monkeypatch.setattr("tenfold.grids.chains._FEW", 0)
    one_by_one = lines_across(ink)
    assert [(a.start, a.thick, a.y.tolist()) for a in at_once] == [
        (b.start, b.thick, b.y.tolist()) for b in one_by_one
    ]


def test_of_faint_lines_that_are_found_in_parts_two_that_leave_the_picture_speak_for_all():
    sheet = blank(ROWS * PITCH + 2 * EDGE, COLUMNS * PITCH + 2 * EDGE)
    height, width = sheet.shape
    for k in range(ROWS + 1):
        y = EDGE + k * PITCH
        over = EDGE if k in (2, 3) else k % 3 * 4
        line(sheet, (EDGE - over, y), (width - EDGE + over, y))
    for k in range(COLUMNS + 1):
        x = EDGE + k * PITCH
        over = EDGE if k in (4, 6) else k % 3 * 4
        line(sheet, (x, EDGE - over), (x, height - EDGE + over))
    (grid, *_) = find_grids(sheet > 100)
    assert not is_squared_paper(grid, WRITING, sheet.shape)
    assert is_squared_paper(grid, WRITING, sheet.shape, is_faint=True)
