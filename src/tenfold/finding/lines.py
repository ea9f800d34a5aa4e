"""Which pieces of ink stand on one line of writing."""

from statistics import median
from typing import Final

import numpy as np

from tenfold.picture import RowAt
from tenfold.results import Box

from .pieces import Piece, around, gap_between, writing_height

_SAME_LINE: Final = 0.35  # share of the lower piece's height that must overlap
_REACH: Final = 4.5  # heights between neighbours of one line
_THROUGH: Final = 0.5  # of a line that runs through another: so much of it does
_SMALL: Final = 0.40  # of the writing's height: dots, dashes, bars of a 5
_WHOLE: Final = 0.7  # of the writing's height: lower things do not tell where the line runs
_HANGS: Final = 0.1  # heights between two strokes of a digit, one above the other


def in_lines(
    pieces: list[Piece], squares: float = 0.0, row_at: RowAt | None = None
) -> list[list[Piece]]:
    """The pieces by line, lines from top to bottom, pieces from left to right.

    Two pieces stand on one line when they overlap in height, or each stands in a printed
    square of one row of squares, and no wide gap lies between them; dots and bars join the
    line in whose height they lie.

    Args:
        pieces: in any order.
        squares: side in px of the squares on the paper; 0 where there are none.
        row_at: in which row of squares points lie; None where there are none.
    """
    height = writing_height(pieces)
    tall = sorted((p for p in pieces if p.box.height >= _SMALL * height), key=lambda p: p.middle)
    small = [p for p in pieces if p.box.height < _SMALL * height]
    rows = _rows_of_squares(tall, squares, row_at) if row_at is not None else {}
    lines = _merged(_linked(tall, height, rows), height)
    spans = [around(line) for line in lines]
    for piece in small:
        home = _home(piece, lines, spans, height)
        if home is not None:
            lines[home].append(piece)
            spans[home] = spans[home].union(piece.box)
    lines.sort(key=_top)
    return [sorted(line, key=lambda p: p.middle) for line in lines]


def _rows_of_squares(pieces: list[Piece], squares: float, row_at: RowAt) -> dict[int, int]:
    """By the id of each piece that stands in a square of its own, the row of that square."""
    own = [p for p in pieces if max(p.box.width, p.box.height) <= squares]
    x = np.array([p.middle for p in own])
    y = np.array([p.box.y + p.box.height / 2 for p in own])
    rows = zip(own, row_at(x, y).tolist(), strict=True)
    return {id(piece): row for piece, row in rows if row >= 0}


def _linked(pieces: list[Piece], height: float, rows: dict[int, int]) -> list[list[Piece]]:
    """Groups of pieces, each linked to the piece at the end of the best line so far."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        row = rows.get(id(piece))
        fits = [
            line
            for line in lines
            if _on_line(piece, line, height, row is not None and row == rows.get(id(line[-1])))
        ]
        if fits:
            max(fits, key=lambda line: _overlap(piece, _recent(line, height))).append(piece)
        else:
            lines.append([piece])
    return lines


def _merged(lines: list[list[Piece]], height: float) -> list[list[Piece]]:
    """The lines, those in one that run through each other: a broken pen's upper and lower bits."""
    made: list[list[Piece]] = []
    for line in sorted(lines, key=len, reverse=True):
        home = next((other for other in made if _runs_through(line, other, height)), None)
        if home is None:
            made.append(line)
        else:
            home[:] = sorted([*home, *line], key=lambda p: p.middle)
    return made


def _runs_through(line: list[Piece], other: list[Piece], height: float) -> bool:
    """Whether most of the line's pieces stand where the other's do, near them at their height."""
    span, whole = around(line), around(other)
    shared = min(span.bottom, whole.bottom) - max(span.y, whole.y)
    if shared < _THROUGH * min(span.height, whole.height):  # most lines of a page
        return False
    n_inside = 0
    for piece in line:
        near = [p for p in other if gap_between(p.box, piece.box) <= height]
        n_inside += bool(near) and _overlap(piece, around(near)) >= _SAME_LINE
    return n_inside >= _THROUGH * len(line)


def _on_line(piece: Piece, line: list[Piece], height: float, same_row: bool) -> bool:
    recent = _recent(line, height)
    if not same_row and _between(piece.box, recent) > _HANGS * height:
        return False  # most lines of a page: no more is asked
    gap = piece.box.x - max(p.box.right for p in line[-3:])
    if gap > _REACH * height:
        return False
    return same_row or _overlap(piece, recent) >= _SAME_LINE or _hangs_on(piece, line[-1], height)


def _hangs_on(piece: Piece, other: Piece, height: float) -> bool:
    """True for the two strokes of one digit, one above the other: the bar of a 5 and its bow."""
    shared = -gap_between(piece.box, other.box)
    both = piece.box.union(other.box)
    return (
        shared >= 0.3 * min(piece.box.width, other.box.width)
        and _between(piece.box, other.box) <= _HANGS * height
        and both.height <= 1.8 * height
    )


def _between(box: Box, other: Box) -> int:
    """Px of paper between two boxes, one above the other; negative where they overlap in height."""
    return max(box.y, other.y) - min(box.bottom, other.bottom)


def _recent(line: list[Piece], height: float) -> Box:
    """Around the line's last two pieces, and those before while these are mere fragments."""
    box = around(line[-2:])
    for piece in reversed(line[:-2]):
        if box.height >= _WHOLE * height:
            break
        box = box.union(piece.box)
    return box


def _overlap(piece: Piece, other: Box) -> float:
    """Shared height as a part of the lower of the two."""
    shared = min(piece.box.bottom, other.bottom) - max(piece.box.y, other.y)
    return shared / max(min(piece.box.height, other.height), 1)


def _home(piece: Piece, lines: list[list[Piece]], spans: list[Box], height: float) -> int | None:
    """Index of the line of a small piece: the nearest in whose height its middle lies."""
    middle = piece.box.y + piece.box.height / 2
    low, high = middle - 0.15 * height, middle + 0.25 * height
    best, nearest = None, 1.5 * height
    for index, span in enumerate(spans):
        if span.y > high or span.bottom < low:
            continue
        for other in lines[index]:
            gap = max(gap_between(piece.box, other.box), 0)
            if other.box.y <= high and other.box.bottom >= low and gap < nearest:
                best, nearest = index, gap
    return best


def _top(line: list[Piece]) -> float:
    return median(p.box.y + p.box.height / 2 for p in line)
