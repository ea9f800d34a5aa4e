"""What a reading is: frozen values that turn into JSON and back.

`SCHEMA` is the version of that JSON. It rises when a key changes its meaning
or goes away; a new key alone does not raise it. See docs/format.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

SCHEMA: Final = 1

Status = Literal["accepted", "review"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture as a person sees it (EXIF applied).

    >>> Box(10, 20, 5, 8).union(Box(12, 18, 10, 4))
    Box(x=10, y=18, width=12, height=10)
    """

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the box."""
        return self.y + self.height

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def to_list(self) -> list[int]:
        """The box as `[x, y, width, height]`."""
        return [self.x, self.y, self.width, self.height]


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit of a number.

    Attributes:
        digit: 0 to 9.
        confidence: calibrated probability that the digit is right, in [0, 1].
        box: where its ink lies.
        alternatives: the next best digits with their probabilities, best first.
    """

    digit: int
    confidence: float
    box: Box
    alternatives: tuple[tuple[int, float], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The digit as JSON values; probabilities keep four decimals."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "box": self.box.to_list(),
            "alternatives": [[d, round(p, 4)] for d, p in self.alternatives],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Digit:
        """The digit that `to_dict` wrote."""
        return cls(
            digit=int(data["digit"]),
            confidence=float(data["confidence"]),
            box=Box(*data["box"]),
            alternatives=tuple((int(d), float(p)) for d, p in data["alternatives"]),
        )


@dataclass(frozen=True, slots=True)
class Number:
    """One number: digits that stand together on a line.

    Attributes:
        text: its digits, in reading order.
        confidence: calibrated probability that the whole text is exactly right.
        status: `accepted`, or `review` where a person should look.
        box: where its ink lies.
        digits: the digits one by one.
        written: the text with minus, point, comma and dash as they stand there.
        unruled: where rules had to be obeyed, the text without them; None without rules.
            Where nothing obeys them, `text` is empty.
    """

    text: str
    confidence: float
    status: Status
    box: Box
    digits: tuple[Digit, ...]
    written: str = ""
    unruled: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The number as JSON values."""
        return {
            "text": self.text,
            "written": self.written,
            "unruled": self.unruled,
            "confidence": round(self.confidence, 4),
            "status": self.status,
            "box": self.box.to_list(),
            "digits": [digit.to_dict() for digit in self.digits],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Number:
        """The number that `to_dict` wrote."""
        return cls(
            text=str(data["text"]),
            confidence=float(data["confidence"]),
            status=cast(Status, data["status"]),
            box=Box(*data["box"]),
            digits=tuple(Digit.from_dict(digit) for digit in data["digits"]),
            written=str(data.get("written", data["text"])),
            unruled=data.get("unruled"),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a table; row and column count from 0, at the top left."""

    row: int
    column: int
    number: Number


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns of cells: a table, a sudoku, the boxes of a form.

    Attributes:
        corners: x, y of every crossing of its lines, in px of the picture: one
            more row, and one more in each row, than the table has cells.
        cells: those in which a number stands, row by row.
    """

    corners: tuple[tuple[tuple[int, int], ...], ...]
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The text of every cell, None where it is empty."""
        texts = {(cell.row, cell.column): cell.number.text for cell in self.cells}
        n_rows, n_columns = len(self.corners) - 1, len(self.corners[0]) - 1
        return tuple(tuple(texts.get((r, c)) for c in range(n_columns)) for r in range(n_rows))

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values."""
        return {
            "rows": [list(row) for row in self.rows],
            "cells": [
                {"row": cell.row, "column": cell.column, "number": cell.number.to_dict()}
                for cell in self.cells
            ],
            "corners": [[list(point) for point in row] for row in self.corners],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Table:
        """The table that `to_dict` wrote."""
        return cls(
            corners=tuple(tuple((int(x), int(y)) for x, y in row) for row in data["corners"]),
            cells=tuple(
                Cell(int(c["row"]), int(c["column"]), Number.from_dict(c["number"]))
                for c in data["cells"]
            ),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read in one picture.

    A picture without numbers has an empty `numbers` and no error; a picture
    that could not be read has an empty `numbers` and says why in `error`.
    `page` counts from 1 where the file holds several pages; it is None where it holds one.
    `tables` holds the grids of cells that were found, the largest first; what
    stands in them is among the `numbers` too, a row of boxes as one number.

    >>> Reading("page.png", 640, 480).to_dict()["numbers"]
    []
    """

    file: str
    width: int
    height: int
    numbers: tuple[Number, ...] = field(default=())
    error: str | None = None
    page: int | None = None
    tables: tuple[Table, ...] = field(default=())

    @property
    def table(self) -> tuple[tuple[str | None, ...], ...] | None:
        """The rows of the largest table, None for an empty cell; None where there is no table."""
        return self.tables[0].rows if self.tables else None

    @property
    def text(self) -> str:
        """The texts of all numbers, separated by single spaces."""
        return " ".join(number.text for number in self.numbers)

    def to_dict(self) -> dict[str, Any]:
        """The reading as JSON values, with the schema's version."""
        return {
            "schema": SCHEMA,
            "file": self.file,
            "page": self.page,
            "width": self.width,
            "height": self.height,
            "error": self.error,
            "numbers": [number.to_dict() for number in self.numbers],
            "tables": [table.to_dict() for table in self.tables],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reading:
        """The reading that `to_dict` wrote.

        Raises:
            ValueError: the schema is not the one that this version knows.
        """
        if data["schema"] != SCHEMA:
            raise ValueError(f"schema {data['schema']!r} was given; this version reads {SCHEMA}")
        return cls(
            file=str(data["file"]),
            width=int(data["width"]),
            height=int(data["height"]),
            numbers=tuple(Number.from_dict(number) for number in data["numbers"]),
            error=data["error"],
            page=data.get("page"),
            tables=tuple(Table.from_dict(table) for table in data.get("tables", ())),
        )
