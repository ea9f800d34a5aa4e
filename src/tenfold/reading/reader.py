"""The reader: a picture in, its numbers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tenfold.errors import PictureError, TenfoldError
from tenfold.finding.lines import in_lines
from tenfold.finding.pieces import Piece, find_pieces, of_writing, writing_height
from tenfold.finding.ruled import without_rules
from tenfold.picture import (
    Ink,
    Pages,
    Picture,
    Polarity,
    Region,
    Source,
    View,
    chosen,
    one_thread,
    open_picture,
)
from tenfold.results import Number, Reading
from tenfold.runtime import DEFAULT_MODEL, LINE_MODEL, Classifier, LineNet
from tenfold.trust import MAX_ERROR, Promise

from .accepting import accept_from
from .ends import cut_short
from .layouts import LaidOut, Layout, check_layout, read_layout
from .nets import Nets
from .numbers import numbers_of, without_hardly_any
from .rows import read_rows
from .spelling import Spelled
from .stacked import whole_again
from .straight import read_straight
from .ways import ways_up
from .whole import whole_digits

if TYPE_CHECKING:
    from tenfold.rules import Rules

DEFAULT_POLARITY: Final[Polarity] = "auto"

_FEW_DIGITS: Final = 2  # up to here a line taken off may have been a stroke of the digit itself


class Reader:
    """Reads the handwritten numbers in pictures.

    Args:
        model: a shipped name, or the path of an ONNX file.
        polarity: `auto`, `dark-on-light` or `light-on-dark`.
        line_net: the second view of every line (docs/lines.md), as a shipped name, a path
            or itself; None reads by the digits alone.
        company: the net of digits that stand beside others, likewise; None is the model,
            and beside the default model the shipped one.
        max_error: numbers are accepted as long as no greater share of the accepted is
            wrong, on pictures like those of the promise (docs/trust.md).
        promise: what the reader's confidences are worth; None is the shipped one.

    Raises:
        ModelError: the model is not there or cannot be used.
        ConfigError: so small an error cannot be promised.

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
        line_net: str | LineNet | None = LINE_MODEL,
        company: str | Classifier | None = None,
        max_error: float = MAX_ERROR,
        promise: Promise | None = None,
    ) -> None:
        self.polarity = polarity
        self.accept = accept_from(max_error, promise)
        self.nets = Nets.of(model, company, line_net)

    def read(
        self,
        source: Source,
        layout: Layout = "auto",
        rows: int | None = None,
        cols: int | None = None,
        region: Region | None = None,
        rules: Rules | None = None,
    ) -> Reading:
        """The numbers in one picture, in reading order; of several pages, in the first.

        Args:
            source: a path, bytes, a binary file object, a PIL image, or an
                array (h, w), (h, w, 3) or (h, w, 4).
            layout: `digit`, `number`, `page` or `grid` says what the picture
                holds; `auto` finds out (docs/layouts.md).
            rows: how many a grid has; found where None.
            cols: the same of its columns.
            region: the part that is read, see `parse_region`; boxes stay those of
                the whole picture.
            rules: what every number in the picture must obey. One that cannot has an
                empty text; `unruled` says what was read (docs/trust.md).

        Raises:
            PictureError: the picture cannot be read. A page without numbers is
                no error: its `numbers` are empty.
            ConfigError: there is no such layout, or `rows` or `cols` cannot be.
        """
        check_layout(layout, rows, cols)
        return self._read(open_picture(source, region), layout, rows, cols, rules)

    def read_pages(
        self,
        source: Source,
        layout: Layout = "auto",
        rows: int | None = None,
        cols: int | None = None,
        region: Region | None = None,
        pages: Sequence[range] | None = None,
        rules: Rules | None = None,
    ) -> Iterator[Reading]:
        """One reading for each page of a file, each made when it is asked for.

        A page that cannot be read says so in its `error`, and the others are read.

        Args:
            source: as for `read`; PDF, TIFF and HEIC may hold several pages.
            layout: as for `read`, and so are the next three.
            rows: of a grid.
            cols: of a grid.
            region: of every page.
            pages: which, counted from 1, in this order (`parse_pages`); all where None.
            rules: as for `read`.

        Raises:
            PictureError: the file cannot be opened, or has none of these pages.
            ConfigError: as for `read`.
        """
        check_layout(layout, rows, cols)
        with Pages(source) as opened:
            for page in chosen(pages, opened.n, opened.name):
                try:
                    picture = opened.picture(page - 1, region)
                    yield self._read(picture, layout, rows, cols, rules)
                except PictureError as error:
                    number = page if opened.n > 1 else None
                    yield Reading(opened.name, 0, 0, error=error.reason, page=number)

    def read_many(
        self,
        sources: Iterable[Source],
        layout: Layout = "auto",
        rows: int | None = None,
        cols: int | None = None,
        region: Region | None = None,
        pages: Sequence[range] | None = None,
        rules: Rules | None = None,
    ) -> Iterator[Reading]:
        """One reading per page of each source, in order; what went wrong stands in `error`.

        Args:
            sources: any number; one is opened when its turn comes.
            layout: as for `read_pages`, and so are the others; they hold for every source.
            rows: of a grid.
            cols: of a grid.
            region: of every page.
            pages: of every source.
            rules: for every number.

        Raises:
            ConfigError: as for `read`; no source is at fault then.
        """
        check_layout(layout, rows, cols)
        for source in sources:
            try:
                yield from self.read_pages(source, layout, rows, cols, region, pages, rules)
            except TenfoldError as error:
                yield Reading(error.item, 0, 0, error=error.reason)

    def _read(
        self,
        picture: Picture,
        layout: Layout,
        rows: int | None,
        cols: int | None,
        rules: Rules | None,
    ) -> Reading:
        def read(view: View, ink: Ink) -> LaidOut:
            return read_layout(ink, Desk(self, view.picture, rules), layout, rows, cols)

        with one_thread(picture.width * picture.height):
            laid = read_straight(picture, self.polarity, read, partial(ways_up, self.nets.alone))
        return Reading(
            *(picture.name, picture.width, picture.height),
            numbers=tuple(laid.numbers),
            page=picture.page,
            tables=tuple(laid.tables),
        )


