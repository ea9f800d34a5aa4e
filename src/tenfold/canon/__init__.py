"""The forms that the nets know: 28x28 for one digit, 32 rows for a line of them."""

from .glyph import (
    CANON_SIZE,
    CANON_VERSION,
    CENTRE,
    INK_SIDE,
    MIN_STROKE_PX,
    as_uint8,
    stroke_width,
    to_canon,
)
from .strip import (
    BLANK,
    JUNK,
    STRIP_HEIGHT,
    STRIP_MARGIN,
    STRIP_STRIDE,
    STRIP_VERSION,
    SYMBOLS,
    to_strip,
)

__all__ = [
    "BLANK",
    "CANON_SIZE",
    "CANON_VERSION",
    "CENTRE",
    "INK_SIDE",
    "JUNK",
    "MIN_STROKE_PX",
    "STRIP_HEIGHT",
    "STRIP_MARGIN",
    "STRIP_STRIDE",
    "STRIP_VERSION",
    "SYMBOLS",
    "as_uint8",
    "stroke_width",
    "to_canon",
    "to_strip",
]
