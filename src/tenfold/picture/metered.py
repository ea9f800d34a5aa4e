"""Streams that give no more than was granted, whatever the headers inside them claim."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import IO, Final

from tenfold.errors import PictureTooLargeError

BOMB: Final = "holds so much more than its own size that it looks like a bomb"


def too_much(path: Path, wrong: str) -> PictureTooLargeError:
    """The error of an archive that goes beyond a limit."""
    return PictureTooLargeError(str(path), wrong, todo="Split it into smaller archives")


class Metered(io.BufferedIOBase):
    """A file of which no more is read than is `left`.

    Attributes:
        left: bytes that may still be read; whoever reads may set it anew.
        last: what was read last.
    """

    def __init__(self, file: IO[bytes], path: Path, left: int) -> None:
        self._file, self._path, self.left = file, path, left
        self.last = b""

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes.

        Raises:
            PictureTooLargeError: there are more than may be read.
        """
        if size is None or size < 0:
            size = self._rest()
        self.last = self._file.read(min(size, self.left + 1))  # one more tells of more
        self.left -= len(self.last)
        if self.left < 0:
            raise too_much(self._path, "holds a header or a list of contents that is too long")
        return self.last

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Yes."""
        return True

    def _rest(self) -> int:
        """Bytes to the end; Python's files set as much memory aside as they are asked for."""
        place = self._file.tell()
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(place)
        return end - place


class Forward(Metered):
    """A stream that comes out of a packed file: never back, and no further than `allowed` bytes."""

    def __init__(self, file: IO[bytes], path: Path, left: int, allowed: int) -> None:
        super().__init__(file, path, left)
        self._allowed = allowed

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes; raises as `Metered.read`, and where the stream is a bomb."""
        data = super().read(size)
        self._check(self.tell())
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go on to a place, counted from the start."""
        if offset < self.tell():  # a header with a negative size would be read for ever
            raise tarfile.ReadError("a header leads back")
        self._check(offset)
        return super().seek(offset, whence)

    def _check(self, place: int) -> None:
        if place > self._allowed:
            raise too_much(self._path, BOMB)
