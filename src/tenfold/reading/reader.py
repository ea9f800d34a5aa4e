"""The reader: a picture in, its numbers out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE, to_canon
from tenfold.errors import TenfoldError
from tenfold.picture import Ink, Picture, Polarity, Source, find_ink, open_picture
from tenfold.results import Box, Number, Reading
from tenfold.runtime import DEFAULT_MODEL, Classifier, load_classifier

from .cuts import cut, writing_slant
from .numbers import apart, numbers_of
from .paths import Line, propose, weigh
from .pieces import Piece, find_pieces, in_lines, of_writing, pen_width, writing_height
from .rules import without_rules
from .spelling import Spelled, spell
from .strips import strip_of

DEFAULT_POLARITY: Final[Polarity] = "auto"

_FEW_DIGITS: Final = 2  # up to here a line taken off may have been a stroke of the digit itself


class Reader:
    """Reads the handwritten numbers in pictures.

    Args:
        model: a shipped name, or the path of an ONNX file.
        polarity: `auto`, `dark-on-light` or `light-on-dark`.

    Raises:
        ModelError: the model is not there or cannot be used.

    >>> page = np.full((60, 60), 250, np.uint8)
    >>> page[10:50, 28:33] = 40
    >>> Reader().read(page).text
    '1'
    """

    def __init__(
        self,
        model: str | Classifier = DEFAULT_MODEL,
        *,
        polarity: Polarity = DEFAULT_POLARITY,
        line_net: Any = None,
    ) -> None:
        self.classifier = load_classifier(model) if isinstance(model, str) else model
        self.polarity = polarity
        self.line_net: Any = line_net

    def read(self, source: Source) -> Reading:
        """The numbers in one picture, in reading order.

        Args:
            source: a path, bytes, a binary file object, a PIL image, or an
                array (h, w), (h, w, 3) or (h, w, 4).

        Raises:
            PictureError: the picture cannot be read. A page without numbers is
                no error: its `numbers` are empty.
        """
        picture = open_picture(source)
        ink = find_ink(picture, self.polarity)
        numbers = self._numbers(picture, ink) if ink.mask.any() else []
        return Reading(picture.name, picture.width, picture.height, tuple(numbers))

    def read_many(self, sources: Iterable[Source]) -> Iterator[Reading]:
        """One reading per source, in the order given; what went wrong stands in `error`."""
        for source in sources:
            try:
                yield self.read(source)
            except TenfoldError as error:
                yield Reading(error.item, 0, 0, error=error.reason)

    def _numbers(self, picture: Picture, ink: Ink) -> list[Number]:
        pieces = find_pieces(ink.mask)
        clean = without_rules(ink.mask, writing_height(of_writing(pieces, ink.mask.shape)))
        if clean is ink.mask:
            return self._read_pieces(picture, ink, pieces)
        numbers = self._read_pieces(picture, ink, find_pieces(clean))
        if sum(len(number.digits) for number in numbers) > _FEW_DIGITS:
            return numbers
        whole = self._read_pieces(picture, ink, pieces)
        return max(numbers, whole, key=_worth)

    def _read_pieces(self, picture: Picture, ink: Ink, pieces: list[Piece]) -> list[Number]:
        rows = in_lines(of_writing(pieces, ink.mask.shape))
        return [number for read in self._read_rows(picture, ink, rows) for number in read]

    def _read_rows(self, picture: Picture, ink: Ink, rows: list[list[Piece]]) -> list[list[Number]]:
        """The numbers of each row of pieces: a line of writing, or what stands in one cell."""
        groups = [(row, group) for row, pieces in enumerate(rows) for group in apart(pieces)]
        lines = [_line(group) for _, group in groups]
        size = (picture.width, picture.height)
        numbers: list[list[Number]] = [[] for _ in rows]
        for (row, _), spelled in zip(groups, self._spelled(ink, lines), strict=True):
            numbers[row] += numbers_of(spelled, ink.scale, size)
        return numbers

    def _spelled(self, ink: Ink, lines: list[Line]) -> Iterator[Spelled]:
        """What stands on each line, all nets run once for all lines."""
        glyphs = [
            _glyph(ink, line, c.start, c.stop, c.box) for line in lines for c in line.candidates
        ]
        judged = self.classifier.judge(np.stack(glyphs) if glyphs else _NOTHING)
        strips = [strip_of(ink, line) for line in lines] if self.line_net else []
        answers = self.line_net.probabilities([s.pixels for s in strips]) if self.line_net else []
        first = 0
        for line, strip, frames in itertools.zip_longest(lines, strips, answers):
            here = slice(first, first + len(line.candidates))
            first = here.stop
            weights = weigh(line, judged.probabilities[here], judged.is_digit[here])
            yield spell(line, weights, strip, frames)


_NOTHING: Final = np.zeros((0, CANON_SIZE, CANON_SIZE), np.uint8)


def _worth(numbers: list[Number]) -> float:
    return float(np.prod([number.confidence for number in numbers])) if numbers else 0.0


def _line(row: list[Piece]) -> Line:
    """Pieces of one line of writing, cut into parts, with all runs to be judged."""
    height = writing_height(row)
    slant = writing_slant(row, height)
    pen_px = pen_width(row)
    parts = [
        (part, index)
        for index, piece in enumerate(row)
        for part in cut(piece, height, slant, pen_px)
    ]
    parts.sort(key=lambda pair: pair[0].middle)
    origin = [index for _, index in parts]
    return propose([part for part, _ in parts], origin, height, pen_px)


def _glyph(ink: Ink, line: Line, start: int, stop: int, box: Box) -> NDArray[np.uint8]:
    """The ink of a run of parts in canonical form."""
    canvas = np.zeros((box.height, box.width), np.float32)
    for part in line.parts[start:stop]:
        y, x = part.box.y, part.box.x
        strength = ink.strength[y : part.box.bottom, x : part.box.right] * part.mask
        target = canvas[y - box.y : part.box.bottom - box.y, x - box.x : part.box.right - box.x]
        np.maximum(target, strength, out=target)
    return to_canon(canvas)
