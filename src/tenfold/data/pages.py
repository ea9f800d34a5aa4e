"""Pages that nobody wrote: numbers in lines, lists, tables and squares, with words beside them.

Lines of numbers are those of `data/writing.py`; here they are set on a sheet, and what
is printed on it, and a camera looks at it (`data/page_camera.py`). Every page comes with
the truth: what is written, and where.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.donors import Donors
from tenfold.data.page_camera import looked_at, page_light
from tenfold.data.page_hand import Sheet
from tenfold.data.ruled import Place
from tenfold.data.strings import random_symbols

_MOST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A picture of a page.

    Attributes:
        pixels: (h, w) uint8.
        numbers: text and box (x, y, width, height in px) of each number, row by row.
    """

    pixels: NDArray[np.uint8]
    numbers: list[tuple[str, Place]]


def _text(rng: np.random.Generator, most: int = _MOST_DIGITS) -> str:
    return random_symbols(rng, marks=False)[:most]


def _plain(sheet: Sheet) -> None:
    """Rows of one to three numbers, far enough apart to be several."""
    rng, high = sheet.rng, sheet.high
    for base in _bases(sheet, rng.uniform(1.7, 2.6)):
        x = high * float(rng.uniform(0.8, 2))
        for _ in range(int(rng.integers(1, 4))):
            x = sheet.number(_text(rng, 5), x, base) + high * float(rng.uniform(2.2, 3.5))
            if x > sheet.width - 6 * high:
                break


def _ruled(sheet: Sheet) -> None:
    """The same on the lines of a notebook, some of which come and go."""
    rng, high = sheet.rng, sheet.high
    pitch = float(rng.uniform(1.8, 2.4))
    bases = _bases(sheet, pitch)
    for base in bases:
        sheet.number(_text(rng), high * float(rng.uniform(1, 5)), base)
    rows = [base + 0.12 * high for base in bases]
    sheet.rule([], rows, float(rng.uniform(0.15, 0.6)), out=True)


def _squared(sheet: Sheet) -> None:
    """Numbers across the squares of a notebook, in rows of squares."""
    rng, high = sheet.rng, sheet.high
    pitch = high * float(rng.uniform(0.55, 1.15))
    per_row = max(2, round(1.9 * high / pitch))
    first_x, first_y = (float(v) for v in rng.random(2) * pitch)
    y = first_y + 2 * pitch
    while y < sheet.height - high:
        x = high * float(rng.uniform(1, 4))
        if rng.random() < 0.3:
            x = sheet.word(x, y - 0.1 * high) + 1.5 * high
        sheet.number(_text(rng), x, y - 0.1 * high)
        y += per_row * pitch
    _print_squares(sheet, first_x, first_y, pitch)


def _squared_each(sheet: Sheet) -> None:
    """A word across some squares, then a digit in each square."""
    rng, high = sheet.rng, sheet.high
    pitch = high * float(rng.uniform(1.5, 2.3))
    n = int(sheet.width / pitch)
    first_x, first_y = (float(v) for v in rng.random(2) * pitch)
    n_words = int(rng.integers(2, 4)) if rng.random() < 0.8 else 0
    rows = np.arange(first_y + pitch, sheet.height - 0.5 * pitch, pitch)
    for k, y in enumerate(rows):
        base = y - 0.25 * pitch
        if n_words:
            sheet.word(first_x + 0.2 * pitch, base, n_words * pitch)
        if k == 0 and n_words:
            for column in range(n_words, n - 1):
                sheet.head(first_x + (column + 0.25) * pitch, base)
        elif rng.random() < 0.92:
            most = min(n - n_words - 1, 7)
            digits = "".join(str(d) for d in rng.integers(0, 10, rng.integers(2, most + 1)))
            skip = int(rng.integers(0, most + 1 - len(digits))) if rng.random() < 0.2 else 0
            sheet.digits(digits, first_x + (n_words + skip) * pitch, base, pitch)
    _print_squares(sheet, first_x, first_y, pitch)


