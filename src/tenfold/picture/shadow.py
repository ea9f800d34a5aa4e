"""A hand's or a phone's shadow across a page: dark, wide, and in over the edge; no ink."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

_WIDE: Final = 0.12  # of the shorter side, from middle to rim: no stroke of a page is
_EDGE: Final = 0.15  # of the picture's edge: writing that juts in takes less
_PEN_PX: Final = 7  # of a copy of 128 px: a stroke is thinner
_PAGE_PX: Final = 100  # a smaller picture may be all one fat digit
_CORNER: Final = 0.08  # of both edges: a stroke that ends in a corner takes less
_CONVEX: Final = 0.85  # of its hull: what light or a shadow's edge cuts off a corner


def along_edge(field: NDArray[Any]) -> NDArray[Any]:
    """The outermost pixels of a picture, those of its corners twice.

    >>> along_edge(np.arange(9).reshape(3, 3)).tolist()
    [0, 1, 2, 6, 7, 8, 0, 3, 6, 2, 5, 8]
    """
    return np.concatenate([field[0], field[-1], field[:, 0], field[:, -1]])


def is_across(part: NDArray[np.bool_]) -> bool:
    """Whether this part of a page's pixels is too wide for writing and comes in over the edge.

    Args:
        part: (h, w) bool, the darker or the lighter pixels.

    >>> page = np.zeros((200, 200), bool)
    >>> page[:, :70] = True
    >>> is_across(page)
    True
    >>> page[:] = False
    >>> page[40:160, 70:100] = True
    >>> is_across(page)
    False
    """
    if min(part.shape) < _PAGE_PX:
        return False
    if along_edge(part).mean() < _EDGE:
        return False
    return bool(widest(part) > _WIDE * min(part.shape))


def is_corner(part: NDArray[np.bool_]) -> bool:
    """Whether this part of a page's pixels is one corner that a shadow's edge cuts off.

    Args:
        part: (h, w) bool, the fewer pixels, the darker or the lighter.

    >>> page = np.tri(200, 200, -150, bool)
    >>> is_corner(page), is_corner(page[::-1]), is_corner(page | page.T)
    (True, True, False)
    """
    if max(part.shape) < _PAGE_PX:
        return False
    corners = part[[0, 0, -1, -1], [0, -1, 0, -1]]
    rows = (part[0].mean(), part[-1].mean())
    columns = (part[:, 0].mean(), part[:, -1].mean())
    if np.count_nonzero(corners) != 1 or min(max(rows), max(columns)) < _CORNER:
        return False
    points = np.argwhere(part)[:, ::-1].astype(np.int32)
    hull = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(hull, np.asarray(cv2.convexHull(points), np.int32), (1,))
    return bool(len(points) >= _CONVEX * np.count_nonzero(hull))


def widest(mask: NDArray[np.bool_]) -> float:
    """Radius in px of the largest disc inside the mask; the frame does not bound it."""
    padded = cv2.copyMakeBorder(mask.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())


def strokes(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w) uint8: how much darker than what lies beside it is whatever is no shadow."""
    side = int(_WIDE * min(gray.shape)) | 1
    kernel = np.ones((side, side), np.uint8)
    return np.asarray(cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, kernel), np.uint8)


def are_light(gray: NDArray[np.uint8], lit: NDArray[np.bool_]) -> bool:
    """Whether the few pixels unlike what lies around them are the lighter ones: the writing.

    Args:
        gray: (h, w), about 128 px long.
        lit: (h, w), what no shadow lies on; nothing is said by the shadow's own edge.
    """
    usual = cv2.medianBlur(gray, _PEN_PX).astype(np.float64)
    rest = (gray - usual) / np.maximum(usual, 1)
    smooth = cv2.medianBlur(lit.astype(np.uint8), 2 * _PEN_PX + 1)
    around = np.ones((2 * _PEN_PX + 1, 2 * _PEN_PX + 1), np.uint8)
    inside = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, around) == 0
    return bool((rest[inside] ** 3).sum() > 0)
