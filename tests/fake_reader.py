"""A reader whose answers are known: the tests of the command line are not about the net."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tenfold.errors import PictureError
from tenfold.picture import Pages, Picture, Region, chosen
from tenfold.results import Box, Digit, Number, Reading

DIGIT_CONFIDENCES = (0.999, 0.61, 0.98)


def number(text: str, x: int = 2, confidence: float = 0.6) -> Number:
    """A number whose digits, 10 px wide each, are as sure as `DIGIT_CONFIDENCES` says."""
    digits = tuple(
        Digit(int(mark), sure, Box(x + 10 * i, 4, 9, 12), (((int(mark) + 1) % 10, 1 - sure),))
        for i, (mark, sure) in enumerate(zip(text, DIGIT_CONFIDENCES, strict=False))
    )
    status = "accepted" if confidence > 0.9 else "review"
    return Number(text, confidence, status, Box(x, 4, 10 * len(text), 12), digits)


class FakeReader:
    """Says what a picture's file name says: `12.png` is read as 12, `blank.png` as nothing.

    Pictures are opened, so broken ones fail as they do with the real reader.
    """

    made: list[dict[str, Any]]

    def __init__(
        self, model: str = "tenfold", *, polarity: str = "auto", **promised: object
    ) -> None:
        type(self).made.append({"model": model, "polarity": polarity})

    def read(self, source: Path | bytes, **how: object) -> Reading:
        return next(self.read_pages(source, **how))

    def read_many(self, sources: Iterable[Path | bytes], **how: Any) -> Iterator[Reading]:
        for source in sources:
            try:
                yield from self.read_pages(source, **how)
            except PictureError as error:
                yield Reading(error.item, 0, 0, error=error.reason)

    def read_pages(
        self,
        source: Path | bytes,
        *,
        region: Region | None = None,
        pages: Sequence[range] | None = None,
        **how: object,
    ) -> Iterator[Reading]:
        with Pages(source) as opened:
            for page in chosen(pages, opened.n, opened.name):
                yield self._read(source, opened.picture(page - 1, region))

    def _read(self, source: Path | bytes, picture: Picture) -> Reading:
        if picture.name.endswith("model.png"):
            raise PictureError(picture.name, "cannot be read by this model")
        stem = "405" if isinstance(source, bytes) else source.stem
        words = [word for word in stem.split("_") if word.isdecimal()]
        numbers = tuple(number(word, 2 + 40 * i) for i, word in enumerate(words))
        size = (picture.width, picture.height)
        return Reading(picture.name, *size, numbers, page=picture.page)
