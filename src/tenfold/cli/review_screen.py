"""What `tenfold review` shows of one answer: its crop, its digits with their bars, the keys."""

from __future__ import annotations

import textwrap
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenfold.cli.halfblocks import drawn
from tenfold.cli.output import printable
from tenfold.picture import is_light_on_dark
from tenfold.results import Digit
from tenfold.review import Crop, Doubt

KEYS: Final = {
    "y": "right as read",
    "407": "type what is written",
    "x": "no number",
    "s": "skip",
    "u": "undo",
    "q": "quit",
}

_HELD: Final = "\N{NO-BREAK SPACE}"
_BAR_CELLS: Final = 20
_WORDS_CELLS: Final = 34  # of a digit's row beside its bar
_LINES: Final = (6, 20)  # fewest and most that the crop takes
_MOST_ENLARGED: Final = 3.0
_FADED: Final = 0.4  # ink that belongs to no digit of the answer
_SURE: Final = 0.9  # a digit less sure is marked


def show(console: Console, doubt: Doubt, crop: Crop, where: str, said: str) -> None:
    """Print everything that a person needs to decide.

    Args:
        console: a terminal is cleared first.
        doubt: the answer.
        crop: its picture.
        where: how far the walk is.
        said: what came of the last one.
    """
    rows = _answer(console, doubt)
    hints = hint(console.width)
    others = 3 + len(hints) + (len(rows.rows) if rows else 0) + bool(crop.note) + bool(said)
    lines = min(max(console.height - others, _LINES[0]), _LINES[1])
    if console.is_terminal:
        console.clear()
    if said:
        console.print(Text(said, style="dim"))
    console.print(Text(f"{where}  {printable(doubt.place)}", style="bold"))
    if crop.note:
        console.print(Text(crop.note, style="yellow"))
    ink = fitted(as_ink(crop), console.width, 2 * lines)
    console.print(drawn(console, ink, dark_on_light=True), no_wrap=True, crop=True)
    console.print(Text(printable(_read_as(doubt)), style="bold"))
    if rows:
        console.print(rows)
    console.print(Text("\n".join(hints), style="cyan"))


def hint(width: int) -> list[str]:
    """The keys, in lines of at most so many cells; no line ends within a key's words.

    >>> hint(45)
    ['[y] right as read  [407] type what is written', '[x] no number  [s] skip  [u] undo  [q] quit']
    """
    held = "  ".join(f"[{key}] {what}".replace(" ", _HELD) for key, what in KEYS.items())
    return [line.replace(_HELD, " ") for line in textwrap.wrap(held, width)]


def as_ink(crop: Crop) -> NDArray[np.uint8]:
    """The crop as (h, w) uint8, ink high over its whole range; faded around the number."""
    pixels = crop.pixels
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    low, high = np.percentile(gray, (0.5, 99.5))
    # Fewer than 16 greys between ink and paper are grain; do not blow it up.
    ink = np.clip((high - gray.astype(np.float32)) / max(high - low, 16), 0, 1)
    if is_light_on_dark(np.asarray(gray, np.uint8)):
        ink = 1 - ink
    inside = np.zeros(ink.shape, bool)
    inner = crop.inner
    inside[inner.y : inner.bottom, inner.x : inner.right] = True
    return np.asarray(255 * np.where(inside, ink, _FADED * ink), np.uint8)


def fitted(ink: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture in at most so many pixels; a small one is enlarged.

    >>> fitted(np.zeros((100, 400), np.uint8), 80, 40).shape
    (20, 80)
    """
    high, wide = ink.shape
    scale = min(width / wide, height / high, _MOST_ENLARGED)
    size = max(round(scale * wide), 1), max(round(scale * high), 1)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(ink, size, interpolation=way), np.uint8)


def _read_as(doubt: Doubt) -> str:
    number = doubt.number
    if number is None:
        why = doubt.reading.error
        return f"could not be read: {why}" if why else "no number was found in this picture"
    words = [f"read as {doubt.proposal or 'nothing'}"]
    words.append(f"{100 * number.confidence:.1f} % sure" if doubt.proposal else "")
    if number.unruled is not None and number.unruled != number.text:
        words.append(f"without rules {number.unruled}")
    words.append("accepted" if number.status == "accepted" else "")
    return "  ".join(word for word in words if word)


def _answer(console: Console, doubt: Doubt) -> Table | None:
    """A row for each digit: its bar, and what else it may be."""
    if doubt.number is None or not doubt.number.digits:
        return None
    cells = min(max(console.width - _WORDS_CELLS, 0), _BAR_CELLS)
    table = Table.grid(padding=(0, 1))
    for justify in ("left", "left", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    mark = "#" if console.options.ascii_only else "█"
    for digit in doubt.number.digits:
        bar = mark * round(cells * digit.confidence)
        style = "yellow" if digit.confidence < _SURE else ""
        table.add_row(
            str(digit.digit), bar.ljust(cells), _percent(digit.confidence), _else(digit),
            style=style,
        )  # fmt: skip
    return table


def _else(digit: Digit) -> str:
    found = (f"{other} {_percent(share)}" for other, share in digit.alternatives if share >= 0.001)
    words = "  ".join(found)
    return f"or {words}" if words else ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
