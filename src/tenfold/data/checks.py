"""What every loader asks of pixels and labels before it hands them out."""

import hashlib
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.idx import to_idx
from tenfold.errors import DataError

Pixels = NDArray[np.uint8]
Labels = NDArray[np.uint8]

N_CLASSES: Final = 10
MAX_NPZ_BYTES: Final = 2**31
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, MemoryError,
    RuntimeError,  # zipfile's words for encrypted, or packed in an unknown way
)  # fmt: skip


def check_pixels(item: str, x: NDArray[Any], shape: tuple[int, ...]) -> Pixels:
    """The pictures, if they are uint8 and each has this shape.

    Raises:
        DataError: they are not.
    """
    if x.dtype != np.uint8 or x.ndim != 1 + len(shape) or x.shape[1:] != shape:
        wanted = ", ".join(["n", *map(str, shape)])
        raise DataError(
            item, f"pictures as ({wanted}) uint8 were expected", came=f"{x.shape} {x.dtype}"
        )
    return x


def check_labels(item: str, y: NDArray[Any], n: int) -> Labels:
    """The labels as uint8, if they are n whole numbers from 0 to 9.

    Raises:
        DataError: they are not; the first wrong one is named.

    >>> check_labels("sums.npz", np.array([3, 12]), 2)
    Traceback (most recent call last):
    tenfold.errors.DataError: sums.npz: label 1 should be a digit from 0 to 9; got 12.
    """
    if y.shape != (n,):
        raise DataError(item, f"{n:,} labels were expected, one a picture", came=f"shape {y.shape}")
    if y.dtype.kind not in "iu":
        raise DataError(item, "labels should be whole numbers", came=f"{y.dtype} values")
    wrong = np.flatnonzero((y < 0) | (y >= N_CLASSES))
    if wrong.size:
        first = int(wrong[0])
        raise DataError(
            item, f"label {first} should be a digit from 0 to 9", came=str(int(y[first]))
        )
    return y.astype(np.uint8)


def open_npz(path: Path, keys: tuple[str, ...]) -> tuple[NDArray[Any], ...]:
    """The arrays of these names in a `.npz`; pickled objects are refused.

    Raises:
        DataError: the file is missing, damaged, too large, holds objects, or lacks a name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            n_bytes = sum(member.file_size for member in archive.infolist())
        if n_bytes > MAX_NPZ_BYTES:
            raise DataError(
                str(path), f"unpacks to more than {MAX_NPZ_BYTES:,} bytes", came=f"{n_bytes:,}"
            )
        with np.load(path, allow_pickle=False) as found:
            if missing := [key for key in keys if key not in found.files]:
                raise DataError(
                    str(path),
                    f"arrays named {', '.join(keys)} were expected; {', '.join(missing)} missing",
                    came=", ".join(found.files) or "no array at all",
                )
            return tuple(found[key] for key in keys)
    except FileNotFoundError as fault:
        raise DataError(str(path), "there is no such file") from fault
    except _DAMAGE as fault:
        raise DataError(
            str(path), "not a whole .npz file of plain arrays", came=str(fault) or "a cut file"
        ) from fault


def fingerprint(*arrays: NDArray[Any]) -> str:
    """The sha256 of the arrays in their IDX forms, one after the other.

    It tells shape, type and values, and does not depend on how a file was packed.

    >>> fingerprint(np.arange(3, dtype=np.uint8))[:16]
    'b42326e576482897'
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(to_idx(array))
    return digest.hexdigest()


def class_counts(y: Labels) -> list[int]:
    """How often each digit occurs, from 0 to 9."""
    return [int(n) for n in np.bincount(y, minlength=N_CLASSES)]
