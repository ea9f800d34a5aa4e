"""The borders of a grid's cells, out of its lines: doubled ones, strokes, open ends."""

from typing import Final

import numpy as np

from .drawn import Drawn

LEAST_CELL_PX: Final = 12
_DOUBLE: Final = 0.3  # of the usual distance: nearer lines are one line drawn twice
_OFF_SIDE: Final = 0.15  # of a box: so far from its place, a line is no side
_OPEN: Final = 0.5  # of a cell: lines that go on so far have an open cell at their end


def pairs(lines: list[Drawn], middle: float) -> list[tuple[Drawn, Drawn]]:
    """Lines drawn twice become one."""
    places = np.array([float(line.at(middle)) for line in lines])
    gaps = np.diff(places)
    if gaps.size == 0:
        return [(line, line) for line in lines]
    thick = np.array([line.thick for line in lines])
    wide = gaps[gaps > np.maximum(3 * (thick[1:] + thick[:-1]) / 2, LEAST_CELL_PX)]
    usual = float(np.median(wide)) if wide.size else 0.0
    made = [(lines[0], lines[0])]
    for gap, line in zip(gaps, lines[1:], strict=True):
        if gap < max(_DOUBLE * usual, LEAST_CELL_PX):
            made[-1] = (made[-1][0], line)
        else:
            made.append((line, line))
    return made


def of_pairs(lines: list[tuple[Drawn, Drawn]]) -> list[Drawn]:
    """Each line once."""
    return [line for a, b in lines for line in ([a] if a is b else [a, b])]


def without_strokes(lines: list[tuple[Drawn, Drawn]]) -> list[tuple[Drawn, Drawn]]:
    """The sides of a comb's boxes, less strokes of digits that are as high as their boxes.

    Boxes are equally wide: of the numbers of boxes for each of whose sides there
    is a line, the largest is taken.
    """
    levels = np.array([a.level for a, _ in lines])
    for n_boxes in range(len(lines) - 1, 2, -1):
        sides = np.linspace(levels[0], levels[-1], n_boxes + 1)
        away = np.abs(levels[:, None] - sides)
        if away.min(axis=0).max() <= _OFF_SIDE * (sides[1] - sides[0]):
            return [lines[k] for k in away.argmin(axis=0)]
    return lines


def with_open_ends(
    lines: list[tuple[Drawn, Drawn]], others: list[tuple[Drawn, Drawn]]
) -> list[tuple[Drawn, Drawn]]:
    """The lines, and one more at an end beyond which the others go on for half a cell or more."""
    if len(lines) < 2:
        return lines
    starts = float(np.median([a.start for a, _ in others]))
    stops = float(np.median([a.stop for a, _ in others]))
    first, last = lines[0][0], lines[-1][1]
    pitch = (last.level - first.level) / (len(lines) - 1)
    made = list(lines)
    if first.level - starts > _OPEN * pitch:
        made.insert(0, _parallel(first, starts))
    if stops - last.level > _OPEN * pitch:
        made.append(_parallel(last, stops))
    return made


def _parallel(line: Drawn, level: float) -> tuple[Drawn, Drawn]:
    moved = Drawn(line.start, line.y + (level - line.level), 1.0)
    return moved, moved
