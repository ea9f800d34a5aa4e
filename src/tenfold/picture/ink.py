"""From pixels to ink: how much darker than its own paper each pixel is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .decode import Picture
from .mending import mended
from .polarity import Polarity, is_light_on_dark
from .ranks import percentile
from .shadow import is_across, strokes
from .smear import SMEARED_FLOOR, SMEARED_LEAST, is_smeared

Levels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
RowAt = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.intp]]
"""x and y of some points -> the row of printed squares in which each lies, -1 outside."""

MIN_CONTRAST: Final = 0.05
"""Nothing paler than this share of the paper's brightness is ink."""

_MIN_SIDE: Final = 160  # smaller pictures are enlarged, so that cuts can lie between pixels
_MAX_ENLARGE: Final = 4
_SMALL: Final = 2  # times enlarged: large pictures have shadows, which look like smeared ink
_PAPER_SIDE: Final = 256  # the paper's brightness is smooth: it is found on a small copy
_SHADOW_EDGE: Final = 1.06  # times as bright: no unevenness of paper
_UNEVEN: Final = np.minimum(np.arange(256) * np.float32(_SHADOW_EDGE), 255).astype(np.uint8)
"""Of each level the highest that is no more than so many times as bright."""
_NEAR_PX: Final = 9  # "near the ink": a pen's width on the work grid, a little more
_DARKEST_PAPER: Final = 24  # grey levels; keeps noise in black corners from being divided up


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink of one picture on a work grid that may be finer or coarser than the picture's.

    Attributes:
        strength: (h, w) float32 in [0, 1], 1 = full ink, 0 = paper.
        mask: (h, w) bool, True where there is ink.
        scale: work pixels per pixel of the picture.
        light_on_dark: True where the writing was lighter than its paper.
        contrast: (h, w) uint8, how far each pixel falls short of its paper, in 255ths of the
            paper's brightness: of faint print too, which is no ink.
        squares: side in px of the squares that are printed on the paper, where they were
            taken off; 0 where there are none.
        row_at: in which row of these squares points lie; None where there are none.
        clung: (h, w) bool, ink that went with them though it lay beside them; None without.
    """

    strength: NDArray[np.float32]
    mask: Mask
    scale: float
    light_on_dark: bool
    contrast: Levels
    squares: float = 0.0
    row_at: RowAt | None = None
    clung: Mask | None = None


def find_ink(picture: Picture, polarity: Polarity = "auto") -> Ink:
    """The ink of a picture, whatever the light, the paper and the pen.

    Each colour channel is set against its own paper (a grey closing wider than
    the pen), so that pale blue on white counts as much as grey on white; the
    threshold is Otsu's among the pixels near the strongest contrast, so that a
    small digit on a large sheet is not outvoted by the sheet.

    A blank page has no ink: the mask is empty.

    Otsu, "A Threshold Selection Method from Gray-Level Histograms" (1979).

    >>> page = np.full((60, 60), 250, np.uint8)
    >>> page[20:40, 28:33] = 40
    >>> from .pages import open_picture
    >>> ink = find_ink(open_picture(page))
    >>> ink.light_on_dark, ink.scale, bool(ink.mask.any())
    (False, 3.0, True)
    """
    pixels, scale = _work_copy(mended(picture))
    gray = pixels if pixels.ndim == 2 else as_levels(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    light = is_light_on_dark(gray) if polarity == "auto" else polarity == "light-on-dark"
    contrast = _contrast(255 - pixels if light else pixels)
    threshold = _threshold(contrast)
    sure = contrast > threshold
    if not sure.any():
        return Ink(np.zeros(contrast.shape, np.float32), sure, scale, light, contrast)
    mask, low = _grown(contrast, sure, threshold)
    full = max(percentile(contrast[sure], 50), 1.5 * threshold)
    if scale >= _SMALL and is_smeared(contrast, mask, full):
        mask, low = contrast > SMEARED_LEAST * full, SMEARED_FLOOR * full
    floor = 0.7 * low
    ramp = np.clip((np.arange(256) - floor) / (full - floor), 0, 1).astype(np.float32)
    return Ink(np.asarray(cv2.LUT(contrast, ramp), np.float32), mask, scale, light, contrast)


def _work_copy(picture: Picture) -> tuple[Levels, float]:
    pixels = picture.pixels
    side = max(pixels.shape[:2])
    scale = side / max(picture.width, picture.height)
    enlarge = min(_MAX_ENLARGE, -(-_MIN_SIDE // side))
    if enlarge == 1:
        return pixels, scale
    large = cv2.resize(pixels, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
    return as_levels(large), scale * enlarge


def as_levels(pixels: Any) -> Levels:
    """OpenCV's answer under the type that it has; its stubs promise less."""
    return np.asarray(pixels, np.uint8)


def _contrast(pixels: Levels) -> Levels:
    """How far each pixel falls short of its paper, in 255ths of the paper's brightness."""
    if pixels.ndim == 2:
        return _short_of_paper(pixels)
    red, green, blue = (_short_of_paper(as_levels(plane)) for plane in cv2.split(pixels))
    # The two channels in which the ink is darkest: one alone carries too much colour noise.
    high, low = cv2.max(red, green), cv2.min(red, green)
    second = cv2.max(low, cv2.min(high, blue))
    return as_levels(cv2.addWeighted(cv2.max(high, blue), 0.5, second, 0.5, 0))


