"""Where pictures come from: folders, lists, zips, tars, Parquet files; one at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tenfold.errors import PictureError

from .items import Item, path_name
from .shards import ALL, Shard
from .walk import walk

STDIN: Final = "-"
LIST: Final = ".txt"
TABLE: Final = ".parquet"

Wanted = Callable[[str, int], bool]
"""Is asked with the name and the place of each picture, before it is fetched."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a batch reads.

    Attributes:
        names: folders, archives, Parquet files, lists (`.txt`, or `-` for stdin) and pictures.
        null: the paths in a list end with a null byte, not with a line.
        column: of a Parquet file.
        ordered: a folder's names come in natural order.
        shard: the part that is read.
    """

    names: tuple[str, ...]
    null: bool = False
    column: str | None = None
    ordered: bool = False
    shard: Shard = ALL

    def items(self, wanted: Wanted = lambda name, place: True) -> Iterator[Item]:
        """Every picture that is wanted and in the shard; it is fetched when its turn comes.

        What cannot be opened is an item with its error.
        """

        def here(name: str, place: int = 0) -> bool:
            return self.shard.holds(name) and wanted(name, place)

        for name in self.names:
            yield from self._in(name, here)

    def count(self) -> int | None:
        """How many files there are to read; None where that is known only after reading them.

        A file of several pages counts as one.
        """
        counts = [self._count(name) for name in self.names]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _count(self, name: str) -> int | None:
        path = Path(name)
        if name == STDIN or path.suffix.lower() == TABLE or _is_archive(path):
            return None
        return sum(1 for _ in self._in(name, lambda found, place: self.shard.holds(found)))

    def _in(self, name: str, here: Wanted) -> Iterator[Item]:
        path = Path(name)
        if name == STDIN:
            yield from self._listed(sys.stdin.buffer, here)
        elif path.is_dir():
            yield from (item for item in walk(path, ordered=self.ordered) if here(item.name, 0))
        elif path.suffix.lower() == TABLE:
            yield from self._in_table(path, here)
        elif path.suffix.lower() == LIST:
            yield from self._in_list(path, here)
        elif _is_archive(path):
            yield from _in_archive(path, here)
        elif here(path_name(path), 0):
            yield Item(path_name(path), path)

    def _in_list(self, path: Path, here: Wanted) -> Iterator[Item]:
        try:
            with path.open("rb") as lines:
                yield from self._listed(lines, here)
        except OSError as fault:
            yield Item(path_name(path), error=f"cannot be opened ({fault.strerror}).")

    def _listed(self, lines: IO[bytes], here: Wanted) -> Iterator[Item]:
        for line in _null_ended(lines) if self.null else (line.rstrip(b"\r\n") for line in lines):
            if not line:
                continue
            path = Path(line.decode(sys.getfilesystemencoding(), "surrogateescape"))
            if here(str(path), 0):
                yield Item(str(path), path)

    def _in_table(self, path: Path, here: Wanted) -> Iterator[Item]:
        from .tables import table_pictures

        def name(row: int) -> str:
            return f"{path}#{row}"

        try:
            for row, data in table_pictures(path, self.column, lambda row: here(name(row), row)):
                error = "the row holds no picture." if data is None else None
                yield Item(name(row), data, error, row)
        except PictureError as fault:
            yield Item(path_name(path), error=fault.reason)


def _in_archive(path: Path, here: Wanted) -> Iterator[Item]:
    from tenfold.picture import SUFFIXES
    from tenfold.picture.archives import archive_members

    def wanted(place: int, member: str) -> bool:
        return Path(member).suffix.lower() in SUFFIXES and here(f"{path}/{member}", place)

    try:
        for member in archive_members(path, wanted):
            name = f"{path}/{member.name}"
            if isinstance(member.content, bytes):
                yield Item(name, member.content, place=member.place)
            else:
                yield Item(name, error=member.content.reason, place=member.place)
    except PictureError as fault:
        yield Item(path_name(path), error=fault.reason)


def _is_archive(path: Path) -> bool:
    from tenfold.picture.archives import is_archive

    try:
        return is_archive(path)
    except PictureError:  # it is told where it is read
        return False


def _null_ended(stream: IO[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    """What stands between null bytes, as `find -print0` writes it."""
    rest = b""
    while block := stream.read(size):
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    yield rest
