"""What the model sees, step by step: picture, ink, each digit as 28x28, each model's answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.batch.rows import masked
from tenfold.canon import CANON_SIZE, to_canon
from tenfold.errors import PictureError
from tenfold.explain.glyph import cut_out
from tenfold.picture import Ink, Pages, Picture, find_ink
from tenfold.reading import Reader
from tenfold.results import Digit
from tenfold.runtime import Classifier

from .options import LookOptions

Levels = NDArray[np.uint8]

_INK_SIDE: Final = 360  # px of the ink's picture
_DIGIT_SIDE: Final = 112


def look(
    reader: Reader,
    models: Mapping[str, Classifier],
    source: bytes | Levels,
    name: str,
    options: LookOptions,
) -> dict[str, Any]:
    """A reading and, for some of its digits, every step between the picture and the answer.

    Args:
        reader: reads the picture.
        models: each says what it makes of each digit.
        source: the bytes of a picture, or its pixels.
        name: the picture's name in the answer.
        options: how it is read; the first reading is looked at.

    Returns:
        JSON values as `schemas.LOOK` describes them.

    Raises:
        PictureError: the picture cannot be read.
    """
    reading = next(reader.read_pages(source, **options.how()))
    if reading.error is not None:
        raise PictureError(name, reading.error.rstrip("."))
    picture = page_of(source, reading.page or 1)
    ink = find_ink(picture, reader.polarity)
    digits = [digit for number in reading.numbers for digit in number.digits]
    shown = digits[options.first : options.first + options.count]
    cuts = [cut_out(ink, digit.box) for digit in shown]
    answers = _answers(models, [to_canon(cut) for cut in cuts])
    return {
        "reading": masked(reading, options.min_confidence).to_dict() | {"file": name},
        "light_on_dark": ink.light_on_dark,
        "ink": _png(_shrunk(_levels(ink.strength * ink.mask), _INK_SIDE)),
        "first": options.first,
        "digits": [
            _step(digit, cut, answer)
            for digit, cut, answer in zip(shown, cuts, answers, strict=True)
        ],
        "whole": _whole(picture, ink, models),
    }


def page_of(source: bytes | Levels, page: int) -> Picture:
    """One page of a file, counted from 1; a picture has one.

    Raises:
        PictureError: there is no such page, or it cannot be read.
    """
    with Pages(source) as pages:
        if page > pages.n:
            raise PictureError(pages.name, f"there is no page {page}", came=f"{pages.n} in all")
        return pages.picture(page - 1)


def as_jpeg(source: bytes | Levels, page: int) -> bytes:
    """A page as it is read, upright and reduced, as the bytes of a JPEG file.

    Raises:
        PictureError: as `page_of`.
    """
    pixels = page_of(source, page).pixels
    if pixels.ndim == 3:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def _step(digit: Digit, cut: NDArray[np.float32], answer: dict[str, Any]) -> dict[str, Any]:
    return {
        **digit.to_dict(),
        "ink": _png(_shrunk(_levels(cut), _DIGIT_SIDE)),
        **answer,
    }


def _whole(picture: Picture, ink: Ink, models: Mapping[str, Classifier]) -> dict[str, Any] | None:
    """All of the writing taken as one digit, in the form and merely made small; None if blank."""
    if not ink.mask.any():
        return None
    all_of_it = to_canon(ink.strength * ink.mask)
    found, small = _answers(models, [all_of_it, made_small(picture, ink)])
    return {"found": found, "small": small}


def made_small(picture: Picture, ink: Ink) -> Levels:
    """The picture as the tutorials take it: grey, squared, made 28x28, turned ink high.

    Nothing is looked for: a digit in a corner stays there, a small one becomes smaller.

    >>> page = np.full((60, 90), 255, np.uint8)
    >>> page[10:50, 40:45] = 0
    >>> picture = page_of(page, 1)
    >>> made_small(picture, find_ink(picture)).shape
    (28, 28)
    """
    pixels = picture.pixels
    gray = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    high = gray if ink.light_on_dark else 255 - gray
    height, width = high.shape
    side = max(height, width)
    paper = int(np.median(high))
    top, left = (side - height) // 2, (side - width) // 2
    square = cv2.copyMakeBorder(
        high, top, side - height - top, left, side - width - left, cv2.BORDER_CONSTANT, value=paper
    )
    size = (CANON_SIZE, CANON_SIZE)
    return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), np.uint8)


def _answers(models: Mapping[str, Classifier], glyphs: Sequence[Levels]) -> list[dict[str, Any]]:
    """For each glyph its picture and what every model says of it."""
    if not glyphs:
        return []
    images = np.stack(glyphs)
    judged = {name: model.judge(images) for name, model in models.items()}
    return [
        {
            "glyph": _png(glyph),
            "models": {
                name: {
                    "probabilities": [round(float(p), 4) for p in found.probabilities[index]],
                    "is_digit": round(float(found.is_digit[index]), 4),
                }
                for name, found in judged.items()
            },
        }
        for index, glyph in enumerate(glyphs)
    ]


def _levels(strength: NDArray[np.float32]) -> Levels:
    return (strength * 255 + 0.5).astype(np.uint8)


def _shrunk(levels: Levels, side: int) -> Levels:
    scale = side / max(levels.shape)
    if scale >= 1:
        return levels
    size = (max(1, round(levels.shape[1] * scale)), max(1, round(levels.shape[0] * scale)))
    return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _png(levels: Levels) -> str:
    """Ink as the address of a picture: black, and as opaque as there is ink.

    So it lies on light paper as it does on dark, and a page can turn its colour.
    """
    rgba = np.zeros((*levels.shape, 4), np.uint8)
    rgba[..., 3] = levels
    _, data = cv2.imencode(".png", rgba, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()
