"""Where rows go. A sink can be cut back to any place that it once made durable.

Until a batch is whole, its rows lie in FILE.part; FILE is whole or not there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from tenfold.errors import BatchError

from .journal import GO_ON
from .rows import CSV_COLUMNS, Form, written

PART: Final = ".part"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS pictures (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, page INTEGER, width INTEGER NOT NULL,
    height INTEGER NOT NULL, error TEXT, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS numbers (
    picture INTEGER NOT NULL REFERENCES pictures (id), place INTEGER NOT NULL,
    text TEXT NOT NULL, written TEXT NOT NULL, unruled TEXT, confidence REAL NOT NULL,
    status TEXT NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, PRIMARY KEY (picture, place)) WITHOUT ROWID;
"""


class Sink(Protocol):
    """Takes rows; a mark says how far the durable ones reach."""

    def add(self, payload: Any) -> None:
        """One more row; it may wait in memory for the next flush."""

    def flush(self) -> int:
        """Makes all rows durable, and gives their mark."""

    def finish(self) -> None:
        """Put the output in its place, whole; again, if it was done halfway."""

    def close(self) -> None:
        """Let go of the file as it is."""


def open_sink(form: Form, out: Path, mark: int, *, grid: bool) -> Sink:
    """The sink of a form, cut back to a mark.

    Raises:
        BatchError: it cannot be written, or what should lie before the mark does not.
    """
    part = part_of(out)
    with named(part):
        if mark and not part.exists():
            raise _lost(part)
        if not mark:
            for stale in (part, part.with_name(part.name + "-journal")):  # SQLite's own
                stale.unlink(missing_ok=True)
        if form is Form.sqlite:
            return _Database(out, part, mark)
        heading = written([CSV_COLUMNS]) if form is Form.csv and not grid else ""
        text = _Lines(out, part, mark, heading)
        return _Columns(out, part, text) if form is Form.parquet else text


def part_of(out: Path) -> Path:
    """Where the rows lie until the batch is whole."""
    return out.with_name(out.name + PART)


def put_in_place(part: Path, out: Path) -> None:
    """Give a finished file its name, so that a power cut does not take it away."""
    _sync(part)
    part.replace(out)
    if os.name != "nt":  # where folders cannot be opened
        _sync(out.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Lines:
    """Rows of text; the mark counts bytes."""

    def __init__(self, out: Path, part: Path, mark: int, heading: str) -> None:
        self._out, self._part, self._mark = out, part, mark
        self._waiting = bytearray() if mark else bytearray(heading.encode())
        self._file = part.open("r+b" if mark else "xb", buffering=0)
        if part.stat().st_size < mark:
            self._file.close()
            raise _lost(part)
        self._file.truncate(mark)
        self._file.seek(mark)

    def add(self, payload: str) -> None:
        # Names may hold bytes that are no UTF-8; JSON has them in ASCII already.
        self._waiting += payload.encode("utf-8", "backslashreplace")

    def flush(self) -> int:
        with named(self._part):
            view = memoryview(self._waiting)
            while view:
                view = view[self._file.write(view) :]
            os.fsync(self._file.fileno())
        self._mark += len(self._waiting)
        self._waiting = bytearray()
        return self._mark

    def finish(self) -> None:
        self.close()
        with named(self._out):
            put_in_place(self._part, self._out)

    def close(self) -> None:
        self._file.close()


class _Columns:
    """Lines first; at the end they become Parquet, which cannot be gone on with."""

    def __init__(self, out: Path, part: Path, lines: _Lines) -> None:
        self._out, self._part, self._lines = out, part, lines
        self.add, self.flush, self.close = lines.add, lines.flush, lines.close

    def finish(self) -> None:
        from .parquet import write_parquet

        self.close()
        draft = self._part.with_name(self._part.name + ".parquet")
        with named(self._out):
            write_parquet(self._part, draft)
            put_in_place(draft, self._out)
            self._part.unlink()


class _Database:
    """Rows of SQLite; the mark is the last picture's id."""

    def __init__(self, out: Path, part: Path, mark: int) -> None:
        self._out, self._part, self._mark = out, part, mark
        self._pictures: list[tuple[object, ...]] = []
        self._numbers: list[tuple[object, ...]] = []
        self._base = sqlite3.connect(part, isolation_level=None)
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.executescript(_SCHEMA)
        found = self._base.execute("SELECT 1 FROM pictures WHERE id=?", (mark,)).fetchone()
        if mark and found is None:
            raise _lost(part)
        self._base.execute("DELETE FROM numbers WHERE picture>?", (mark,))
        self._base.execute("DELETE FROM pictures WHERE id>?", (mark,))

    def add(self, payload: tuple[tuple[object, ...], list[tuple[object, ...]]]) -> None:
        picture, numbers = payload
        key = self._mark + len(self._pictures) + 1
        self._pictures.append((key, *picture))
        self._numbers += [(key, place, *values) for place, values in enumerate(numbers, 1)]

    def flush(self) -> int:
        with named(self._part):
            self._base.execute("BEGIN")
            self._insert("pictures", self._pictures)
            self._insert("numbers", self._numbers)
            self._base.execute("COMMIT")
        self._mark += len(self._pictures)
        self._pictures, self._numbers = [], []
        return self._mark

    def _insert(self, table: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._base.executemany(f"INSERT INTO {table} VALUES ({places})", rows)

    def finish(self) -> None:
        self.close()
        with named(self._out):
            put_in_place(self._part, self._out)

    def close(self) -> None:
        self._base.close()


@contextmanager
def named(path: Path) -> Iterator[None]:
    """The system's and SQLite's errors as ours."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as fault:
        words = getattr(fault, "strerror", None) or str(fault)
        raise BatchError(str(path), "cannot be written", came=words.lower(), todo=GO_ON) from None


def _lost(part: Path) -> BatchError:
    return BatchError(
        str(part),
        "is gone, or shorter than the journal says",
        todo="Bring it back, or begin anew with --overwrite",
    )
