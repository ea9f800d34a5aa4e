"""The four arrays of MNIST: their files on this computer, found, read and checked to the bit.

The truth is the sha256 of each array in plain IDX form (header and values).
The `.gz` files of different mirrors are packed differently, and Keras keeps
the same arrays in one `mnist.npz`; all of them have to unpack to that truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from tenfold.data.cache import cache_folder, data_folder
from tenfold.data.checks import check_labels, check_pixels, fingerprint, open_npz
from tenfold.data.idx import read_idx
from tenfold.data.splits import Split
from tenfold.errors import DataError


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four arrays: its file, its name in `mnist.npz`, its shape, its truth."""

    file: str
    key: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the file is looked for, first things first.

        `.gz` is first, so that a fetched file wins over an old one; Kaggle's
        copy has a dot before `idx`.
        """
        dotted = self.file.replace("-idx", ".idx")
        return f"{self.file}.gz", self.file, f"{dotted}.gz", dotted


PARTS: Final = (
    Part(
        "train-images-idx3-ubyte",
        "x_train",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    Part(
        "train-labels-idx1-ubyte",
        "y_train",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    Part(
        "t10k-images-idx3-ubyte",
        "x_test",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    Part(
        "t10k-labels-idx1-ubyte",
        "y_test",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
NPZ_NAME: Final = "mnist.npz"


def places(folder: str | Path | None = None) -> tuple[Path, ...]:
    """The folders that are looked into, first things first."""
    if folder is not None:
        given = Path(folder).expanduser()
        return given, given / "mnist", given / "MNIST" / "raw"
    named = data_folder()
    own = () if named is None else (named / "mnist", named)
    return *own, cache_folder() / "mnist"


def find_mnist(folder: str | Path | None = None) -> Path | None:
    """The first place that holds any MNIST file, or None; nothing is read."""
    for place in places(folder):
        if (place / NPZ_NAME).is_file() or any(file_of(part, place) for part in PARTS):
            return place
    return None


def file_of(part: Part, place: Path) -> Path | None:
    """The part's IDX file in this folder, or None."""
    return next((place / name for name in part.names if (place / name).is_file()), None)


def read_split(place: Path, *, genuine: bool = True) -> Split:
    """The four arrays in this folder; IDX files come before `mnist.npz`.

    Args:
        place: the folder itself, as `find_mnist` gives it.
        genuine: refuse everything but the original MNIST.

    Raises:
        DataError: a file is missing beside the others, cut short, altered, or
            not the one that its name says.
    """
    files = {part.key: file_of(part, place) for part in PARTS}
    if any(files.values()):
        arrays = _from_idx(place, files, genuine)
    else:
        arrays = _from_npz(place / NPZ_NAME, genuine)
    (x_item, x), (y_item, y), (test_x_item, test_x), (test_y_item, test_y) = arrays
    return Split(
        check_pixels(x_item, x, (28, 28)),
        check_labels(y_item, y, len(x)),
        check_pixels(test_x_item, test_x, (28, 28)),
        check_labels(test_y_item, test_y, len(test_x)),
    )


def read_part(part: Part, path: Path) -> NDArray[Any]:
    """One of MNIST's arrays from its IDX file.

    Raises:
        DataError: the file holds anything else.
    """
    array = read_idx(path, shape=part.shape)
    _demand_truth(part, array, str(path))
    return array


def read_npz(path: Path) -> tuple[NDArray[Any], ...]:
    """MNIST's arrays from Keras' `mnist.npz`, in the order of `PARTS`.

    Raises:
        DataError: the file holds anything else.
    """
    return tuple(array for _, array in _from_npz(path, genuine=True))


def _from_idx(
    place: Path, files: dict[str, Path | None], genuine: bool
) -> Iterator[tuple[str, NDArray[Any]]]:
    for part in PARTS:
        file = files[part.key]
        if file is None:
            raise DataError(
                str(place),
                f"{part.file}.gz was expected beside the other MNIST files",
                todo="Add it, or run `tenfold data get`",
            )
        yield str(file), read_part(part, file) if genuine else read_idx(file)


def _from_npz(path: Path, genuine: bool) -> Iterator[tuple[str, NDArray[Any]]]:
    arrays = open_npz(path, tuple(part.key for part in PARTS))
    for part, array in zip(PARTS, arrays, strict=True):
        item = f"{path}[{part.key}]"
        if genuine:
            _demand_truth(part, array, item)
        yield item, array


def _demand_truth(part: Part, array: NDArray[Any], item: str) -> None:
    if array.shape != part.shape or array.dtype.name != "uint8":
        raise DataError(
            item, f"{part.shape} uint8 was expected", came=f"{array.shape} {array.dtype}"
        )
    if (came := fingerprint(array)) != part.sha256:
        raise DataError(
            item,
            f"not MNIST's {part.key}, whose IDX form has sha256 {part.sha256[:16]}…",
            came=f"{came[:16]}…",
            todo="Is it altered, or another set under the same name? `tenfold data get` "
            "fetches the right one",
        )