def _table(sheet: Sheet) -> None:
    """A ruled table: a head of words, a word at the left of each row, a number in the cells."""
    rng, high = sheet.rng, sheet.high
    left, top = high * rng.uniform(0.6, 1.5, 2)
    n_columns, n_rows = int(rng.integers(2, 5)), int(rng.integers(4, 8))
    first, wide = high * float(rng.uniform(5, 6)), high * float(rng.uniform(3, 3.4))
    pitch = high * float(rng.uniform(1.7, 2.2))
    xs = [left, *(left + first + k * wide for k in range(n_columns + 1))]
    ys = [top + k * pitch for k in range(n_rows + 1)]
    for row in range(n_rows):
        base = ys[row + 1] - 0.3 * pitch
        sheet.word(left + 0.3 * high, base, first - 0.6 * high)
        for column in range(n_columns):
            x = xs[column + 1] + 0.35 * high
            if row == 0:
                sheet.word(x, base, wide - 0.6 * high) if rng.random() < 0.5 else sheet.head(
                    x, base
                )
            elif rng.random() < 0.85:
                sheet.number(_text(rng, 3), x, base)
    sheet.rule(xs, ys, float(rng.uniform(0.35, 1.0)), out=False)


def _list(sheet: Sheet) -> None:
    """Words with a number beside them, as on a receipt; some rows have a word alone."""
    rng, high = sheet.rng, sheet.high
    column = high * float(rng.uniform(7.5, 9)) if rng.random() < 0.6 else 0.0
    for base in _bases(sheet, rng.uniform(1.7, 2.4)):
        x = sheet.word(high * float(rng.uniform(0.8, 1.2)), base, 6 * high)
        if rng.random() < 0.3:
            x = sheet.word(x + 0.6 * high, base, 4 * high)
        if rng.random() < 0.85:
            sheet.number(_text(rng), max(column, x + high * float(rng.uniform(0.9, 1.5))), base)


def _bases(sheet: Sheet, pitch: float) -> list[float]:
    n = int(sheet.rng.integers(4, 9))
    first = sheet.high * 2
    bases = [first + k * pitch * sheet.high for k in range(n)]
    return [base for base in bases if base < sheet.height - 0.5 * sheet.high]


def _print_squares(sheet: Sheet, first_x: float, first_y: float, pitch: float) -> None:
    xs = np.arange(first_x - pitch, sheet.width + pitch, pitch).tolist()
    ys = np.arange(first_y - pitch, sheet.height + pitch, pitch).tolist()
    sheet.rule(xs, ys, float(sheet.rng.uniform(0.12, 0.6)), out=True)


_SETS: Final[dict[str, Callable[[Sheet], None]]] = {
    "plain": _plain,
    "ruled": _ruled,
    "squared": _squared,
    "squared one each": _squared_each,
    "table": _table,
    "list": _list,
}

KINDS: Final[dict[str, str]] = {
    "plain": "rows of one to three numbers",
    "ruled": "a number on each line of a notebook",
    "squared": "numbers, some behind a word, across the squares of a notebook",
    "squared one each": "a word, then a digit in each square; a head of letters with small numbers",
    "table": "a ruled table: words above and to the left, numbers in the cells",
    "list": "words with a number beside them",
    "skewed": "any of these, 4 to 15 degrees askew",
    "photographed": "any of these on a table, at an angle, in uneven light",
}
"""The kinds of pages that there are, and what is on them."""


def drawn_pages(kind: str, n: int, donors: Donors, *, seed: int = 0) -> Iterator[Page]:
    """Pages of one kind.

    Page k depends on the seed, the kind and k alone.

    Args:
        kind: one of `KINDS`.
        n: how many.
        donors: who writes the digits; words are their fonts', or signs of the pen.
        seed: of the set.

    Raises:
        KeyError: there is no such kind.

    >>> (page,) = drawn_pages("list", 1, Donors({}), seed=3)
    >>> page.pixels.dtype, len(page.numbers) > 0
    (dtype('uint8'), True)
    """
    if kind not in KINDS:
        raise KeyError(kind)
    for k in range(n):
        rng = np.random.default_rng([seed, zlib.crc32(kind.encode()), k])
        yield _drawn(kind, donors, rng)


def _drawn(kind: str, donors: Donors, rng: np.random.Generator) -> Page:
    while True:
        set_as = kind if kind in _SETS else list(_SETS)[int(rng.integers(len(_SETS)))]
        sheet = Sheet(rng, donors)
        _SETS[set_as](sheet)
        if sheet.numbers:
            break
    field = page_light(sheet.ink, sheet.print, sheet.look.contrast, rng)
    pixels, moved = looked_at(field, kind, rng)
    return Page(pixels, [(text, moved(box)) for text, box in sheet.numbers])
