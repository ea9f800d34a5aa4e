"""A reading drawn on its picture: frames, cuts, answers beside the ink, the lines of tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tenfold.picture import Picture
from tenfold.results import Box, Cell, Number, Reading, Table

# Two colours that colour-blind people tell apart (Okabe and Ito); review is dashed as well.
COLOURS: Final = {"accepted": "#0072b2", "review": "#d55e00"}
TABLE: Final = "#009e73"
HALO: Final = "#ffffff"

_SIDE_PX: Final = 720  # a smaller picture is enlarged until answers can be written on it
_PIXELS_SEEN: Final = 3  # times enlarged: from there on pixels keep their hard edges
_LINE: Final = 1 / 420  # of the longer side: thickness of a frame
_MARGIN: Final = 2.0  # lines, between the ink and its frame
_TEXT: Final = (1 / 48, 1 / 18)  # of the longer side: the smallest and largest text
_TEXT_OF_INK: Final = 0.55  # of the height of the writing
_TEXT_OF_CELL: Final = 0.32  # of its height
_SMALL: Final = 0.62  # of the text's size: the confidence beside it
_DASH: Final = (4.0, 3.0)  # lines drawn and left out

Place = tuple[float, float, float, float]  # left, top, right, bottom
Places = Callable[[float, float], list[Place]]  # for a text of this width and height


def drawn(reading: Reading, picture: Picture) -> Image.Image:
    """The picture in RGB, with everything that was read drawn on it.

    Accepted numbers are framed blue, those for review orange and dashed; thin
    lines show where digits were cut. The text stands beside the ink, where it
    covers no other number as far as there is room.
    """
    image = Image.fromarray(picture.pixels).convert("RGB")
    enlarge = max(1, -(-_SIDE_PX // max(image.size)))
    way = Image.Resampling.NEAREST if enlarge >= _PIXELS_SEEN else Image.Resampling.BICUBIC
    image = image.resize((image.width * enlarge, image.height * enlarge), way)
    return _Sheet(image, image.width / picture.width).with_reading(reading)


class _Sheet:
    """A picture that is drawn on; places are px of the enlarged picture."""

    def __init__(self, image: Image.Image, scale: float) -> None:
        self._image, self._scale = image, scale
        self._draw = ImageDraw.Draw(image)
        self._side = max(image.size)
        self._line = max(1, round(self._side * _LINE))
        self._taken: list[Place] = []

    def with_reading(self, reading: Reading) -> Image.Image:
        for table in reading.tables:
            self._table(table)
        cells = [
            (cell.number, self._cell(table, cell))
            for table in reading.tables
            for cell in table.cells
        ]
        in_cells = [number for number, _ in cells]
        texts = [
            (cell.number, self._cell(table, cell))
            for table in reading.tables
            if len(table.rows) > 1  # the boxes of a comb are one number, and its text stands above
            for cell in table.cells
        ]
        beside = [number for number in reading.numbers if number not in in_cells]
        frames = [(number, self._frame(number.box)) for number in [*in_cells, *beside]]
        self._taken = [frame for _, frame in frames]
        for number, frame in frames:
            self._number(number, frame)
        for number, cell_place in texts:  # last, so that no frame runs through them
            self._answer(number, self._inside(cell_place), cell_place)
        for number, frame in frames[len(cells) :]:
            self._answer(number, self._around(frame))
        return self._image

    def _cell(self, table: Table, cell: Cell) -> Place:
        corners = [point for row in table.corners[cell.row : cell.row + 2] for point in row]
        n = len(table.corners[0])
        x, y = zip(*(corners[k + cell.column + i] for k in (0, n) for i in (0, 1)), strict=True)
        return (
            self._scale * min(x),
            self._scale * min(y),
            self._scale * max(x),
            self._scale * max(y),
        )

    def _frame(self, box: Box) -> Place:
        margin = _MARGIN * self._line
        left, top = box.x * self._scale - margin, box.y * self._scale - margin
        right, bottom = box.right * self._scale + margin, box.bottom * self._scale + margin
        width, height = self._image.size
        return max(left, 0), max(top, 0), min(right, width - 1), min(bottom, height - 1)

    def _number(self, number: Number, frame: Place) -> None:
        colour = COLOURS[number.status]
        left, top, right, bottom = frame
        if number.status == "accepted":
            self._draw.rectangle(frame, outline=colour, width=self._line)
        else:
            corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            for start, stop in itertools.pairwise(corners):
                self._dashed(start, stop, colour)
        thin = max(1, self._line // 2)
        for one, other in itertools.pairwise(number.digits):
            x = self._scale * (one.box.right + other.box.x) / 2
            if left < x < right:
                self._draw.line((x, top, x, bottom), colour, thin)

    def _dashed(self, start: tuple[float, float], stop: tuple[float, float], colour: str) -> None:
        length = abs(stop[0] - start[0]) + abs(stop[1] - start[1])
        on, off = (part * self._line for part in _DASH)
        n_dashes = max(1, round((length + off) / (on + off)))
        step = (length + off) / n_dashes
        for k in range(n_dashes):
            ends = (k * step / max(length, 1), min(1, (k * step + step - off) / max(length, 1)))
            points = [
                (start[0] + share * (stop[0] - start[0]), start[1] + share * (stop[1] - start[1]))
                for share in ends
            ]
            self._draw.line(points, colour, self._line)

    def _answer(self, number: Number, places: Places, cell: Place | None = None) -> None:
        ink_px = self._scale * number.box.height
        low, high = (self._side * share for share in _TEXT)
        size = min(max(_TEXT_OF_INK * ink_px, low), high)
        sure = f" {100 * number.confidence:.0f}%"
        if cell is not None:
            size = min(size, _TEXT_OF_CELL * (cell[3] - cell[1]))
            sure = sure if number.status == "review" else ""  # there is little room
        large, small = _font(size), _font(_SMALL * size)
        text = number.text or "?"
        halo = max(1, round(size / 9))
        width = large.getlength(text) + small.getlength(sure) + 2 * halo
        place = self._room(places(width, size + 2 * halo))
        self._taken.append(place)
        x, base = place[0] + halo, place[3] - halo - 0.1 * size
        colour = COLOURS[number.status]
        beside = (x + large.getlength(text), base)
        for stroke, fill in ((halo, HALO), (0, colour)):  # no halo may bite into the other text
            self._draw.text((x, base), text, fill, large, "ls", stroke_width=stroke)
            self._draw.text(beside, sure, fill, small, "ls", stroke_width=stroke)

    def _room(self, places: list[Place]) -> Place:
        """The place that covers least; the first of equals."""
        return min(places, key=lambda place: sum(_shared(place, other) for other in self._taken))

    def _around(self, frame: Place) -> Places:
        """Where a text may stand beside a frame: above it first."""
        left, top, right, bottom = frame

        def places(width: float, height: float) -> list[Place]:
            middle = (top + bottom - height) / 2
            starts = [(left, top - height), (left, bottom), (right, middle), (left - width, middle)]
            starts += [(right - width, top - height), (right - width, bottom)]
            return [self._kept_in(x, y, width, height) for x, y in starts]

        return places

    def _inside(self, cell: Place) -> Places:
        """Where a text may stand in the corners of a cell."""
        left, top, right, bottom = cell
        line = self._line

        def places(width: float, height: float) -> list[Place]:
            xs, ys = (right - width - line, left + line), (top + line, bottom - height - line)
            return [self._kept_in(x, y, width, height) for y in ys for x in xs]

        return places

    def _kept_in(self, x: float, y: float, width: float, height: float) -> Place:
        x = min(max(x, 0), max(self._image.width - width, 0))
        y = min(max(y, 0), max(self._image.height - height, 0))
        return x, y, x + width, y + height

    def _table(self, table: Table) -> None:
        corners = [[(self._scale * x, self._scale * y) for x, y in row] for row in table.corners]
        for row in corners:
            self._draw.line(row, TABLE, self._line, joint="curve")
        for column in zip(*corners, strict=True):
            self._draw.line(list(column), TABLE, self._line, joint="curve")


def _shared(one: Place, other: Place) -> float:
    """Area of two places in common, in px."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow is built with FreeType everywhere
    return font