def _short_of_paper(channel: Levels) -> Levels:
    paper = _paper(channel)
    short = cv2.subtract(paper, channel)
    return as_levels(cv2.divide(short, np.maximum(paper, np.uint8(_DARKEST_PAPER)), scale=255))


def _paper(channel: Levels) -> Levels:
    """Brightness of the paper under every pixel."""
    height, width = channel.shape
    scale = min(1.0, _PAPER_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = as_levels(cv2.resize(channel, size, interpolation=cv2.INTER_AREA))
    pen = 2 * _pen_radius(small) + 1
    reach = int(np.clip(round(2.0 * pen), 7, max(7, 0.6 * min(size)))) | 1
    kernel = np.ones((reach, reach), np.uint8)  # a square one costs the same at any size
    closed = as_levels(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel))
    even = _evened(closed, reach // 2 | 1)
    return as_levels(cv2.resize(even, (width, height), interpolation=cv2.INTER_LINEAR))


def _evened(paper: Levels, side: int) -> Levels:
    """Blurred, but for the dark sides of hard shadows' edges: there it would be the lit side's."""
    even = as_levels(cv2.blur(paper, (side, side)))
    edge = cv2.compare(even, cv2.LUT(paper, _UNEVEN), cv2.CMP_GT)
    if not cv2.countNonZero(edge):
        return even
    near = cv2.dilate(edge, np.ones((side, side), np.uint8)) > 0
    darkest = cv2.erode(paper, np.ones((3, 3), np.uint8))  # a pixel more: the copy is coarse
    return np.where(near, cv2.min(even, darkest), even)


def _pen_radius(small: Levels) -> float:
    """Half the width of the widest stroke, in px of the small copy, by a first rough cut."""
    _, rough = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if is_across(rough > 0):
        _, rough = cv2.threshold(strokes(small), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if not 0 < cv2.countNonZero(rough) <= 0.5 * rough.size:  # a shadow, not a pen
        return 3.0
    return percentile(cv2.distanceTransform(rough, cv2.DIST_L2, 3)[rough > 0], 98)


def _threshold(contrast: Levels) -> float:
    """Contrast above which a pixel is ink; above all levels where the page is blank."""
    noise = _noise(contrast)
    peak = _peak(contrast)
    if peak < max(255 * MIN_CONTRAST, 5 * noise):
        return 256.0
    least = max(0.5 * 255 * MIN_CONTRAST, 2 * noise, 0.15 * peak)
    strong = (contrast > max(least, 0.5 * peak)).astype(np.uint8)
    near = cv2.dilate(strong, np.ones((_NEAR_PX, _NEAR_PX), np.uint8)) > 0
    otsu, _ = cv2.threshold(contrast[near][None], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(np.clip(otsu, least, 0.6 * peak))


def _grown(contrast: Levels, sure: Mask, threshold: float) -> tuple[Mask, float]:
    """Sure ink and what hangs on it above a lower threshold, and that threshold.

    The lower one is kept above the paper's own pattern, measured away from the
    ink, so that pale ends of strokes come in and guilloche does not.
    """
    around = np.ones((_NEAR_PX, _NEAR_PX), np.uint8)
    away = cv2.dilate(sure.astype(np.uint8), around) == 0
    pattern = _level_below(contrast, 0.98, away)
    low = float(np.clip(1.25 * pattern, 0.45 * threshold, threshold))
    weak = contrast > low
    mask = np.zeros_like(sure)
    there = inked(weak)
    n_labels, labels = cv2.connectedComponents(weak[there].view(np.uint8), connectivity=8)
    kept = np.zeros(n_labels, bool)
    kept[labels[sure[there]]] = True  # never label 0: what is sure is weak ink too
    mask[there] = kept[labels]
    return mask, low


def inked(mask: Mask | Levels) -> tuple[slice, slice]:
    """Rows and columns of the smallest box around the ink, or what is not 0; maybe empty.

    Most pictures are mostly paper: what is costly is done inside this box.

    >>> field = np.zeros((9, 9), bool)
    >>> field[2:5, 3] = True
    >>> inked(field)
    (slice(2, 5, None), slice(3, 4, None))
    """
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(mask).view(np.uint8))
    return slice(y, y + height), slice(x, x + width)


def _level_below(levels: Levels, share: float, where: Mask | None = None) -> float:
    """The level that this share of the values does not pass; 0 where there are none."""
    there = inked(levels)  # noughts beside it are not counted one by one
    chosen = None if where is None else where.view(np.uint8)
    n = levels.size if chosen is None else cv2.countNonZero(chosen)
    inside = None if chosen is None else chosen[there]
    counts = cv2.calcHist([levels[there]], [0], inside, [256], [0, 256]).ravel()
    counts[0] += n - counts.sum(dtype=np.float64)
    upto = counts.cumsum(dtype=np.float64)
    return float(np.searchsorted(upto, share * upto[-1]))


def _noise(contrast: Levels) -> float:
    """Standard deviation of the paper's grain, from second differences (Immerkaer, 1996)."""
    if min(contrast.shape) < 3:
        return 0.0
    kernel = np.array([1, -2, 1], np.float32)
    grain = cv2.sepFilter2D(contrast, cv2.CV_16S, kernel, kernel)
    return _level_below(as_levels(cv2.convertScaleAbs(grain)), 0.5) / 0.6745 / 6


def _peak(contrast: Levels) -> float:
    """The contrast of the darkest strokes, single specks left out."""
    around = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
    held = as_levels(cv2.min(contrast, cv2.dilate(contrast, around)))
    return _level_below(held, 1 - min(12 / held.size, 1))
