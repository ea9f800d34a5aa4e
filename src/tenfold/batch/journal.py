"""What is done, so that a batch that was killed goes on where it stopped.

The journal is an SQLite database beside the output. A save first makes the rows
durable and then, in one transaction, notes the pictures and how far the output
reached. Whatever lies behind that mark was not noted, and is cut off and read
again: no picture is lost, none is there twice. While a batch runs, SQLite
holds the system's lock on the file, which ends with the process.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from tenfold.errors import BatchError

from .tally import Tally

SUFFIX: Final = ".journal"
GO_ON: Final = "Make room or mend what is wrong; the same command then goes on where it stopped"

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS done (key BLOB PRIMARY KEY) WITHOUT ROWID",
)


def journal_of(out: Path) -> Path:
    """Where the journal of an output lies."""
    return out.with_name(out.name + SUFFIX)


class State(StrEnum):
    """How far a batch is."""

    new = "new"
    reading = "reading"
    read = "read"  # every row is there; the output is not yet in its place
    whole = "whole"


class Journal:
    """The journal of one output, locked for this process.

    Args:
        out: the output that it stands beside.

    Raises:
        BatchError: another batch holds it, or it is none, or it cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self.path = journal_of(out)
        with self._named():
            self._base = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            with self._named():
                # In this mode the lock that BEGIN takes is kept until the file is closed.
                self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
                self._base.execute("PRAGMA synchronous=FULL")
                self._base.execute("BEGIN EXCLUSIVE")
                for table in _TABLES:
                    self._base.execute(table)
                self._base.execute("COMMIT")
                self._base.execute("BEGIN")
        except BaseException:
            self._base.close()
            raise

    @property
    def state(self) -> State:
        """How far the batch is."""
        return State(self._fact("state") or State.new)

    @property
    def asked(self) -> dict[str, str]:
        """The options with which it was begun."""
        found: dict[str, str] = json.loads(self._fact("asked") or "{}")
        return found

    @property
    def mark(self) -> int:
        """How far the output reached when it was last saved; see `sinks`."""
        return int(self._fact("mark") or 0)

    @property
    def tally(self) -> Tally:
        """The counts when it was last saved."""
        text = self._fact("tally")
        return Tally.from_json(text) if text else Tally()

    def has(self, key: bytes) -> bool:
        """Is this picture done?"""
        with self._named():
            found = self._base.execute("SELECT 1 FROM done WHERE key=?", (key,)).fetchone()
        return found is not None

    def add(self, key: bytes) -> None:
        """Note a picture as done; it counts from the next save on."""
        with self._named():
            self._base.execute("INSERT INTO done VALUES (?)", (key,))

    def begin(self, asked: Mapping[str, str]) -> None:
        """A new batch: nothing is done."""
        with self._named():
            self._base.execute("DELETE FROM facts")
            self._base.execute("DELETE FROM done")
        self._note(asked=json.dumps(asked), state=State.reading)
        self._commit()

    def save(self, mark: int, tally: Tally, state: State = State.reading) -> None:
        """Everything that was added, and how far the output reaches, all at once."""
        self._note(mark=str(mark), tally=tally.to_json(), state=state)
        self._commit()

    def finish(self) -> None:
        """The output is in its place: which pictures are done need not be known any more."""
        with self._named():
            self._base.execute("DELETE FROM done")
        self._note(state=State.whole)
        self._commit()
        with self._named():
            self._base.execute("COMMIT")
            self._base.execute("VACUUM")

    def remove(self) -> None:
        """Take it away: nothing is to be gone on with."""
        self._base.close()
        self.path.unlink()

    def close(self) -> None:
        """Give the lock back; what was not saved is not noted."""
        self._base.close()

    def _fact(self, name: str) -> str | None:
        with self._named():
            row = self._base.execute("SELECT value FROM facts WHERE name=?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _note(self, **facts: str) -> None:
        with self._named():
            self._base.executemany("REPLACE INTO facts VALUES (?, ?)", facts.items())

    def _commit(self) -> None:
        with self._named():
            self._base.execute("COMMIT")
            self._base.execute("BEGIN")

    @contextmanager
    def _named(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            name = str(self.path)
            code = getattr(fault, "sqlite_errorname", "")
            if code.startswith("SQLITE_BUSY"):
                out = name.removesuffix(SUFFIX)
                todo = "Wait for it, or give another --out"
                raise BatchError(out, "another batch is writing it", todo=todo) from None
            if code == "SQLITE_NOTADB":
                raise BatchError(name, "is no journal of a batch", todo="Move it away") from None
            raise BatchError(name, "cannot be written", came=str(fault), todo=GO_ON) from None
