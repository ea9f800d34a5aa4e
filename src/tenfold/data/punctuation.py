"""What stands between and behind the digits of an amount, in the hand that wrote them.

.  ,        parts thousands or cents
-  --  =    closes an amount, so that nobody adds a digit
.-  ,-  .=  =/   the same, after a point or comma, or with a stroke through the end
/  x  *  #  $  €   other signs
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tenfold.data.nib import Hand, Ink, paint, random_hand
from tenfold.data.pen import written

SIGNS: Final[dict[str, tuple[str, str]]] = {
    ".": (".", "0,97 3,99"),
    ",": (",", "8,92 6,104 0,116"),
    "-": ("-", "0,54 44,50"),
    "--": ("-", "0,54 50,50 140,52"),
    "=": ("-", "0,42 46,38 | 2,62 44,58"),
    ".-": (".-", "0,97 3,99 | 18,56 66,52"),
    ",-": (",-", "8,92 6,104 0,116 | 20,56 68,52"),
    ".=": (".-", "0,97 3,99 | 18,44 62,40 | 18,64 60,60"),
    "=/": ("-~", "0,42 46,38 | 2,62 44,58 | 66,4 30,100"),
    "/": ("~", "44,-2 0,104"),
    "x": ("~", "0,44 40,98 | 40,44 0,98"),
    "*": ("~", "0,30 40,28 | 10,12 30,46 | 30,12 10,46"),
    "#": ("~", "26,10 16,98 | 58,10 48,98 | 4,38 74,36 | 0,68 70,66"),
    "$": ("~", "50,14 28,4 10,16 16,38 44,58 52,80 30,98 6,90 | 32,-10 28,112"),
    "€": ("~", "66,14 42,2 18,30 16,70 42,98 66,88 | 0,40 54,38 | 0,60 50,58"),
}
"""Sign -> what it counts as, of `canon.SYMBOLS`; and its skeleton, see `skeletons`.

Unlike a digit's, the skeleton lies where the sign does: y = 0 is the top of the
digits, 100 their baseline. A double dash is a dash, as `written` has it.
"""

_WANDER: Final = 0.06  # heights by which a sign lies too high or too low
_SIZE: Final = 0.25  # how much signs of one kind differ in size, as a share
_FATTEST: Final = 0.16


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A sign as ink, and where it belongs.

    Attributes:
        ink: (h, w) uint8, ink high, cropped.
        symbols: what it counts as, of `canon.SYMBOLS`.
        bottom: where its lowest ink lies: 0 at the digits' baseline, 1 at their top.
        top: where its highest ink lies, in the same measure.
    """

    ink: Ink
    symbols: str
    bottom: float
    top: float


def draw_sign(
    rng: np.random.Generator, height: int = 64, *, name: str | None = None, hand: Hand | None = None
) -> Sign:
    """One sign of those that stand around digits.

    Args:
        rng: where all randomness comes from.
        height: of the digits beside it, in px.
        name: of `SIGNS`; a random one if None.
        hand: who writes; somebody at random if None.

    >>> sign = draw_sign(np.random.default_rng(0), 64, name=",-")
    >>> sign.symbols, sign.bottom < 0.1 < sign.top < 0.8
    (',-', True)
    """
    hand = hand or random_hand(rng)
    names = list(SIGNS)
    symbols, skeleton = SIGNS[name or names[int(rng.integers(len(names)))]]
    strokes = [stroke * np.float32(height) for stroke in written(skeleton, hand, rng)]
    joined = np.concatenate(strokes)
    low, high = joined.min(axis=0), joined.max(axis=0)
    stretch = np.float32(rng.uniform(1 - _SIZE, 1 + _SIZE))
    # The sign grows about its own middle, or its feet would leave the line.
    middle = (low + high) / 2 + np.array([0, rng.normal(0, _WANDER) * height], np.float32)
    width = min(hand.width, _FATTEST) * height
    room = (high - low) * stretch / 2 + np.float32(width + 4)
    placed = [((s - (low + high) / 2) * stretch + room).astype(np.float32) for s in strokes]
    shape = (int(np.ceil(2 * room[1])), int(np.ceil(2 * room[0])))
    ink = paint(placed, width, hand, rng, shape)
    x, y, wide, tall = cv2.boundingRect(ink)
    above = float(middle[1] - room[1]) + y  # px from the digits' top down to the ink
    return Sign(
        ink[y : y + tall, x : x + wide],
        symbols,
        bottom=1 - (above + tall) / height,
        top=1 - above / height,
    )
