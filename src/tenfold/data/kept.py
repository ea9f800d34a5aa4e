"""A labelled folder that grows: each picture with the label that a person gave it.

Corrections of the page (`tenfold serve --corrections`) and of `tenfold review` lie in
such folders, and `tenfold.data.folder` reads them: PNG files, and a row of
`labels.csv` for each.
"""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tenfold.data.cache import write_atomically
from tenfold.data.folder import LABELS_FILE
from tenfold.errors import DataError

COLUMNS: Final = ("file", "label", "source", "kind")
_NEEDED: Final = COLUMNS[:2]
_ENCODING: Final = "utf-8-sig"  # as in folder.py: Excel puts a mark before the first column

LABEL: Final = r"^[+-]?[0-9]([0-9.,]{0,30}[0-9])?$"
"""What a person may type as a number: the regular expression of a label."""


class KeptFolder:
    """A folder of labelled pictures; several processes may add to it at once.

    Args:
        folder: made where it is not there yet. A `labels.csv` that is there stays, with
            its columns.

    Raises:
        DataError: the folder cannot be made, or its `labels.csv` has no columns file,label.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._labels = folder / LABELS_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not self._labels.exists():
                with self._labels.open("x", encoding="utf-8") as file:
                    file.write(",".join(COLUMNS) + "\n")
            self._columns = self._header()
        except OSError as error:
            raise _failed(folder, error) from None

    def keep(
        self,
        pixels: NDArray[np.uint8],
        label: str,
        *,
        source: str,
        kind: str,
        name: str | None = None,
    ) -> str:
        """Write one picture, then its row, so that a kill between leaves no row without it.

        Args:
            pixels: (h, w) grey or (h, w, 3) RGB.
            label: what is written in it.
            source: who said so.
            kind: a remark.
            name: of the picture; one made of time and chance where None.

        Returns:
            The name.

        Raises:
            DataError: it cannot be written.
        """
        if name is None:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.png"
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, "PNG")
        try:
            write_atomically(self.folder / name, png.getvalue())
            self._append(dict(zip(COLUMNS, (name, label, source, kind), strict=True)))
        except OSError as error:
            raise _failed(self.folder, error) from None
        return name

    def remove(self, name: str) -> None:
        """Take a picture and its row away again; not while others add to the folder."""
        rows = [row for row in self.rows() if row["file"] != name]
        text = _as_text(self._columns, [dict(zip(self._columns, self._columns, strict=True))])
        try:
            write_atomically(self._labels, (text + _as_text(self._columns, rows)).encode())
            (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(self.folder, error) from None

    def rows(self) -> list[dict[str, str]]:
        """The rows of `labels.csv`, in their order."""
        with self._labels.open(newline="", encoding=_ENCODING) as lines:
            return [
                {column: row.get(column) or "" for column in self._columns}
                for row in csv.DictReader(lines)
            ]

    def _header(self) -> list[str]:
        with self._labels.open(newline="", encoding=_ENCODING) as lines:
            columns = next(csv.reader(lines), [])
        if not set(_NEEDED) <= set(columns):
            raise DataError(
                str(self._labels),
                f"the first line should name the columns {','.join(_NEEDED)}",
                came=",".join(columns) or "an empty file",
            )
        return columns

    def _append(self, row: Mapping[str, str]) -> None:
        text = _as_text(self._columns, [row])
        if not self._labels.read_bytes().endswith(b"\n"):  # as an editor may have left it
            text = "\n" + text
        # One write at the file's end: rows of two processes do not mix.
        handle = os.open(self._labels, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)


def _as_text(columns: list[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue()


def _failed(folder: Path, error: OSError) -> DataError:
    return DataError(str(folder), f"cannot be written ({error.strerror or error})")
