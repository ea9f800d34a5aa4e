"""THE 28x28 form that every net of this project knows.

The longer side of the ink is 20 px and its centre of mass lies on pixel index
(14, 14). All 70,000 MNIST digits are already in this form (docs/canon.md), so
they pass through unchanged; everything else is brought to it here and nowhere
else: by the reader, the batch engine, the page's server and the training data.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

CANON_VERSION: Final = 1
"""Rises when the same ink would give other pixels; a net is bound to one version."""

CANON_SIZE: Final = 28
INK_SIDE: Final = 20
CENTRE: Final = 14  # 14.0, not 13.5: the centre of mass of all 70,000 MNIST digits

MIN_STROKE_PX: Final = 1.9
"""Thinner strokes are thickened to this width; MNIST's own pens are 1.6 to 4 px wide."""

_WORK_SIDE: Final = 80  # four canonical pixels' worth of detail, enough to widen a stroke evenly


def to_canon(ink: NDArray[Any]) -> NDArray[np.uint8]:
    """One glyph as a (28, 28) uint8 picture in the form that the nets know.

    Ink is high: 0 is paper. Only the ink counts, not the paper around it. A
    stroke that would come out thinner than a pen's is thickened first, so that
    a hair line in a large picture does not fade to nothing.

    Args:
        ink: (h, w) uint8 in 0..255 or float in [0, 1], 0 = paper.

    Returns:
        (28, 28) uint8; all zero where there is no ink.

    Raises:
        ValueError: not two-dimensional, empty, or floats outside [0, 1].

    LeCun et al., "Gradient-Based Learning Applied to Document Recognition"
    (1998), section III.A: 20x20 by aspect, centre of mass to the middle.

    >>> bar = np.zeros((100, 60), np.uint8)
    >>> bar[10:90, 25:35] = 255
    >>> canon = to_canon(bar)
    >>> rows = np.flatnonzero(canon.any(axis=1))
    >>> int(rows[0]), int(rows[-1]), bool(np.array_equal(to_canon(canon), canon))
    (4, 23, True)
    """
    pixels = as_uint8(ink)
    box = _ink_box(pixels)
    if box is None:
        return np.zeros((CANON_SIZE, CANON_SIZE), np.uint8)
    top, bottom, left, right = box
    glyph = pixels[top:bottom, left:right]
    if max(glyph.shape) != INK_SIDE:
        glyph = _to_ink_side(glyph)
    return _centred(glyph)


def as_uint8(ink: NDArray[Any]) -> NDArray[np.uint8]:
    """Ink of any kind that `to_canon` takes, as (h, w) uint8, 255 = full ink.

    Raises:
        ValueError: as for `to_canon`.

    >>> as_uint8(np.array([[0.0, 0.5, 1.0]])).tolist()
    [[0, 128, 255]]
    """
    array = np.asarray(ink)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"ink must be (h, w) with at least one pixel; got shape {array.shape}")
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind != "f":
        raise ValueError(f"ink must be uint8 or float in [0, 1]; got {array.dtype}")
    if not (array.min() >= 0 and array.max() <= 1):  # NaN fails here too
        raise ValueError("ink as float must lie in [0, 1], 1 = ink")
    return (array * 255 + 0.5).astype(np.uint8)


def _ink_box(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(pixels))
    return (top, top + height, left, left + width) if width else None


def _to_ink_side(glyph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The glyph with a longer side of 20 px and strokes no thinner than a pen's."""
    work = _resized(glyph, _WORK_SIDE)
    scale = _WORK_SIDE / INK_SIDE
    missing = MIN_STROKE_PX * scale - stroke_width(work)
    if missing >= 1:
        width = round(missing) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        margin = width // 2 + 1
        work = _u8(cv2.dilate(_padded(work, margin), kernel))
        top, bottom, left, right = _ink_box(work) or (0, *work.shape, 0)
        work = work[top:bottom, left:right]
    small = _resized(work, INK_SIDE)
    peak = int(small.max())
    if 0 < peak < 255:  # a pen's darkest pixel is full ink in MNIST, whatever the pen
        small = _u8(cv2.convertScaleAbs(small, alpha=255 / peak))
    return _with_full_box(small)


def stroke_width(glyph: NDArray[np.uint8]) -> float:
    """Mean width of the strokes in px: ink area over half its outline's length.

    >>> bar = np.zeros((100, 60), np.uint8)
    >>> bar[10:90, 25:35] = 255
    >>> 9 < stroke_width(bar) < 12
    True
    """
    mask = _padded(glyph, 1) > 127
    area = int(np.count_nonzero(mask))
    if area == 0:
        return 0.0
    # Crofton's formula: outlines cross the two grid directions in proportion to their length.
    edges = np.count_nonzero(mask[:, 1:] != mask[:, :-1]) + np.count_nonzero(mask[1:] != mask[:-1])
    return float(2 * area / (edges * np.pi / 4))


def _padded(glyph: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
    """The glyph with paper around it; np.pad does the same in five times the time."""
    height, width = glyph.shape
    field = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    field[margin : margin + height, margin : margin + width] = glyph
    return field


def _resized(glyph: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    height, width = glyph.shape
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return _u8(cv2.resize(glyph, size, interpolation=method))


def _u8(pixels: Any) -> NDArray[np.uint8]:
    """OpenCV's answer under the type that it has; its stubs promise less."""
    return np.asarray(pixels, np.uint8)


def _with_full_box(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same pixels, none of the outermost rows and columns of the longer side empty.

    A faint end of a stroke can round to nothing; without its one grey level
    the form would not be a fixed point of itself.
    """
    long_axis = int(small.shape[1] > small.shape[0])
    ends = (small[0], small[-1]) if long_axis == 0 else (small[:, 0], small[:, -1])
    for end, inner in zip(ends, _neighbours(small, long_axis), strict=True):
        if not end.any():
            end[int(inner.argmax())] = 1
    return small


def _neighbours(
    small: NDArray[np.uint8], long_axis: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    if long_axis == 0:
        return small[1], small[-2]
    return small[:, 1], small[:, -2]


def _centred(glyph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The glyph on a 28x28 field, shifted by whole pixels to its centre of mass."""
    moments = cv2.moments(glyph)
    x, y = moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]
    height, width = glyph.shape
    left = _offset(x, width)
    top = _offset(y, height)
    canon = np.zeros((CANON_SIZE, CANON_SIZE), np.uint8)
    canon[top : top + height, left : left + width] = glyph
    return canon


def _offset(centre: float, side: int) -> int:
    """Where to lay the glyph's first pixel; it stays on the field whatever its shape."""
    return min(max(round(CENTRE - centre), 0), CANON_SIZE - side)
