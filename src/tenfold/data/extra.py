"""The extra training sets: files in `$TENFOLD_DATA/train`, small and low in resolution.

Neither has a mirror: they are handed over as files with the project's data.
"""

from pathlib import Path
from typing import Final

from tenfold.data.cache import DATA_VARIABLE, data_folder
from tenfold.data.checks import Labels, Pixels, check_labels, check_pixels, open_npz
from tenfold.errors import DataError

SWISS_PEN_FILE: Final = "swiss_pen_16x16_rgb.npz"
SEMEION_FILE: Final = "semeion_16x16.npz"
HALF_GRAY: Final = 128  # digits cover less than half of their pictures


def swiss_pen(folder: str | Path | None = None) -> tuple[Pixels, Labels]:
    """12,156 digits in coloured pens: x (n, 16, 16, 3) uint8 RGB, DARK on light, y (n,) uint8.

    Swiss hands: flagged 1, barred 7, open 4. Public domain. One or two in a
    hundred cannot be read by a person either.

    Args:
        folder: where the file lies; default `$TENFOLD_DATA/train`.

    Raises:
        DataError: the file is missing, damaged, or not of this form.
    """
    x, y = _load(SWISS_PEN_FILE, folder, (16, 16, 3))
    if x.mean() < HALF_GRAY:
        raise DataError(
            SWISS_PEN_FILE,
            "dark ink on light paper was expected",
            came=f"a mean pixel of {x.mean():.0f} of 255",
        )
    return x, y


def semeion(folder: str | Path | None = None) -> tuple[Pixels, Labels]:
    """1,593 digits by about 80 Italians: x (n, 16, 16) uint8, 255 = ink, 0 = paper; y (n,) uint8.

    The Semeion set of the UCI repository, CC BY 4.0.

    Args:
        folder: where the file lies; default `$TENFOLD_DATA/train`.

    Raises:
        DataError: the file is missing, damaged, or not of this form.
    """
    x, y = _load(SEMEION_FILE, folder, (16, 16))
    between = x[(x != 0) & (x != 255)]
    if between.size:
        raise DataError(
            SEMEION_FILE, "only 0 and 255 were expected as pixels", came=str(int(between[0]))
        )
    if x.mean() > HALF_GRAY:
        raise DataError(
            SEMEION_FILE,
            "ink as 255 on paper as 0 was expected",
            came=f"a mean pixel of {x.mean():.0f} of 255",
        )
    return x, y


def find_extra(file: str, folder: str | Path | None = None) -> Path | None:
    """The path of this file in `folder`, or in `$TENFOLD_DATA/train`, if it is there."""
    place = _place(folder)
    return place / file if place is not None and (place / file).is_file() else None


def _place(folder: str | Path | None) -> Path | None:
    if folder is not None:
        return Path(folder).expanduser()
    named = data_folder()
    return None if named is None else named / "train"


def _load(file: str, folder: str | Path | None, shape: tuple[int, ...]) -> tuple[Pixels, Labels]:
    path = find_extra(file, folder)
    if path is None:
        place = _place(folder)
        raise DataError(
            file,
            f"not found in {place}" if place else f"not found: ${DATA_VARIABLE} is not set",
            todo=f"Name the folder that holds train/{file} in ${DATA_VARIABLE}",
        )
    x, y = open_npz(path, ("x", "y"))
    pixels = check_pixels(str(path), x, shape)
    return pixels, check_labels(str(path), y, len(pixels))
