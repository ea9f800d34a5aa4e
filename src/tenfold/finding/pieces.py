"""Pieces of connected ink, and which of them are writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.canon import stroke_width
from tenfold.picture import inked
from tenfold.results import Box

Mask = NDArray[np.bool_]

MAX_PIECES: Final = 4000
"""More than this is a texture, not a page: the smallest are left out."""

_SPECK: Final = 0.10  # of the writing's height: dirt, not a dot
_HAIRLINE: Final = 0.4  # of the pen's width: a ruled line, a fold
_AS_HIGH: Final = 0.25  # of the writing's height: so little higher or lower than it
_RULE: Final = 20  # times as wide as high: a ruled line, which has no height of writing
_BLOT: Final = 2.5  # times the pen's width: a shadow, a finger
_BLOT_BESIDE: Final = 0.02  # of the picture's height: writing beside which a blot is judged
_RIM: Final = 0.02  # of the shorter side: as thin, and touching the edge, it is where a sheet ends
_RIM_LONG: Final = 3  # times the height of the writing inside
_FEW: Final = 3  # pieces inside the picture, at least, that tell how high the writing is


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Connected ink, or a part of it between two cuts.

    Attributes:
        box: on the work grid.
        mask: (box.height, box.width) bool.
        area: number of ink pixels.
    """

    box: Box
    mask: Mask
    area: int

    @property
    def middle(self) -> float:
        """Horizontal middle on the work grid."""
        return self.box.x + self.box.width / 2


def find_pieces(mask: Mask) -> list[Piece]:
    """Every connected piece of ink, largest first.

    >>> field = np.zeros((20, 20), bool)
    >>> field[2:10, 3:5] = field[2:4, 12:18] = True
    >>> [piece.box.to_list() for piece in find_pieces(field)]
    [[3, 2, 2, 8], [12, 2, 6, 2]]
    """
    there = inked(mask)
    if there[0].stop == 0:
        return []
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask[there].astype(np.uint8), connectivity=8
    )
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:MAX_PIECES] + 1
    top, left = there[0].start, there[1].start
    pieces = []
    for label in order:
        x, y, width, height, area = (int(value) for value in stats[label])
        part = labels[y : y + height, x : x + width] == label
        pieces.append(Piece(Box(left + x, top + y, width, height), part, area))
    return pieces


def around(pieces: list[Piece]) -> Box:
    """The box around all of these pieces."""
    box = pieces[0].box
    for piece in pieces[1:]:
        box = box.union(piece.box)
    return box


def gap_between(one: Box, other: Box) -> int:
    """Px between two boxes side by side; negative where they share columns.

    >>> left = Box(0, 0, 10, 20)
    >>> gap_between(left, Box(14, 5, 6, 6)), gap_between(left, Box(8, 0, 9, 9))
    (4, -2)
    """
    return max(one.x, other.x) - min(one.right, other.right)


def writing_height(pieces: list[Piece]) -> float:
    """Height in px of the writing: the median of the pieces, each counted by its size."""
    if len(pieces) < 2:  # most pictures that come by the million
        return float(pieces[0].box.height) if pieces else 0.0
    pieces = [p for p in pieces if p.box.width < _RULE * p.box.height] or pieces
    heights = np.array([piece.box.height for piece in pieces], float)
    weights = np.array([max(piece.box.height, piece.box.width) for piece in pieces], float) ** 2
    order = np.argsort(heights)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(heights[order][min(half, len(heights) - 1)])


