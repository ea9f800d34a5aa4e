"""A contact sheet: many small pictures in one, a row for each label."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]

GAP_PX: Final = 4
_LARGEST_PX: Final = 26  # of words, however large the pictures are
PAPER: Final = (246, 244, 239)
WORDS: Final = (40, 40, 46)
QUIET: Final = (120, 118, 112)


def contact_sheet(
    rows: Mapping[str, Sequence[Picture]],
    *,
    notes: Mapping[str, str] | None = None,
    cell_px: int = 56,
    wide: float = 1.0,
) -> Image.Image:
    """One picture of many, as RGB: a row for each label, the label before it, a note behind it.

    Pictures keep their shape and their polarity; each is fitted into its cell,
    small ones with hard pixel edges.

    Args:
        rows: label -> pictures, each (h, w) gray or (h, w, 3) RGB, uint8.
        notes: label -> a few words, such as a count.
        cell_px: height of a cell; 56 shows MNIST's pixels twice as large.
        wide: how many times wider than high a cell is.

    Raises:
        ValueError: there is no picture at all.

    >>> contact_sheet({"0": [np.zeros((28, 28), np.uint8)] * 3}).height
    68
    """
    n_columns = max((len(pictures) for pictures in rows.values()), default=0)
    if n_columns == 0:
        raise ValueError("a contact sheet needs at least one picture")
    notes = notes or {}
    font = ImageFont.load_default(size=min(cell_px * 0.42, _LARGEST_PX))
    cell = (round(cell_px * wide), cell_px)
    across, step = cell[0] + GAP_PX, cell[1] + GAP_PX
    left = _words_px(rows, font)
    right = left + n_columns * across
    width = right + (_words_px(notes.values(), font) if notes else 0)
    sheet = Image.new("RGB", (width, len(rows) * step + 2 * GAP_PX), PAPER)
    pen = ImageDraw.Draw(sheet)
    for i, (label, pictures) in enumerate(rows.items()):
        top = GAP_PX + i * step
        middle = top + cell_px / 2
        pen.text((left - 2 * GAP_PX, middle), label, WORDS, font, anchor="rm")
        pen.text((right + GAP_PX, middle), notes.get(label, ""), QUIET, font, anchor="lm")
        for j, picture in enumerate(pictures):
            image = _fitted(picture, cell)
            x, y = left + j * across, top
            place = (x + (cell[0] - image.width) // 2, y + (cell[1] - image.height) // 2)
            sheet.paste(image, place)
    return sheet


def some_of_each(y: NDArray[Any], n_each: int, seed: int) -> dict[str, NDArray[np.intp]]:
    """For each label, where up to `n_each` pictures of it lie, drawn at random with this seed.

    Labels are in rising order, and so are the places of one label.

    >>> some_of_each(np.array([5, 3, 5]), 2, seed=0)
    {'3': array([1]), '5': array([0, 2])}
    """
    rng = np.random.Generator(np.random.Philox(seed))
    places = {str(label): np.flatnonzero(y == label) for label in np.unique(y)}
    return {
        label: np.sort(rng.choice(found, min(n_each, len(found)), replace=False))
        for label, found in places.items()
    }


def _fitted(picture: Picture, cell: tuple[int, int]) -> Image.Image:
    image = Image.fromarray(picture).convert("RGB")
    scale = min(room / side for room, side in zip(cell, image.size, strict=True))
    size = tuple(max(1, round(side * scale)) for side in image.size)
    way = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.LANCZOS
    return image.resize((size[0], size[1]), way)


def _words_px(words: Iterable[str], font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> int:
    return int(max(font.getlength(word) for word in words)) + 4 * GAP_PX
