"""One digit: all the writing of a picture as one 28x28."""

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.picture import Ink, Polarity, Source, find_ink, open_picture

from .pieces import find_pieces, of_writing, writing_height
from .rules import without_rules


def single_digit(source: Source, polarity: Polarity = "auto") -> NDArray[np.uint8]:
    """The writing of a picture in canonical form, taken as one digit.

    Ink is found, ruled lines and dirt are left out, as the reader does it; but
    nothing is cut, so a picture of two digits becomes one picture of both.

    Returns:
        (28, 28) uint8, ink high; all zero for a blank page.

    Raises:
        PictureError: the picture cannot be read.

    >>> page = np.full((60, 60), 250, np.uint8)
    >>> page[10:50, 28:33] = 40
    >>> rows = np.flatnonzero(single_digit(page).any(axis=1))
    >>> int(rows[0]), int(rows[-1])
    (4, 23)
    """
    ink = find_ink(open_picture(source), polarity)
    return to_canon(_writing(ink))


def _writing(ink: Ink) -> NDArray[np.float32]:
    """The strength of the ink where it is writing, 0 elsewhere."""
    shape = ink.mask.shape
    height = writing_height(of_writing(find_pieces(ink.mask), shape))
    clean = without_rules(ink.mask, height)
    # A lone bar may be a 1: what is all there is, is no rule.
    mask = clean if clean.any() else ink.mask
    field = np.zeros(shape, np.float32)
    for piece in of_writing(find_pieces(mask), shape):
        box = piece.box
        place = np.s_[box.y : box.bottom, box.x : box.right]
        field[place] = np.maximum(field[place], ink.strength[place] * piece.mask)
    return field
