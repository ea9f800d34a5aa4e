"""The IDX format, in which MNIST is published: read and written, plain or gzipped.

A file is two zero bytes, a byte for the type of the values, a byte for the
number of axes, one big-endian uint32 per axis, and the values, big-endian,
last axis fastest. Nothing follows them.

>>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 255]), "three.idx")
array([  7,   0, 255], dtype=uint8)
"""

import gzip
import io
import math
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.cache import write_atomically
from tenfold.errors import DataError

TYPES: Final = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
CODES: Final = {np.dtype(form).newbyteorder("="): code for code, form in TYPES.items()}

GZIP_START: Final = b"\x1f\x8b"
# A header can claim any size; EMNIST, the largest set in this format, has 0.55 GB of values.
MAX_VALUE_BYTES: Final = 2**30


def read_idx(path: Path, *, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
    """The array in an IDX file, gzipped or not: the first bytes tell, not the name.

    Args:
        path: the file.
        shape: if given, the only shape that is accepted; checked before the values are read.

    Raises:
        DataError: the file cannot be opened, is cut short, goes on after its end,
            is no IDX, or has another shape.
    """
    try:
        with path.open("rb") as file:
            return _parse(_unzipped(file), str(path), shape)
    except EOFError as fault:
        raise DataError(
            str(path), "the gzip stream ends too early", todo="Get the whole file again"
        ) from fault
    except (gzip.BadGzipFile, zlib.error) as fault:
        raise DataError(
            str(path), "the gzip stream is damaged", came=str(fault), todo="Get the file again"
        ) from fault
    except OSError as fault:
        raise DataError(str(path), "cannot be read", came=fault.strerror or str(fault)) from fault


def parse_idx(data: bytes, name: str, *, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
    """The array in the bytes of a plain IDX file; `name` is what errors call it."""
    return _parse(io.BytesIO(data), name, shape)


def to_idx(array: NDArray[Any]) -> bytes:
    """The bytes of a plain IDX file with the array in it.

    Raises:
        ValueError: IDX has no such type of values (it has uint8, int8, int16,
            int32, float32 and float64), or there are more than 255 axes.
    """
    code = CODES.get(array.dtype.newbyteorder("="))
    if code is None:
        raise ValueError(f"IDX cannot hold {array.dtype} values")
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return bytes([0, 0, code, array.ndim]) + sizes + array.astype(TYPES[code]).tobytes()


def write_idx(path: Path, array: NDArray[Any]) -> None:
    """Write the array as an IDX file, gzipped where the name ends in `.gz`.

    The gzip header holds no time and no name, so the same array gives the same bytes.
    """
    data = to_idx(array)
    write_atomically(path, gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _unzipped(file: BinaryIO) -> BinaryIO:
    start = file.read(2)
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if start == GZIP_START else file  # type: ignore[return-value]


def _parse(file: BinaryIO, name: str, shape: tuple[int, ...] | None) -> NDArray[Any]:
    kind, found = _header(file, name)
    if shape is not None and found != shape:
        raise DataError(name, f"an array of shape {shape} was expected", came=str(found))
    n_bytes = math.prod(found) * kind.itemsize
    if n_bytes > MAX_VALUE_BYTES:
        raise DataError(
            name,
            f"its header claims shape {found} of {kind.name}, "
            f"more than the {MAX_VALUE_BYTES:,} bytes that are read",
        )
    values = file.read(n_bytes)
    if len(values) < n_bytes:
        raise DataError(
            name,
            f"cut short: shape {found} of {kind.name} takes {n_bytes:,} bytes after the header",
            came=f"{len(values):,}",
            todo="Get the whole file again",
        )
    if file.read(1):
        raise DataError(
            name, f"bytes follow after the {n_bytes:,} bytes of shape {found} of {kind.name}"
        )
    return np.frombuffer(values, kind).reshape(found).astype(kind.newbyteorder("="))


def _header(file: BinaryIO, name: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """The type of the values and the shape."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES:
        raise DataError(
            name,
            "not an IDX file: it should start with 00 00, a type of "
            + ", ".join(f"{code:02x}" for code in TYPES)
            + " and the number of axes",
            came=f"the bytes {magic.hex(' ')}" if magic else "an empty file",
        )
    n_axes = magic[3]
    sizes = file.read(4 * n_axes)
    if len(sizes) < 4 * n_axes:
        raise DataError(
            name,
            f"cut short: {n_axes} axes take {4 * n_axes} bytes after the first four",
            came=str(len(sizes)),
            todo="Get the whole file again",
        )
    return np.dtype(TYPES[magic[2]]), tuple(np.frombuffer(sizes, ">u4").tolist())
