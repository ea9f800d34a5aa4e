"""The pictures that were read: found again, seen to be the same, and cropped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import PictureError
from tenfold.picture import Pages, Picture, Region
from tenfold.results import Box

from .doubts import STDIN, Doubt

FOLDER: Final = "reviewed"
_MARGIN: Final = 0.3  # of the height of the number: what a reader needs of the paper around
_MARGIN_PX: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A number cut out of its picture.

    Attributes:
        pixels: (h, w) or (h, w, 3) uint8, with some paper around.
        inner: where the number lies in them, in px.
        note: what is odd about the picture; empty where nothing is.
    """

    pixels: NDArray[np.uint8]
    inner: Box
    note: str = ""


class Originals:
    """Where the pictures of the readings lie.

    Args:
        files: of all readings, as they name them.
        beside: the folder of the results; names are looked for here, too.
        pictures: the folder in which the pictures lie now; None where they are where
            they were.
        read_at: when the results were written, in s since 1970; None where nobody knows.
    """

    def __init__(
        self,
        files: Iterable[str],
        beside: Path = Path(),
        pictures: Path | None = None,
        read_at: float | None = None,
    ) -> None:
        self._files = {Path(file) for file in files if file != STDIN}
        self._beside, self._pictures, self._read_at = beside, pictures, read_at

    @property
    def folder(self) -> Path:
        """Where corrections are kept unless one says where: beside the pictures."""
        if self._pictures is not None:
            return self._pictures / FOLDER
        parents = [file.parent for file in self._files]
        if not parents:
            return Path(FOLDER)
        if len({parent.is_absolute() for parent in parents}) > 1:
            parents = [parent.absolute() for parent in parents]
        return Path(os.path.commonpath(parents)) / FOLDER

    def find(self, file: str) -> Path:
        """Where the picture lies now.

        Raises:
            PictureError: it is not there.
        """
        if file == STDIN:
            raise PictureError(
                file, "came on stdin and was not kept", todo="Give its file: --pictures FILE"
            )
        for path in self._places(Path(file)):
            if path.is_file():
                return path
        raise PictureError(
            file, "is not there any more", todo="Say where it is now: --pictures FOLDER"
        )

    def crop(self, doubt: Doubt) -> Crop:
        """The answer's place in its picture, with the paper around it up to the next number.

        Raises:
            PictureError: the picture is gone, cannot be read, or is another one by now.
        """
        path = self.find(doubt.reading.file)
        with Pages(path) as pages:
            page, index = doubt.reading.page, (doubt.reading.page or 1) - 1
            if (page is None) != (pages.n == 1) or index >= pages.n:
                raise _another(path, f"page {page}" if page else "one page", f"{pages.n} pages")
            whole = pages.picture(index)
            _check_size(path, doubt, whole)
            if doubt.number is None:
                high, wide = whole.pixels.shape[:2]
                return Crop(whole.pixels, Box(0, 0, wide, high), self._note(path))
            place = around(doubt.number.box, doubt.others, whole.width, whole.height)
            part = pages.picture(index, Region(tuple(map(float, place.to_list()))))  # type: ignore[arg-type]
        return Crop(part.pixels, _inner(doubt.number.box, place, part), self._note(path))

    def _places(self, file: Path) -> list[Path]:
        """Where it may lie; a part of its path counts only where no other picture shares it."""
        if self._pictures is None:
            return [file, self._beside / file]
        ends = [Path(*file.parts[start:]) for start in range(len(file.parts))]
        return [self._pictures / end for end in ends if self._is_its_own(end)]

    def _is_its_own(self, end: Path) -> bool:
        n = len(end.parts)
        return sum(file.parts[-n:] == end.parts for file in self._files) == 1

    def _note(self, path: Path) -> str:
        newer = self._read_at is not None and path.stat().st_mtime > self._read_at
        return "The picture's file is newer than its reading: is it still the same?" * newer


def around(box: Box, others: Iterable[Box], width: int, height: int) -> Box:
    """The box with a margin that holds nothing of the other boxes, as far as that can be.

    Args:
        box: of a number, in px of the picture.
        others: of the other numbers.
        width: of the picture.
        height: likewise.

    >>> around(Box(40, 40, 40, 20), [Box(84, 40, 30, 20)], 200, 100)
    Box(x=34, y=34, width=50, height=32)
    """
    margin = max(round(_MARGIN * box.height), _MARGIN_PX)
    left, top = max(box.x - margin, 0), max(box.y - margin, 0)
    right, bottom = min(box.right + margin, width), min(box.bottom + margin, height)
    for other in others:
        if other.y < bottom and other.bottom > top:
            if left < other.right <= box.x:
                left = other.right
            if box.right <= other.x < right:
                right = other.x
        if other.x < right and other.right > left:
            if top < other.bottom <= box.y:
                top = other.bottom
            if box.bottom <= other.y < bottom:
                bottom = other.y
    return Box(left, top, right - left, bottom - top)


def _inner(box: Box, place: Box, part: Picture) -> Box:
    high, wide = part.pixels.shape[:2]
    across, down = wide / place.width, high / place.height  # below 1 where it was reduced
    return Box(
        round((box.x - place.x) * across),
        round((box.y - place.y) * down),
        max(round(box.width * across), 1),
        max(round(box.height * down), 1),
    )


def _check_size(path: Path, doubt: Doubt, found: Picture) -> None:
    then, now = (doubt.reading.width, doubt.reading.height), (found.width, found.height)
    # A picture that could not be read has no size: there is nothing to compare.
    if then not in (now, (0, 0)):
        raise _another(path, f"{then[0]}x{then[1]}", f"{now[0]}x{now[1]}")


def _another(path: Path, then: str, now: str) -> PictureError:
    return PictureError(
        str(path), f"has changed since it was read: {then} then, {now} now", todo="Read it again"
    )
