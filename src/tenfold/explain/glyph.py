"""The one digit that is explained: cut out of a picture as the reader cuts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.errors import DataError, PictureError
from tenfold.finding.pieces import find_pieces, of_writing
from tenfold.finding.single import single_digit
from tenfold.picture import Ink, Picture, Polarity, Source, find_ink, open_picture
from tenfold.reading import Reader
from tenfold.results import Box

if TYPE_CHECKING:
    from tenfold.opening import DigitModel
    from tenfold.runtime import Classifier

_MOSTLY = 0.5  # of a piece's ink: so much inside the box and it belongs to the digit


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """The one digit that is explained.

    Attributes:
        name: the picture's path, or which digit of MNIST it is.
        pixels: (28, 28) uint8 in canonical form, ink high.
        n_digits: how many digits the model finds in the picture; this is the largest.
            0 where it finds none: then this is all of the writing.
        box: where it lies, in pixels of the picture; None where it is no part of one.
        label: the true digit, where it is known.
    """

    name: str
    pixels: NDArray[np.uint8]
    n_digits: int = 1
    box: Box | None = None
    label: int | None = None

    @property
    def image(self) -> NDArray[np.float32]:
        """The pixels as the nets take them: (28, 28) float32 in [0, 1]."""
        return self.pixels.astype(np.float32) / np.float32(255)


def open_inked(source: Source, polarity: Polarity = "auto") -> Picture:
    """The picture, once it is known that there is ink in it.

    Raises:
        PictureError: it cannot be opened, or is blank.
    """
    picture = open_picture(source)
    if not find_ink(picture, polarity).mask.any():
        raise PictureError(
            picture.name,
            "no ink found",
            todo="Is there a digit in it? If it is there but pale, raise the contrast",
        )
    return picture


def find_glyph(picture: Picture, model: DigitModel, polarity: Polarity = "auto") -> Glyph:
    """The largest of the digits that the model finds in a picture.

    Args:
        picture: with ink in it, from `open_inked`.
        model: says which pieces of ink are digits, as it does in `tenfold read`.
        polarity: is the ink darker than its paper, or lighter?
    """
    reading = Reader(cast("Classifier", model), polarity=polarity, line_net=None).read(
        picture.pixels
    )
    boxes = [digit.box for number in reading.numbers for digit in number.digits]
    if not boxes:
        return Glyph(picture.name, single_digit(picture.pixels, polarity), n_digits=0)
    box = max(boxes, key=lambda box: box.width * box.height)
    ink = find_ink(open_picture(picture.pixels), polarity)
    pixels = to_canon(cut_out(ink, box))
    return Glyph(picture.name, pixels, len(boxes), _on_original(box, picture))


def mnist_glyph(index: int, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Glyph:
    """A test digit of MNIST, which is canonical already.

    Raises:
        DataError: there is no digit of that index.

    >>> mnist_glyph(1, np.zeros((2, 28, 28), np.uint8), np.array([5, 7], np.uint8)).label
    7
    """
    if not 0 <= index < len(images):
        raise DataError(
            "--index",
            "there is no such test digit",
            came=str(index),
            todo=f"Give one from 0 to {len(images) - 1}",
        )
    return Glyph(f"MNIST test digit {index}", images[index], label=int(labels[index]))


def cut_out(ink: Ink, box: Box) -> NDArray[np.float32]:
    """The ink in the box, less what juts into it from a neighbour."""
    top, left = round(box.y * ink.scale), round(box.x * ink.scale)
    bottom, right = round(box.bottom * ink.scale), round(box.right * ink.scale)
    inside = np.zeros_like(ink.mask)
    inside[top:bottom, left:right] = True
    kept = np.zeros_like(ink.mask)
    n_inside = int((inside & ink.mask).sum())
    for piece in of_writing(find_pieces(ink.mask), ink.mask.shape):
        here = (slice(piece.box.y, piece.box.bottom), slice(piece.box.x, piece.box.right))
        part = piece.mask & inside[here]
        n_part = int(part.sum())
        if n_part >= _MOSTLY * piece.area or n_part >= _MOSTLY * n_inside:
            kept[here] |= part
    return (ink.strength * kept)[top:bottom, left:right]


def _on_original(box: Box, picture: Picture) -> Box:
    """A box of the pixels that were kept, in pixels of the picture as it was."""
    scale = picture.width / picture.pixels.shape[1]
    x, y, width, height = (round(side * scale) for side in box.to_list())
    return Box(x, y, width, height)
