"""The picture with boxes and answers drawn on it, for a person to check."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from tenfold.cli.drawing import drawn
from tenfold.data.cache import write_atomically
from tenfold.errors import ExportError
from tenfold.picture import Pages, Source
from tenfold.results import Reading

_SUFFIX: Final = "-read.png"


class Annotator:
    """Writes annotated pictures into one folder, never over the picture itself or each other.

    Args:
        folder: is made where it is missing.

    Raises:
        ExportError: the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _failed(folder, error) from None

    def write(self, reading: Reading, source: Source) -> Path:
        """The path of the PNG that shows the reading; `a.jpg` becomes `a-read.png`.

        Page 3 of `a.pdf` becomes `a-page3-read.png`.

        Raises:
            ExportError: the file cannot be written.
        """
        with Pages(source) as pages:
            picture = pages.picture((reading.page or 1) - 1)
        path = self._folder / self._free_name(reading)
        png = io.BytesIO()
        drawn(reading, picture).save(png, "PNG")
        try:
            write_atomically(path, png.getvalue())
        except OSError as error:
            raise _failed(path, error) from None
        return path

    def _free_name(self, reading: Reading) -> str:
        stem = "stdin" if reading.file == "-" else Path(reading.file).stem
        stem += "" if reading.page is None else f"-page{reading.page}"
        name, n = f"{stem}{_SUFFIX}", 1
        while name in self._used:  # pictures of one name from two folders
            n += 1
            name = f"{stem}-{n}{_SUFFIX}"
        self._used.add(name)
        return name


def _failed(path: Path, error: OSError) -> ExportError:
    return ExportError(str(path), f"cannot be written ({error.strerror or error})")
