"""The files inside a zip or a tar, one after the other, read in memory and never unpacked to disk.

Nothing is ever written, so a name that leads outside can overwrite nothing; it
is refused all the same, because names end in answers and others build paths of them.

A bomb is stopped by what comes out of it, not by what its headers say.
"""

from __future__ import annotations

import os
import struct
import sys
import tarfile
import zipfile
import zlib
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gzip import GzipFile
from lzma import LZMAError, LZMAFile
from pathlib import Path
from typing import IO, Any, Final

from tenfold.errors import NotAPictureError, PictureError, PictureTooLargeError

from .decode import MAX_BYTES
from .metered import BOMB, Forward, Metered, too_much

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")  # the second: a zip with nothing in it
_PACKED: Final[dict[bytes, Callable[[IO[bytes]], Any]]] = {
    b"\x1f\x8b": lambda file: GzipFile(fileobj=file),
    b"BZh": BZ2File,
    b"\xfd7zXZ\x00": LZMAFile,
}
_TAR_MARK: Final = slice(257, 262)
_PIECE: Final = 1 << 20
_HEADER_BYTES: Final = 1 << 16
_LINK: Final = 0o120000
_NO_FILE: Final = "is a link or a device, not a file"
# bzip2 and LZMA in a zip are unpacked by Python without a bound: 64 kB become gigabytes at once.
_ZIP_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (
    OSError, EOFError, ValueError, RuntimeError, OverflowError, struct.error,
    zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold; what goes beyond ends the reading with an error.

    Attributes:
        members: how many files and folders.
        member_bytes: the most that one file may have; a larger one is an error
            of that file alone.
        ratio: what comes out, over the size of the archive.
        free_bytes: what may come out whatever the ratio.
        directory_bytes: of the list of contents at the end of a zip, which is
            held in memory; 128 MiB are about a million files.
    """

    members: int = 10_000_000
    member_bytes: int = MAX_BYTES
    ratio: int = 200
    free_bytes: int = 2**30
    directory_bytes: int = 2**27


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive.

    Attributes:
        place: counted from 1 among all that the archive holds; a name may come twice.
        name: its path inside the archive. In a tar, bytes that are no UTF-8
            stand as in Python's paths (surrogates).
        content: its bytes, or the error that kept them away.
    """

    place: int
    name: str
    content: bytes | PictureError


def is_archive(path: str | os.PathLike[str]) -> bool:
    """True for a zip, a tar, or what a tar is packed with (gzip, bzip2, xz), by the first bytes.

    Raises:
        PictureError: the file cannot be opened.
    """
    with _opened(Path(path)) as file:
        start = file.read(tarfile.BLOCKSIZE)
    return start.startswith((*_ZIP, *_PACKED)) or start[_TAR_MARK] == b"ustar"


def archive_members(
    path: str | os.PathLike[str],
    wanted: Callable[[int, str], bool] = lambda place, name: True,
    limits: Limits = Limits(),
) -> Iterator[Member]:
    """The files of a zip or tar in their order; one of them is in memory at a time.

    Folders are passed over. Links, devices, names that lead outside (absolute,
    or with `..`), and encrypted, damaged or too large files come with an error
    as their content, and the next one follows.

    Args:
        path: a zip, or a tar, plain or packed with gzip, bzip2 or xz.
        wanted: is asked with the place and the name of each; what it declines
            is not given.
        limits: how much the archive may hold.

    Raises:
        PictureTooLargeError: the archive goes beyond a limit.
        NotAPictureError: it is no archive, or damaged or cut short, so that
            some of it cannot be found.
        PictureError: it cannot be opened.
    """
    path = Path(path)
    with _opened(path) as file, _faults_named(path):
        start = file.read(tarfile.BLOCKSIZE)
        file.seek(0)
        allowed = max(limits.free_bytes, limits.ratio * path.stat().st_size)
        if start.startswith(_ZIP):
            found = _in_zip(path, file, allowed, limits)
        else:
            unpack = next((one for mark, one in _PACKED.items() if start.startswith(mark)), None)
            found = _in_tar(Forward(unpack(file) if unpack else file, path, _HEADER_BYTES, allowed))
        for place, packed in enumerate(found, 1):
            if place > limits.members:
                raise too_much(path, f"holds more than {limits.members} files")
            if packed is not None and wanted(place, packed.name):
                yield Member(place, packed.name, _content(path, packed, limits.member_bytes))


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file as the archive states it; `fault` says why its bytes are not wanted."""

    name: str
    size: int
    fault: str
    open: Callable[[], IO[bytes] | None]


def _content(path: Path, packed: _Packed, most: int) -> bytes | PictureError:
    item = f"{path}/{packed.name}"
    if _leads_outside(packed.name):
        return PictureError(item, "its name leads out of the archive")
    if packed.fault:
        return PictureError(item, packed.fault)
    if packed.size > most:
        return PictureTooLargeError(item, f"has more than {most // 2**20} MiB")
    try:
        stream = packed.open()
        assert stream is not None  # only links have none
        with stream:
            data = b"".join(iter(lambda: stream.read(_PIECE), b""))
    except _DAMAGE as fault:
        return NotAPictureError(item, "is damaged in its archive", came=_words(fault))
    if len(data) != packed.size:
        return NotAPictureError(item, f"must have {packed.size} bytes", came=f"{len(data)}")
    return data


def _leads_outside(name: str) -> bool:
    """True for absolute names, drives and `..`, with the separators of any system."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or parts[0][1:2] == ":" or ".." in parts


def _in_zip(path: Path, file: IO[bytes], allowed: int, limits: Limits) -> Iterator[_Packed | None]:
    metered = Metered(file, path, limits.directory_bytes)
    with zipfile.ZipFile(metered) as archive:
        metered.left = sys.maxsize
        for info in archive.infolist():
            allowed -= info.file_size  # zipfile gives no more than this
            if allowed < 0:
                raise too_much(path, BOMB)
            yield None if info.filename.endswith("/") else _zipped(archive, info)


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Packed:
    fault = ""
    if info.flag_bits & 1:
        fault = "is encrypted"
    elif info.compress_type not in _ZIP_METHODS:
        fault = f"is packed by method {info.compress_type} of zip; stored and deflate are read"
    elif (info.external_attr >> 16) & 0o170000 == _LINK:
        fault = _NO_FILE
    return _Packed(info.filename, info.file_size, fault, lambda: archive.open(info))


def _in_tar(stream: Forward) -> Iterator[_Packed | None]:
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        while (info := archive.next()) is not None:
            stream.left = sys.maxsize
            yield None if info.isdir() else _tarred(archive, info)
            stream.left = _HEADER_BYTES
            archive.members = []  # type: ignore[attr-defined]  # tarfile would remember every one
    if stream.last.strip(b"\0") or not stream.last:
        # tarfile takes a damaged header for the end; a whole tar ends with zeros.
        raise tarfile.ReadError("it does not end as a tar ends")
    stream.left = sys.maxsize
    while stream.read(_PIECE):  # the checksum of gzip and xz stands at the very end
        pass


def _tarred(archive: tarfile.TarFile, info: tarfile.TarInfo) -> _Packed:
    fault = "" if info.isreg() and not info.issparse() else _NO_FILE
    return _Packed(info.name, info.size, fault, lambda: archive.extractfile(info))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except (OSError, ValueError) as fault:
        raise PictureError(str(path), "cannot be opened", came=_words(fault)) from None
    with file:
        yield file


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    """What the standard library raises on damaged archives, as an error that names the file."""
    try:
        yield
    except _DAMAGE as fault:
        raise NotAPictureError(
            str(path),
            "is no zip or tar, or damaged, or cut short",
            came=_words(fault),
            todo="What came out of it before is not lost",
        ) from fault


def _words(fault: BaseException) -> str:
    return getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
