"""What is ruled around a number: a line to write on, squares, boxes, a frame."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Place = tuple[float, float, float, float]  # x, y, width, height in px


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """What is printed on, and what stands there.

    Attributes:
        field: (h, w) uint8, 255 = full ink; drawn into.
        places: box of each digit in px.
        digit_px: height of a usual digit.
        thick: of the lines, in px.
        tilt: px by which a line rises over the whole width.
    """

    field: NDArray[np.uint8]
    places: Sequence[Place]
    digit_px: float
    thick: int
    tilt: float

    @property
    def top(self) -> float:
        """Of the writing."""
        return min(y for _, y, _, _ in self.places)

    @property
    def bottom(self) -> float:
        """Of the writing."""
        return max(y + height for _, y, _, height in self.places)

    def across(self, row: float) -> None:
        """A line from edge to edge."""
        width = self.field.shape[1]
        start, end = (0, round(row - self.tilt / 2)), (width, round(row + self.tilt / 2))
        cv2.line(self.field, start, end, 255, self.thick, cv2.LINE_AA)

    def down(self, column: float, top: float = 0, bottom: float | None = None) -> None:
        """A line downwards, to the lower edge where no end is given."""
        low = self.field.shape[0] if bottom is None else bottom
        start, end = (round(column), round(top)), (round(column - self.tilt / 3), round(low))
        cv2.line(self.field, start, end, 255, self.thick, cv2.LINE_AA)


def ruling(
    shape: tuple[int, int],
    kind: str,
    places: Sequence[Place],
    digit_px: float,
    rng: np.random.Generator,
) -> Floats:
    """Printed lines, (h, w) float32 in [0, 1], 1 = full ink; empty for `none`.

    Args:
        shape: of the picture, in px.
        kind: as in `Look.ruling`.
        places: box of each digit; what is printed goes around them.
        digit_px: height of a usual digit.
        rng: where all randomness comes from.

    Raises:
        KeyError: there is no such kind.

    >>> rng = np.random.default_rng(0)
    >>> ruling((60, 100), "boxes", [(20, 10, 15, 30), (50, 10, 15, 30)], 30, rng).max()
    np.float32(1.0)
    """
    field = np.zeros(shape, np.uint8)
    if kind != "none" and places:
        fattest = 0.04 if kind == "squares" else 0.08
        thick = max(1, round(digit_px * float(rng.uniform(0.02, fattest))))
        tilt = float(rng.normal(0, 0.012)) * shape[1]
        _KINDS[kind](_Sheet(field, places, digit_px, thick, tilt), rng)
    return field.astype(np.float32) / np.float32(255)


def _line(sheet: _Sheet, rng: np.random.Generator) -> None:
    """A line to write on, now and then one above as well."""
    sheet.across(sheet.bottom + sheet.digit_px * float(rng.uniform(-0.08, 0.25)))
    if rng.random() < 0.3:
        sheet.across(sheet.top - sheet.digit_px * float(rng.uniform(0.0, 0.3)))


def _lines(sheet: _Sheet, rng: np.random.Generator) -> None:
    """The lines of a notebook."""
    pitch = sheet.digit_px * float(rng.uniform(1.0, 1.7))
    row = sheet.bottom + sheet.digit_px * float(rng.uniform(-0.1, 0.2))
    for k in range(-3, 4):
        sheet.across(row + k * pitch)


def _squares(sheet: _Sheet, rng: np.random.Generator) -> None:
    """Squared paper; its squares know nothing of the writing."""
    height, width = sheet.field.shape
    pitch = sheet.digit_px * float(rng.uniform(0.45, 1.3))
    first_x, first_y = (float(v) for v in rng.random(2) * pitch)
    for k in range(int(width / pitch) + 1):
        sheet.down(first_x + k * pitch)
    for k in range(int(height / pitch) + 1):
        sheet.across(first_y + k * pitch)


def _frame(sheet: _Sheet, rng: np.random.Generator) -> None:
    """A cell of a table around the number; its lines go on."""
    near, low = (float(v) for v in sheet.digit_px * rng.uniform(0.1, 0.3, 2))
    sheet.down(min(x for x, _, _, _ in sheet.places) - near)
    sheet.down(max(x + width for x, _, width, _ in sheet.places) + near)
    sheet.across(sheet.top - low)
    sheet.across(sheet.bottom + low)


def _boxes(sheet: _Sheet, rng: np.random.Generator) -> None:
    """A comb: a box for each digit, some without a lid."""
    places, side = sheet.places, 0.2 * sheet.digit_px
    low = sheet.digit_px * float(rng.uniform(0.05, 0.25))
    ends = [places[0][0] - side]
    ends += [(a[0] + a[2] + b[0]) / 2 for a, b in itertools.pairwise(places)]
    ends.append(places[-1][0] + places[-1][2] + side)
    for column in ends:
        sheet.down(column, sheet.top - low, sheet.bottom + low)
    sheet.across(sheet.bottom + low)
    if rng.random() < 0.7:
        sheet.across(sheet.top - low)


_KINDS: Final[dict[str, Callable[[_Sheet, np.random.Generator], None]]] = {
    "line": _line,
    "lines": _lines,
    "squares": _squares,
    "boxes": _boxes,
    "frame": _frame,
}