class Desk:
    """The reader with one picture before it, held to rules: what a layout may ask (`Reads`)."""

    def __init__(self, reader: Reader, picture: Picture, rules: Rules | None) -> None:
        self._reader, self._rules = reader, rules
        self.size, self.accept = (picture.width, picture.height), reader.accept

    def page(self, ink: Ink) -> list[Number]:
        """See `Reads.page`."""
        pieces = of_writing(find_pieces(ink.mask), ink.mask.shape)
        clean = without_rules(ink.mask, writing_height(pieces))
        if clean is ink.mask:
            return self._lines(ink, pieces)
        numbers = self._lines(ink, of_writing(find_pieces(clean), ink.mask.shape))
        if sum(len(number.digits) for number in numbers) > _FEW_DIGITS:
            return numbers
        return max(numbers, self._lines(ink, pieces), key=_worth)

    def _lines(self, ink: Ink, pieces: list[Piece]) -> list[Number]:
        lines = in_lines(pieces, ink.squares, ink.row_at)
        rows = whole_again(self._reader.nets.alone, ink, lines)
        numbers = [number for read in self.rows(ink, rows) for number in read]
        if ink.clung is not None:
            numbers = cut_short(numbers, ink.clung, ink.scale, self.accept)
        return numbers if self._rules else without_hardly_any(numbers)

    def rows(self, ink: Ink, rows: list[list[Piece]]) -> list[list[Number]]:
        """See `Reads.rows`."""
        read = read_rows(self._reader.nets, ink, rows, self._rules)
        return [[n for spelled in row for n in self._numbers(spelled, ink)] for row in read]

    def digits(self, ink: Ink, glyphs: list[list[Piece]]) -> list[Number]:
        """See `Reads.digits`."""
        found = whole_digits(self._reader.nets.alone, ink, glyphs, self._rules)
        return [number for one in found for number in self._numbers(one, ink)]

    def _numbers(self, spelled: Spelled, ink: Ink) -> list[Number]:
        return numbers_of(spelled, self.accept, ink.scale, self.size, ink.squares)


def _worth(numbers: list[Number]) -> float:
    return float(np.prod([number.confidence for number in numbers])) if numbers else 0.0
