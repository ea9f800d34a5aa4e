"""Letters, words, signs and digits in other hands than our pen's: handwriting fonts.

The same fonts and the same generator state draw the same pixels.

>>> load_fonts("/no/such/folder")
Fonts(faces=())
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tenfold.data.font_files import FONT_FILES, HOW, find_fonts
from tenfold.data.words import WORDS
from tenfold.errors import DataError

Ink = NDArray[np.uint8]

LETTERS: Final = "ACEFHKLMNRTUVWXacdefhkmnpuvwxÄÑÜäñüéà"
SIGNS: Final = "#%+*=?@<:€"
"""Letters and signs that nobody reads as a digit.

Left out, because they are or can be written like digits: O o Q D (0);
l I i j J ! | / \\ ^ ; ' " (1); Z z (2); } (3); Y y t (4, and a small 7 with a bar is a t);
S s $ § ç r (5, a tick with a long bar is an r); G b ß (6); > ) ] (7); B & (8); g q P (9).
"""

LIKE_A_DIGIT: Final[dict[str, str]] = {
    "cedarville-cursive": "ELf",
    "dancing-script": "ELf",
    "homemade-apple": "AEFLRTVf",
    "marck-script": "EFHLT",
}
"""Font -> letters that this one writes with loops, like an 8, a 2, a 3 or a 7."""

_EM_PX: Final = 72  # the size that glyphs are drawn at before they are warped and scaled
_PAPER: Final = 12  # px around the text for what warps and dilations need
_MARGIN_PX: Final = 2
_SQUARE_PX: Final = 64  # side of the pictures of the data set
_WEIGHT: Final = (-0.025, 0.045)  # of the ink's height: strokes are thinned or thickened so much


@dataclass(frozen=True, slots=True)
class Face:
    """One font: the name of its package, and the path of its file."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Fonts:
    """Handwriting fonts to draw with; none of its functions may be called where it is empty."""

    faces: tuple[Face, ...]

    def __len__(self) -> int:
        """How many fonts there are; 0 where none was found."""
        return len(self.faces)

    def draw_text(self, text: str, rng: np.random.Generator, height: int = 64) -> Ink:
        """A text in a random font, its strokes thinned or thickened, slanted, a little warped.

        Args:
            text: characters of Latin-1.
            rng: where all randomness comes from.
            height: of the picture in px; the ink fills it but for 2 px above and below.

        Returns:
            (height, w) uint8, ink high, anti-aliased, cropped.
        """
        return _written(text, _one(self.faces, rng), rng, height)

    def draw_letter(self, rng: np.random.Generator, height: int = 64) -> tuple[Ink, str]:
        """A letter, now and then a sign, that is no digit by its shape; and which."""
        face = _one(self.faces, rng)
        pool = SIGNS if rng.random() < 0.15 else LETTERS
        letters = [letter for letter in pool if _may_stand(letter, face)]
        letter = letters[int(rng.integers(len(letters)))]
        return _written(letter, face, rng, height), letter

    def draw_word(self, rng: np.random.Generator, height: int = 64) -> Ink:
        """A word of two to seven letters, as it stands beside numbers."""
        face = _one(self.faces, rng)
        while True:
            word = WORDS[int(rng.integers(len(WORDS)))]
            way = rng.random()
            word = word.upper() if way < 0.15 else word.capitalize() if way < 0.4 else word
            if all(_has(face.path, letter) for letter in word):
                return _written(word, face, rng, height)

    def draw_digit(self, label: int, rng: np.random.Generator, height: int = 64) -> Ink:
        """A digit, 0 to 9,; all the fonts' are good to read."""
        return _written(str(label), _one(self.faces, rng), rng, height)


NO_FONTS: Final = Fonts(())


def load_fonts(folder: str | Path | None = None) -> Fonts:
    """The fonts that lie on this computer; none is an empty set, not an error.

    Args:
        folder: a data folder in the place of `$TENFOLD_DATA` and the cache.
    """
    place = find_fonts(folder)
    if place is None:
        return NO_FONTS
    paths = ((font.name, place / font.file) for font in FONT_FILES)
    return Fonts(tuple(Face(name, str(path)) for name, path in paths if path.is_file()))


