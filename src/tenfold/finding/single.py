"""One digit: all the writing of a picture as one 28x28."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE, as_uint8, to_canon
from tenfold.picture import Ink, Polarity, Source, find_ink, open_picture
from tenfold.results import Box

from .pieces import Mask, Piece, around, find_pieces, of_writing, writing_height
from .plain import plain
from .ruled import without_rules


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
    ink = plain(find_ink(open_picture(source), polarity))
    pieces = all_writing(ink.mask)
    if not pieces:
        return np.zeros((CANON_SIZE, CANON_SIZE), np.uint8)
    return glyph_of(ink, pieces, around(pieces))


def all_writing(mask: Mask) -> list[Piece]:
    """Every piece of the writing; a lone bar may be a 1: what is all there is, is no rule."""
    height = writing_height(of_writing(find_pieces(mask), mask.shape))
    clean = without_rules(mask, height)
    return of_writing(find_pieces(clean if clean.any() else mask), mask.shape)


def glyph_of(ink: Ink, pieces: list[Piece], box: Box) -> NDArray[np.uint8]:
    """The ink of these pieces in canonical form; the box is around them."""
    return glyph_in(levels_in(ink, box), pieces, box)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The strength of a part of a picture's ink, as the canonical form takes it.

    Many glyphs are cut from one line, each several times: it is rounded once for all.

    Attributes:
        pixels: (h, w) uint8, 255 = full ink.
        left, top: where its first pixel lies on the work grid.
    """

    pixels: NDArray[np.uint8]
    left: int
    top: int


def levels_in(ink: Ink, box: Box) -> Levels:
    """Those inside a box."""
    strength = ink.strength[box.y : box.bottom, box.x : box.right]
    return Levels(as_uint8(strength), box.x, box.y)


def glyph_in(levels: Levels, pieces: list[Piece], box: Box) -> NDArray[np.uint8]:
    """The ink of these pieces in canonical form.

    Args:
        levels: of a part of the picture that holds the box.
        pieces: to be shown.
        box: around them.
    """
    canvas = np.zeros((box.height, box.width), np.uint8)
    for part in pieces:
        y, x = part.box.y - levels.top, part.box.x - levels.left
        pixels = levels.pixels[y : y + part.box.height, x : x + part.box.width]
        y, x = part.box.y - box.y, part.box.x - box.x
        target = canvas[y : y + part.box.height, x : x + part.box.width]
        np.copyto(target, pixels, where=part.mask)
    return to_canon(canvas)
