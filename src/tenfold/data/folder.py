"""Labelled pictures of a person's own: a folder with `labels.csv`, folders 0 to 9, or a `.npz`.

`labels.csv` has a header and at least the columns `file` and `label`; `source`
(who wrote it) and `kind` may follow, and further columns are passed over.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.checks import Labels, Pixels, check_labels, check_pixels, open_npz
from tenfold.errors import DataError
from tenfold.picture.decode import SUFFIXES

LABELS_FILE: Final = "labels.csv"
DIGIT_NAMES: Final = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Record:
    """One labelled picture.

    Attributes:
        path: the picture file; it exists, but was not opened.
        label: what is written in it, as text: leading zeros stay.
        source: who wrote or collected it; empty where nobody said.
        kind: a remark such as `photo`; empty where there is none.
    """

    path: Path
    label: str
    source: str = ""
    kind: str = ""

    @property
    def digit(self) -> int | None:
        """The label as one digit, or None where it is anything else.

        >>> Record(Path("a.png"), "7").digit, Record(Path("b.png"), "07").digit
        (7, None)
        """
        return int(self.label) if self.label in DIGIT_NAMES else None


def read_folder(folder: str | Path) -> tuple[Record, ...]:
    """The labelled pictures of a folder: as `labels.csv` lists them, else by subfolder.

    Without `labels.csv`, the pictures in subfolders named 0 to 9 have that
    label, in the order of their names.

    Raises:
        DataError: there are no labels, a row is broken, or a picture that it names is missing.
    """
    base = Path(folder).expanduser()
    listed = (base / LABELS_FILE).is_file()
    records = tuple(_listed(base) if listed else _by_subfolder(base))
    if not records:
        raise DataError(
            str(base),
            "no labelled pictures" if base.is_dir() else "there is no such folder",
            todo=f"A folder needs a {LABELS_FILE} with the columns file,label "
            "or subfolders named 0 to 9",
        )
    return records


def load_npz(path: str | Path, shape: tuple[int, int] = (28, 28)) -> tuple[Pixels, Labels]:
    """The pictures `x` and digits `y` of a `.npz`: x (n, h, w) uint8, y (n,) uint8.

    Floats from 0 to 1 are taken times 255 and rounded; a last axis of length
    one is dropped. Polarity is not looked at.

    Raises:
        DataError: the file is missing or damaged, lacks x or y, or holds other shapes or labels.
    """
    file = Path(path).expanduser()
    x, y = open_npz(file, ("x", "y"))
    if x.ndim == 4 and x.shape[-1] == 1:
        x = x[..., 0]
    if x.dtype.kind == "f":
        x = _bytes_of(str(file), x)
    pixels = check_pixels(str(file), x, shape)
    return pixels, check_labels(str(file), y, len(pixels))


def _bytes_of(item: str, x: NDArray[Any]) -> Pixels:
    wrong = x[~((x >= 0) & (x <= 1))]  # written so that NaN is wrong too
    if wrong.size:
        raise DataError(item, "float pixels should lie from 0 to 1", came=f"{wrong[0]:g}")
    pixels: Pixels = np.rint(x * 255).astype(np.uint8)
    return pixels


def _listed(base: Path) -> Iterator[Record]:
    table = base / LABELS_FILE
    try:
        # utf-8-sig: Excel puts a mark before the first column's name.
        with table.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines)
            header = rows.fieldnames or []
            if not {"file", "label"} <= set(header):
                raise DataError(
                    str(table),
                    "the first line should name the columns file,label",
                    came=",".join(header) or "an empty file",
                )
            for row in rows:
                yield _record(base, row, f"{table}, line {rows.line_num}")
    except UnicodeDecodeError as fault:
        raise DataError(str(table), "not UTF-8 text", todo="Save it as UTF-8") from fault
    except csv.Error as fault:
        raise DataError(str(table), "no comma-separated table", came=str(fault)) from fault


def _record(base: Path, row: dict[str, Any], item: str) -> Record:
    file, label = ((row[column] or "").strip() for column in ("file", "label"))
    if not file or not label:
        raise DataError(item, f"no {'label' if file else 'file'} is given")
    path = base / file
    if not os.path.isfile(path):  # noqa: PTH113 - it is False where a name is too long for Path
        raise DataError(item, "there is no such picture", came=file)
    source, kind = ((row.get(column) or "").strip() for column in ("source", "kind"))
    return Record(path, label, source, kind)


def _by_subfolder(base: Path) -> Iterator[Record]:
    for name in DIGIT_NAMES:
        if (base / name).is_dir():
            for path in sorted((base / name).iterdir()):
                if path.suffix.lower() in SUFFIXES:
                    yield Record(path, name)