def font_digits(folder: str | Path | None = None) -> tuple[Ink, NDArray[np.uint8]]:
    """Every font's ten digits as they are: x (n, 64, 64) uint8, ink high; y (n,) uint8.

    Raises:
        DataError: no font is here.
    """
    faces = load_fonts(folder).faces
    if not faces:
        raise DataError("fonts", "not found", todo=f"To have them: {HOW}")
    x = np.zeros((10 * len(faces), _SQUARE_PX, _SQUARE_PX), np.uint8)
    for k, square in enumerate(x):
        ink = _drawn(str(k % 10), faces[k // 10])
        _, _, width, tall = cv2.boundingRect(ink)
        ink = _cropped(ink, min(round(_SQUARE_PX * tall / width), _SQUARE_PX))[:, :_SQUARE_PX]
        top, left = (_SQUARE_PX - ink.shape[0]) // 2, (_SQUARE_PX - ink.shape[1]) // 2
        square[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return x, np.tile(np.arange(10, dtype=np.uint8), len(faces))


def _one(faces: tuple[Face, ...], rng: np.random.Generator) -> Face:
    if not faces:
        raise DataError("fonts", "none is here to draw with", todo=f"To have them: {HOW}")
    return faces[int(rng.integers(len(faces)))]


@cache
def _font(path: str) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, _EM_PX, layout_engine=ImageFont.Layout.BASIC)
    except OSError as fault:
        raise DataError(path, "not a font that can be read", came=str(fault)) from fault


@cache
def _has(path: str, letter: str) -> bool:
    """Whether the font can draw it: what it cannot comes out empty, or as its box of despair."""
    font = _font(path)
    drawn, missing = (font.getmask(one) for one in (letter, "\uffff"))
    return bytes(drawn) != bytes(missing) and drawn.getbbox() is not None


def _may_stand(letter: str, face: Face) -> bool:
    return letter not in LIKE_A_DIGIT.get(face.name, "") and _has(face.path, letter)


def _written(text: str, face: Face, rng: np.random.Generator, height: int) -> Ink:
    if height <= 2 * _MARGIN_PX:
        raise ValueError(f"a height above {2 * _MARGIN_PX} px is needed, not {height}")
    ink = _warped(_weighted(_drawn(text, face), rng), rng)
    return _cropped(ink, height)


def _drawn(text: str, face: Face) -> Ink:
    """The text as the font has it, with paper around."""
    font = _font(face.path)
    left, top, right, bottom = font.getbbox(text)
    size = (int(right - left) + 2 * _PAPER, int(bottom - top) + 2 * _PAPER)
    image = Image.new("L", size)
    ImageDraw.Draw(image).text((_PAPER - left, _PAPER - top), text, 255, font)
    return np.asarray(image, np.uint8)


def _weighted(ink: Ink, rng: np.random.Generator) -> Ink:
    """Strokes thinner or fatter by a random share of their height; never so thin that they go."""
    change = round(float(rng.uniform(*_WEIGHT)) * (ink.shape[0] - 2 * _PAPER))
    if change == 0:
        return ink
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(change) + 1, abs(change) + 1))
    if change > 0:
        return np.asarray(cv2.dilate(ink, brush), np.uint8)
    thinned = np.asarray(cv2.erode(ink, brush), np.uint8)
    return thinned if thinned.sum(dtype=np.int64) > 0.45 * ink.sum(dtype=np.int64) else ink


def _warped(ink: Ink, rng: np.random.Generator) -> Ink:
    """The picture slanted, turned, stretched, and bent by a slow wave."""
    height, width = ink.shape
    slant, turn = float(rng.normal(0, 0.12)), float(rng.normal(0, 0.04))
    stretch = float(np.exp(rng.normal(0, 0.1)))
    free = int(0.5 * height + 0.15 * width)
    size = (int(width * stretch) + 2 * free, height + 2 * free)
    x = np.arange(size[0], dtype=np.float32)[None] - size[0] / 2
    y = np.arange(size[1], dtype=np.float32)[:, None] - size[1] / 2
    wave = rng.uniform(0, 0.02, 2) * height
    phase = rng.uniform(0, 2 * np.pi, 2)
    period = rng.uniform(1.0, 2.5, 2) * height / (2 * np.pi)
    bent_x = wave[0] * np.sin(y / period[0] + phase[0]) + width / 2
    bent_y = wave[1] * np.sin(x / period[1] + phase[1]) + height / 2
    map_x = x / stretch + ((slant + turn) / stretch * y + bent_x).astype(np.float32)
    map_y = y + (bent_y - turn * x).astype(np.float32)
    return np.asarray(cv2.remap(ink, map_x, map_y, cv2.INTER_LINEAR), np.uint8)


def _cropped(ink: Ink, height: int) -> Ink:
    """The ink brought to the height asked for, with a margin of paper on all sides."""
    x, y, width, tall = cv2.boundingRect(ink)
    inner = height - 2 * _MARGIN_PX
    across = max(1, round(width * inner / max(tall, 1)))
    method = cv2.INTER_AREA if inner < tall else cv2.INTER_LINEAR
    small = cv2.resize(ink[y : y + tall, x : x + width], (across, inner), interpolation=method)
    return np.pad(np.asarray(small, np.uint8), _MARGIN_PX)
