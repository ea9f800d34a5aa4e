"""A source's pages, decoded one at a time: one for a picture, several for PDF, TIFF and HEIC."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from PIL import Image

from tenfold.errors import ConfigError, PictureError

from .arrays import image_of
from .decode import MAX_SIDE, Picture, Source, data_of, faults_named, picture_of
from .formats import Pdf, bring_heif, is_heif, is_pdf
from .region import Region

_SEVERAL: Final = frozenset({"TIFF", "HEIF"})
"""Pillow's names of the kinds whose images are pages; a GIF's are an animation."""

_LAST: Final = 9_999_999

_SUBFILE: Final = 254  # TIFF's tag NewSubfileType; bit 0: a smaller copy of another image


def open_picture(source: Source, region: Region | None = None) -> Picture:
    """The picture that lies in a path, bytes, a file object, a PIL image or an array.

    Of a file with several pages it is the first; `Pages` gives them all.

    Args:
        source: a path; the bytes of an image file; a binary file object; a PIL
            image; an array (h, w), (h, w, 3) or (h, w, 4), uint8 in 0..255,
            uint16, bool, or float in [0, 1].
        region: the part that is wanted; the whole picture if None.

    Raises:
        NotAPictureError: not an image, cut short, or of zero size.
        PictureTooLargeError: over 100 million pixels or 256 MiB; not decoded.
        PictureError: the file is missing or cannot be opened, or the array has
            another shape or type, or the region lies outside.

    >>> picture = open_picture(np.zeros((40, 30, 3), np.uint8))
    >>> picture.width, picture.height, picture.pixels.shape
    (30, 40, (40, 30))
    """
    with Pages(source) as pages:
        return pages.picture(0, region)


class Pages:
    """The pages of one source. None is decoded before it is asked for; close it after use.

    Args:
        source: as for `open_picture`.

    Attributes:
        name: the file's path, or `<bytes>`, `<array>` and the like.
        n: how many pages there are, 1 or more.

    Raises:
        PictureError: as for `open_picture`; a PDF or HEIC needs `[formats]`.

    >>> with Pages(np.zeros((40, 30), np.uint8)) as pages:
    ...     pages.n, pages.picture(0).page
    (1, None)
    """

    def __init__(self, source: Source) -> None:
        self._data = b""
        self._pdf: Pdf | None = None
        self._image: Image.Image | None = None
        self._places: list[int] = [0]
        if isinstance(source, Image.Image):
            self.name, self._image, self._close = "<image>", source, _nothing
        elif isinstance(source, np.ndarray):
            self.name, self._image, self._close = "<array>", image_of(source), _nothing
        else:
            self._data, self.name = data_of(source)
            self._open()
        self.n = self._pdf.n_pages if self._pdf else len(self._places)

    def picture(self, index: int, region: Region | None = None) -> Picture:
        """One page, counted from 0, or a region of it.

        Raises:
            PictureError: this page is damaged or too large; others may be whole.
        """
        page = index + 1 if self.n > 1 else None
        with faults_named(self._data, self.name):
            if self._pdf is not None:
                return picture_of(self._pdf.image(index, MAX_SIDE), self.name, region, page)
            image: Any = self._image
            if self.n > 1:
                image.seek(self._places[index])
            return picture_of(image, self.name, region, page)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _open(self) -> None:
        if is_pdf(self._data):
            self._pdf = Pdf(self._data, self.name)
            self._close = self._pdf.close
            return
        if is_heif(self._data):
            bring_heif(self.name)
        with faults_named(self._data, self.name):
            self._image = Image.open(io.BytesIO(self._data))
            self._close = self._image.close
            self._places = _places(self._image)


def _places(image: Any) -> list[int]:
    """Which of a file's images are pages: of a TIFF's, not the smaller copies."""
    if image.format not in _SEVERAL:
        return [0]
    places = []
    for place in range(image.n_frames):
        if image.format == "TIFF":
            image.seek(place)
            if image.tag_v2.get(_SUBFILE, 0) & 1:
                continue
        places.append(place)
    image.seek(0)
    return places or [0]


def _nothing() -> None:
    """Images that others opened are theirs to close."""


_SPAN: Final = re.compile(r"(\d{1,7})(?:(-)(\d{1,7})?)?", re.ASCII)


def parse_pages(text: str) -> list[range]:
    """The pages that `1-3,7,9-` names, counted from 1; an open end goes to the last page.

    Raises:
        ConfigError: the text has another form, or names a page 0.

    >>> parse_pages("1-3,7")
    [range(1, 4), range(7, 8)]
    """
    spans = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        first = int(match[1]) if match else 0
        last = first if match is None or not match[2] else int(match[3] or _LAST)
        if not 1 <= first <= last:
            raise ConfigError(
                "pages", "must be pages counted from 1", came=f'"{text}"', todo="Write 1-3,7 or 5-"
            )
        spans.append(range(first, last + 1))
    return spans


def chosen(spans: Sequence[range] | None, n: int, name: str) -> Iterator[int]:
    """The pages, counted from 1, that lie in the spans; all of them where it is None.

    Raises:
        PictureError: there is none of them.
    """
    for span in spans or [range(1, n + 1)]:
        if span.start > n:
            raise PictureError(
                name, f"has no page {span.start}", came=f"{n} page{'s' if n > 1 else ''}"
            )
        yield from range(span.start, min(span.stop, n + 1))
