"""A drawing as strokes: what the page sends, and what becomes of it."""

from __future__ import annotations

from typing import Annotated, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

MAX_SIDE: Final = 2400
MAX_STROKES: Final = 2000
MAX_POINTS: Final = 20_000
"""In one stroke."""

PAPER: Final = 255
INK: Final = 0
_FAR: Final = 2 * MAX_SIDE
_SHIFT: Final = 4  # bits behind the point: OpenCV draws in 16ths of a pixel

Coordinate = Annotated[float, Field(ge=-_FAR, le=_FAR, allow_inf_nan=False)]
Width = Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate] | tuple[Coordinate, Coordinate, Width]


class Stroke(BaseModel):
    """A line of the pen from where it was set down to where it was lifted."""

    model_config = ConfigDict(extra="forbid")

    points: list[Point] = Field(
        min_length=1,
        max_length=MAX_POINTS,
        description="x and y in px of the sheet, and where the pen changes its width, that too.",
    )
    width: Width = Field(default=14, description="Of the pen in px, where a point does not say.")
    erase: bool = Field(default=False, description="True for the eraser.")


class Drawing(BaseModel):
    """Strokes on a sheet of paper, in the order in which they were drawn."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "width": 280,
                    "height": 280,
                    "strokes": [{"points": [[80, 70], [190, 70], [120, 220]], "width": 18}],
                }
            ]
        },
    )

    width: int = Field(default=280, ge=1, le=MAX_SIDE, description="Of the sheet in px.")
    height: int = Field(default=280, ge=1, le=MAX_SIDE, description="Of the sheet in px.")
    strokes: list[Stroke] = Field(max_length=MAX_STROKES)

    def picture(self) -> NDArray[np.uint8]:
        """The sheet, (height, width) uint8: black ink on white paper.

        >>> drawing = Drawing(width=40, height=30, strokes=[Stroke(points=[(20, 15)], width=10)])
        >>> sheet = drawing.picture()
        >>> sheet.shape, int(sheet[15, 20]), int(sheet[2, 2])
        ((30, 40), 0, 255)
        """
        sheet = np.full((self.height, self.width), PAPER, np.uint8)
        for stroke in self.strokes:
            _draw(sheet, stroke)
        return sheet


def _draw(sheet: NDArray[np.uint8], stroke: Stroke) -> None:
    colour = PAPER if stroke.erase else INK
    places = np.array([point[:2] for point in stroke.points])
    widths = [point[2] if len(point) == 3 else stroke.width for point in stroke.points]
    # OpenCV's pixel (0, 0) is centred there; a page's lies between 0 and 1.
    fixed = np.round((places - 0.5) * 2**_SHIFT).astype(np.int32)
    if len(set(widths)) == 1:
        _lines(sheet, fixed, widths[0], colour)
        return
    for index in range(len(fixed) - 1):
        width = (widths[index] + widths[index + 1]) / 2
        _lines(sheet, fixed[index : index + 2], width, colour)


def _lines(sheet: NDArray[np.uint8], fixed: NDArray[np.int32], width: float, colour: int) -> None:
    thickness = max(1, round(width))
    if len(fixed) == 1:
        x, y = (int(value) for value in fixed[0])
        radius = max(1, round(width / 2 * 2**_SHIFT))
        cv2.circle(sheet, (x, y), radius, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)
        return
    cv2.polylines(sheet, [fixed], False, colour, thickness, cv2.LINE_AA, _SHIFT)
