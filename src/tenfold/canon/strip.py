"""The form of a line of writing: 32 rows, as many columns as it takes.

A glyph in canonical form says nothing of its neighbours; a strip shows all of
them, with what stands around: dots, dashes, the paper's own pattern. It is
what the line net reads, as a second view beside the digits one by one.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

STRIP_VERSION: Final = 1
"""Rises when the same ink would give other pixels; a line net is bound to one version."""

STRIP_HEIGHT: Final = 32
STRIP_STRIDE: Final = 2
"""Columns of a strip to each step of the line net's answer."""

STRIP_MARGIN: Final = 4
"""Columns of paper, or of what is there, to the left and right of a line's ink."""

SYMBOLS: Final = "0123456789-.,~"
"""What the line net tells apart, in the order of its classes; `BLANK` comes after them.

`~` is anything that is written and is no part of a number: a letter, a sign.
"""

JUNK: Final = "~"
BLANK: Final = len(SYMBOLS)
"""Class of "nothing new here" (Graves et al., "Connectionist Temporal Classification", 2006)."""

_WRITING: Final = 22.0  # rows for the height of the writing
_LEAST: Final = 16.0  # rows for the writing, whatever stands above and below it
_LINE: Final = 27.0  # rows for the whole line at most, with what hangs below and stands above
_THINNEST: Final = 1.3  # px of a strip: a thinner pen is widened before it fades
_WIDEST: Final = 1536  # columns; a longer line is squeezed


def to_strip(
    strength: NDArray[Any],
    box: tuple[float, float, float, float],
    writing: float,
    pen: float = 0.0,
) -> tuple[NDArray[np.uint8], float]:
    """The part of a picture around a line of writing, brought to 32 rows.

    Args:
        strength: (h, w) float32 in [0, 1] or uint8, 1 (255) = full ink, of the whole picture:
            what lies around the box comes into view as well.
        box: x, y, width, height of the line in px, ink only.
        writing: height in px of a usual digit of the line, at most the box's.
        pen: width in px of its strokes; 0 where it is not known.

    Returns:
        (32, w) uint8, 255 = full ink, and the px of the picture per column: column
        c shows what lies around x + (c - 4) * that.

    Raises:
        ValueError: the box is empty.

    >>> field = np.zeros((60, 200), np.float32)
    >>> field[10:50, 20:180] = 1.0
    >>> strip, step = to_strip(field, (20, 10, 160, 40), 40)
    >>> strip.shape, round(step, 2)
    ((32, 96), 1.82)
    """
    x, y, width, height = box
    if width <= 0 or height <= 0:
        raise ValueError(f"the box of a line must hold ink; got width {width}, height {height}")
    # What towers over the line may be cut off; the writing must not shrink beyond reading.
    scale = min(_WRITING / max(writing, 1.0), max(_LINE / height, _LEAST / max(writing, 1.0)))
    across = min(scale, (_WIDEST - 2 * STRIP_MARGIN) / width)
    columns = max(round(width * across) + 2 * STRIP_MARGIN, 2 * STRIP_STRIDE)
    left, right = round(x - STRIP_MARGIN / across), round(x + width + STRIP_MARGIN / across)
    top = round(y + height / 2 - STRIP_HEIGHT / 2 / scale)
    view = _view(strength, top, top + round(STRIP_HEIGHT / scale), left, right)
    if 0 < pen * scale < _THINNEST:
        width_px = round(_THINNEST / scale - pen) + 1
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width_px, width_px))
        view = np.asarray(cv2.dilate(view, brush))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    strip = np.asarray(cv2.resize(view, (columns, STRIP_HEIGHT), interpolation=method))
    if strip.dtype != np.uint8:
        strip = strip * 255 + 0.5
    return strip.astype(np.uint8), 1 / across


def _view(field: NDArray[Any], top: int, bottom: int, left: int, right: int) -> NDArray[Any]:
    """A window on the field; beyond its edges lies paper."""
    height, width = field.shape
    view = np.zeros((bottom - top, right - left), field.dtype)
    rows = slice(max(top, 0), min(bottom, height))
    columns = slice(max(left, 0), min(right, width))
    if rows.start < rows.stop and columns.start < columns.stop:
        view[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = (
            field[rows, columns]
        )
    return view
