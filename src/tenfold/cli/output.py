"""Readings as a table, JSON, JSON lines or CSV; and plain columns for every verb.

docs/format.md describes the formats.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Final, Protocol

from tenfold.batch.rows import CSV_COLUMNS, csv_rows, json_line
from tenfold.cli.layout_options import REVIEW, GridCsv, drawn_table
from tenfold.results import Number, Reading

TABLE_COLUMNS: Final = ("picture", "number", "confidence", "status")
NO_NUMBER: Final = "-"


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


STREAMED: Final = frozenset({Format.jsonl, Format.csv})
"""Printed as pictures are read; the others at the end."""


class Writer(Protocol):
    """Prints readings on stdout in the order in which they are added."""

    def add(self, reading: Reading) -> None:
        """One more picture."""

    def close(self) -> None:
        """No more pictures will come."""


def writer_for(form: Format, *, single: bool, grid: bool = False) -> Writer:
    """The writer of a format.

    Args:
        form: which.
        single: one file was named by itself, so JSON is one object, not a list,
            unless several pages of it were read.
        grid: a grid was asked for, so CSV is its rows and columns.
    """
    makers: dict[Format, Callable[[], Writer]] = {
        Format.table: _Table,
        Format.json: lambda: _Json(single),
        Format.jsonl: _JsonLines,
        Format.csv: (lambda: GridCsv(single=single)) if grid else _Csv,
    }
    return makers[form]()


def columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Plain text columns, two spaces apart, without trailing blanks.

    >>> print(columns(["a", "b"], [["long", "1"], ["x", "2"]]))
    a     b
    long  1
    x     2
    """
    from rich.cells import cell_len  # East Asian names are two cells wide

    lines = [[printable(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in lines
    )


def print_json(value: object) -> None:
    """A value as indented JSON on stdout."""
    print(json.dumps(value, indent=2))


def printable(text: str) -> str:
    """A file name may hold control characters that would drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class _Table:
    def __init__(self) -> None:
        self._rows: list[tuple[str, ...]] = []
        self._tables: list[tuple[str, str]] = []

    def add(self, reading: Reading) -> None:
        name = reading.file if reading.page is None else f"{reading.file}, page {reading.page}"
        self._tables += [(name, drawn_table(table)) for table in reading.tables]
        in_cells = [cell.number for table in reading.tables for cell in table.cells]
        if reading.error is not None:
            self._rows.append((name, NO_NUMBER, "", f"error: {reading.error}"))
        elif reading.tables:
            self._rows.append((name, f"{len(in_cells)} in cells", "", "see below"))
        elif not reading.numbers:
            self._rows.append((name, NO_NUMBER, "", "no number"))
        self._rows += [
            (name, number.text or NO_NUMBER, f"{number.confidence:.2f}", _status(number))
            for number in reading.numbers
            if number not in in_cells
        ]

    def close(self) -> None:
        print(columns(TABLE_COLUMNS, self._rows))
        for file, table in self._tables:
            print(f"\n{printable(file)}\n{table}")
        if any(REVIEW in table for _, table in self._tables):
            print(f"{REVIEW} a person should look")


class _Json:
    def __init__(self, single: bool) -> None:
        self._single = single
        self._readings: list[dict[str, object]] = []

    def add(self, reading: Reading) -> None:
        self._readings.append(reading.to_dict())

    def close(self) -> None:
        alone = self._single and len(self._readings) == 1
        print_json(self._readings[0] if alone else self._readings)


class _JsonLines:
    def add(self, reading: Reading) -> None:
        print(json_line(reading), flush=True)

    def close(self) -> None:
        """Every line is out already."""


class _Csv:
    def __init__(self) -> None:
        self._csv = csv.writer(sys.stdout, lineterminator="\n")
        self._csv.writerow(CSV_COLUMNS)

    def add(self, reading: Reading) -> None:
        self._csv.writerows(csv_rows(reading))
        sys.stdout.flush()

    def close(self) -> None:
        """Every row is out already."""


def _status(number: Number) -> str:
    """For people: with what was read without rules, where that is something else."""
    if number.unruled is None or number.unruled == number.text:
        return number.status
    return f"{number.status}, without rules {number.unruled}"
