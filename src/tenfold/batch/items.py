"""One picture to read, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One picture to read: a file, or a page of it; or what could not be found.

    Attributes:
        name: what its row is called.
        source: a path, or the bytes of an image file; None where there is nothing to open.
        error: why there is nothing to open.
        place: counted from 1 in an archive or a table, where a name may come twice.
        page: counted from 1; None: the file as a whole, however many pages it has.
    """

    name: str
    source: Path | bytes | None = None
    error: str | None = None
    place: int = 0
    page: int | None = None

    @property
    def key(self) -> bytes:
        r"""What tells it from every other picture of a batch.

        >>> Item("scan.pdf", page=3).key
        b'scan.pdf\x000.3'
        """
        return key_of(self.name, self.place, self.page)

    @property
    def n_bytes(self) -> int:
        """How much memory its source takes here."""
        return len(self.source) if isinstance(self.source, bytes) else 0

    def pages(self, numbers: Sequence[int]) -> list[Item]:
        """The pages of this file, each as an item of its own."""
        return [replace(self, page=number) for number in numbers]


def key_of(name: str, place: int = 0, page: int | None = None) -> bytes:
    """The key of an item; names with bytes that are no UTF-8 have one too."""
    return name.encode("utf-8", "surrogatepass") + f"\0{place}.{page or ''}".encode()


def path_name(path: str | os.PathLike[str]) -> str:
    """How a path is called in a row; `Path` takes away a leading `./`, as `tenfold read` does."""
    return str(Path(path))


@dataclass(frozen=True, slots=True)
class Row:
    """A reading in the form in which it is written, and what is counted of it.

    Attributes:
        payload: a text, or the values for a database; see `rows.encoder`.
        failed: the picture could not be read.
        numbers: that were found.
        accepted: of these.
    """

    payload: Any
    failed: bool
    numbers: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an item: its row; or, of a file with several pages, which to read."""

    row: Row | None = None
    pages: tuple[int, ...] = ()
