"""Which way up a page lies: its things shown to the net as they are, and turned by quarters."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.finding.pieces import Piece, find_pieces, of_writing
from tenfold.finding.ruled import without_rules
from tenfold.picture import Ink, inked
from tenfold.runtime import Classifier

Logs = NDArray[np.float64]

_MOST_THINGS: Final = 48  # of a page; so many say which way up it lies, if it says so at all
_SIZES: Final = (0.6, 1.5)  # times the height of the writing: no dots, no digits that touch
_ALIKE: Final = 0.2  # of the height of the writing
_LEAST: Final = 0.02  # of a thing being a digit: a letter is none, whichever way up


def ways_up(classifier: Classifier, ink: Ink, n_things: int) -> Logs:
    """How well the things on a page are digits, were it turned by 0, 1, 2 and 3 quarters.

    A few dozen things are judged one by one. This takes a tenth of the time in
    which the page is read, and the wrong way up a page takes longest to read.

    Args:
        classifier: judges them.
        ink: of the page.
        n_things: how many there are, by `page_lean`; of a full page its middle is looked at.

    Returns:
        (4,) sums of log probabilities; a quarter turns as np.rot90 does.
    """
    if n_things > 2 * _MOST_THINGS:
        ink = _middle(ink)
    strengths = [_strength(ink, piece) for piece in _things(ink)]
    if not strengths:
        return np.zeros(4)
    seen = [to_canon(np.rot90(strength, k)) for k in range(4) for strength in strengths]
    judged = classifier.judge(np.stack(seen))
    chances = (judged.is_digit * judged.probabilities.max(axis=1)).reshape(4, -1)
    logs = np.log(np.maximum(chances.astype(np.float64), _LEAST))
    return np.asarray(logs.sum(axis=1), np.float64)


def _middle(ink: Ink) -> Ink:
    """Half of the ink's width and height."""
    rows, columns = inked(ink.mask)
    high, wide = (rows.stop - rows.start) // 4, (columns.stop - columns.start) // 4
    part = (
        slice(rows.start + high, rows.stop - high),
        slice(columns.start + wide, columns.stop - wide),
    )
    mask = np.ascontiguousarray(ink.mask[part])
    return replace(ink, strength=ink.strength[part], mask=mask)


def _things(ink: Ink) -> list[Piece]:
    """Pieces of a digit's size, from all over the page."""
    pieces = of_writing(find_pieces(without_rules(ink.mask, 0.0)), ink.mask.shape)
    if not pieces:
        return []
    sides = np.array([(piece.box.height, piece.box.width) for piece in pieces], float)
    longer = sides.max(axis=1)
    height = _writing_height(sides, longer**2)
    fits = np.flatnonzero((longer >= _SIZES[0] * height) & (longer <= _SIZES[1] * height))
    return [pieces[k] for k in fits[:: max(1, len(fits) // _MOST_THINGS)][:_MOST_THINGS]]


def _writing_height(sides: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """What most pieces are high, or wide where the page lies on its side: lengths differ more."""
    found = []
    for lengths in sides.T:
        order = np.argsort(lengths)
        summed = np.cumsum(weights[order])
        usual = float(lengths[order][np.searchsorted(summed, summed[-1] / 2)])
        alike = np.abs(lengths / usual - 1) <= _ALIKE
        found.append((float(weights[alike].sum()), usual))
    return max(found)[1]


def _strength(ink: Ink, piece: Piece) -> NDArray[np.float32]:
    box = piece.box
    strength = ink.strength[box.y : box.bottom, box.x : box.right] * piece.mask
    return np.asarray(strength, np.float32)
