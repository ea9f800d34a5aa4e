"""A reading as it is written: JSON lines, CSV, or values for a database (docs/format.md)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final

from tenfold.results import Number, Reading, Table

from .items import Row

CSV_COLUMNS: Final = (
    *("file", "number", "confidence", "status"),
    *("x", "y", "width", "height", "error", "unruled", "page"),
)
UNSURE: Final = "?"
MIN_CONFIDENCE: Final = 0.0
"""Every digit is written, however unsure."""


class Form(StrEnum):
    """What a batch writes."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"
    sqlite = "sqlite"


SUFFIXES: Final = {
    ".jsonl": Form.jsonl,
    ".ndjson": Form.jsonl,
    ".csv": Form.csv,
    ".parquet": Form.parquet,
    ".sqlite": Form.sqlite,
    ".sqlite3": Form.sqlite,
    ".db": Form.sqlite,
}
"""The form that a file's ending asks for."""


def asks_for_grid(layout: str, rows: int | None, cols: int | None) -> bool:
    """Do these options of a reader ask for a grid? Its CSV is the table itself.

    >>> asks_for_grid("auto", None, 9), asks_for_grid("number", None, None)
    (True, False)
    """
    return layout == "grid" or rows is not None or cols is not None


def json_line(reading: Reading) -> str:
    """One line of JSON, without its end."""
    return json.dumps(reading.to_dict())


def csv_rows(reading: Reading) -> list[list[object]]:
    """A row per number, or one for a picture without any."""
    rows = [(_csv_number(number), number.unruled) for number in reading.numbers]
    return [
        [reading.file, *row, reading.error or "", unruled or "", reading.page or ""]
        for row, unruled in rows or [([""] * 7, None)]
    ]


def grid_rows(reading: Reading) -> list[list[object]]:
    """The rows of its tables, each behind the file; one with the file alone without a table."""
    rows = [[cell or "" for cell in row] for table in reading.tables for row in table.rows]
    return [[reading.file, *row] for row in rows or [[]]]


def written(rows: Iterable[Iterable[object]]) -> str:
    r"""Rows of CSV.

    >>> written([["a", 1], ["b,c", 2]])
    'a,1\n"b,c",2\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def encoder(form: Form, *, grid: bool) -> Callable[[Reading], Row]:
    """How a reading becomes a row of this form; it is done where the picture was read.

    Args:
        form: which.
        grid: a grid was asked for, so CSV is its rows and columns.
    """
    table = grid_rows if grid else csv_rows
    encoders: dict[Form, Callable[[Reading], Any]] = {
        Form.jsonl: _line,
        Form.parquet: _line,  # a Parquet file cannot be gone on with: it is made at the end
        Form.csv: lambda reading: written(table(reading)),
        Form.sqlite: _values,
    }
    encode = encoders[form]

    def row_of(reading: Reading) -> Row:
        accepted = sum(number.status == "accepted" for number in reading.numbers)
        failed = reading.error is not None
        return Row(encode(reading), failed, len(reading.numbers), accepted)

    return row_of


def masked(reading: Reading, min_confidence: float) -> Reading:
    """The reading with `?` for every digit less sure than that; its number needs review."""
    numbers = tuple(_masked_number(number, min_confidence) for number in reading.numbers)
    tables = tuple(_masked_table(table, min_confidence) for table in reading.tables)
    return dataclasses.replace(reading, numbers=numbers, tables=tables)


def _masked_table(table: Table, min_confidence: float) -> Table:
    cells = tuple(
        dataclasses.replace(cell, number=_masked_number(cell.number, min_confidence))
        for cell in table.cells
    )
    return dataclasses.replace(table, cells=cells)


def _masked_number(number: Number, min_confidence: float) -> Number:
    if all(digit.confidence >= min_confidence for digit in number.digits):
        return number
    digits = iter(number.digits)
    text = "".join(
        UNSURE if mark.isdecimal() and next(digits).confidence < min_confidence else mark
        for mark in number.text
    )
    return dataclasses.replace(number, text=text, status="review")


def _line(reading: Reading) -> str:
    return json_line(reading) + "\n"


def _csv_number(number: Number) -> list[object]:
    return [number.text, f"{number.confidence:.4f}", number.status, *number.box.to_list()]


def _values(reading: Reading) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    """The values of a row of `pictures`, and of its rows of `numbers`."""
    page = (_text(reading.file), reading.page, reading.width, reading.height)
    error = None if reading.error is None else _text(reading.error)
    numbers: list[tuple[object, ...]] = [
        (n.text, n.written, n.unruled, round(n.confidence, 4), n.status, *n.box.to_list())
        for n in reading.numbers
    ]
    return (*page, error, json_line(reading)), numbers


def _text(name: str) -> str:
    r"""A name as a database takes it: bytes that are no UTF-8 stand as `\udcXX`."""
    return name.encode("utf-8", "backslashreplace").decode()