def of_writing(pieces: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """The pieces less dirt, hairlines and what juts in from beyond the picture's edge."""
    pieces = _without_blots(_without_rims(pieces, shape), shape)
    height = writing_height(pieces)
    kept = [p for p in pieces if max(p.box.width, p.box.height) >= max(_SPECK * height, 2)]
    if len(kept) < 2:
        return kept
    pen_px = pen_width(kept)
    inner = [p for p in kept if not _is_foreign(p, shape, pen_px, height)]
    return inner if any(p.box.height >= 0.3 * height for p in inner) else kept


def _without_rims(pieces: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """The pieces less long lines along the picture's edge: a sheet's own edge is not writing."""
    inside = [p for p in pieces if not _ends(p, shape)]
    if len(inside) < _FEW:
        return pieces
    thin, long = _RIM * min(shape), _RIM_LONG * writing_height(inside)
    return [
        p
        for p in pieces
        if not _ends(p, shape)
        or max(p.box.width, p.box.height) < long
        or (min(p.box.width, p.box.height) > thin and _reaches_in(p, shape, round(thin)))
    ]


def _reaches_in(piece: Piece, shape: tuple[int, ...], margin: int) -> bool:
    """Whether some of the piece lies farther from the picture's edges; a rim may have corners."""
    height, width = shape
    box = piece.box
    rows = slice(max(margin - box.y, 0), max(height - margin - box.y, 0))
    columns = slice(max(margin - box.x, 0), max(width - margin - box.x, 0))
    return bool(piece.mask[rows, columns].any())


def _without_blots(pieces: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """The pieces less shadows and fingers: wide dark things that come in over the edge."""
    inside = [p for p in pieces if not _ends(p, shape) and p.box.height >= _BLOT_BESIDE * shape[0]]
    if not inside:
        return pieces
    pen_px = _widest(max(inside, key=lambda piece: piece.area))
    return [p for p in pieces if not (_ends(p, shape) and _is_blot(p, pen_px))]


def _is_blot(piece: Piece, pen_px: float) -> bool:
    width = _widest(piece)
    return width > _BLOT * pen_px and width > 0.6 * min(piece.box.width, piece.box.height)


def _widest(piece: Piece) -> float:
    """Width in px of the piece at its widest place."""
    ink = piece.mask.view(np.uint8)
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    return 2 * float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())


def _ends(piece: Piece, shape: tuple[int, ...]) -> int:
    """How many edges of the picture the piece touches."""
    height, width = shape
    box = piece.box
    return (box.x <= 1) + (box.right >= width - 1) + (box.y <= 1) + (box.bottom >= height - 1)


def pen_width(pieces: list[Piece]) -> float:
    """Width in px of the strokes of the largest piece."""
    largest = max(pieces, key=lambda piece: piece.area)
    return stroke_width(largest.mask.astype(np.uint8) * np.uint8(255))


def _is_foreign(piece: Piece, shape: tuple[int, ...], pen_px: float, writing_px: float) -> bool:
    """True for borders, hairlines, a neighbour's stroke or a shadow at the picture's edge."""
    height, width = shape
    box = piece.box
    long, short = max(box.width, box.height), min(box.width, box.height)
    thickness = piece.area / long
    ends = _ends(piece, shape)
    bar = thickness < 0.2 * long and short < 0.3 * long
    # As high as the writing, it is a 1 by a finer pen than the largest thing's.
    as_high = not ends and abs(box.height / writing_px - 1) <= _AS_HIGH
    if bar and thickness < _HAIRLINE * pen_px and not as_high:
        return True
    if not ends:
        return False
    edge_to_edge = ends >= 2 and long >= 0.95 * (height if box.height > box.width else width)
    at_edge = short <= 0.12 * min(height, width) and _contact(piece, shape) >= 0.5 * long
    speck = max(box.width / width, box.height / height) < 0.15
    return at_edge or speck or (bar and (edge_to_edge or thickness < 0.7 * pen_px))


def _contact(piece: Piece, shape: tuple[int, ...]) -> int:
    """Over how many px the piece lies against the picture's edge."""
    height, width = shape
    box, mask = piece.box, piece.mask
    return max(
        int(mask[:, 0].sum()) if box.x <= 1 else 0,
        int(mask[:, -1].sum()) if box.right >= width - 1 else 0,
        int(mask[0].sum()) if box.y <= 1 else 0,
        int(mask[-1].sum()) if box.bottom >= height - 1 else 0,
    )
