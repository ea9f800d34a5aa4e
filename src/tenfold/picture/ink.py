"""From pixels to ink: how much darker than its own paper each pixel is."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .decode import Picture
from .polarity import Polarity, is_light_on_dark

Gray = NDArray[np.float32]
Mask = NDArray[np.bool_]

MIN_CONTRAST: Final = 0.05
"""Nothing paler than this share of the paper's brightness is ink."""

_MIN_SIDE: Final = 160  # smaller pictures are enlarged, so that cuts can lie between pixels
_MAX_ENLARGE: Final = 4
_PAPER_SIDE: Final = 256  # the paper's brightness is smooth: it is found on a small copy
_NEAR_PX: Final = 9  # "near the ink": a pen's width on the work grid, a little more
_DARKEST_PAPER: Final = 24.0  # grey levels; keeps noise in black corners from being divided up


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink of one picture on a work grid that may be finer or coarser than the picture's.

    Attributes:
        strength: (h, w) float32 in [0, 1], 1 = full ink, 0 = paper.
        mask: (h, w) bool, True where there is ink.
        scale: work pixels per pixel of the picture.
        light_on_dark: True where the writing was lighter than its paper.
    """

    strength: Gray
    mask: Mask
    scale: float
    light_on_dark: bool


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
    >>> from .decode import open_picture
    >>> ink = find_ink(open_picture(page))
    >>> ink.light_on_dark, ink.scale, bool(ink.mask.any())
    (False, 2.0, True)
    """
    pixels, scale = _work_copy(picture)
    gray = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    light = is_light_on_dark(gray) if polarity == "auto" else polarity == "light-on-dark"
    contrast = _contrast(255 - pixels if light else pixels)
    threshold = _threshold(contrast)
    sure = contrast > threshold
    if not sure.any():
        return Ink(np.zeros_like(contrast), sure, scale, light)
    mask, low = _grown(contrast, sure, threshold)
    full = max(float(np.median(contrast[sure])), 1.5 * threshold)
    floor = 0.7 * low
    strength = np.clip((contrast - floor) / (full - floor), 0, 1)
    return Ink(strength, mask, scale, light)


def _work_copy(picture: Picture) -> tuple[NDArray[np.uint8], float]:
    pixels = picture.pixels
    side = max(pixels.shape[:2])
    scale = side / max(picture.width, picture.height)
    enlarge = min(_MAX_ENLARGE, -(-_MIN_SIDE // side))
    if enlarge > 1:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
        )
    return pixels, scale * max(enlarge, 1)


def _contrast(pixels: NDArray[np.uint8]) -> Gray:
    """(h, w) in [0, 1]: how far each pixel falls short of its paper's brightness."""
    channels = pixels[..., None] if pixels.ndim == 2 else pixels
    paper = _paper(channels)
    short = np.subtract(paper, channels, dtype=np.float32)
    short /= np.maximum(paper, _DARKEST_PAPER)
    np.clip(short, 0, 1, out=short)
    if short.shape[2] == 1:
        return short[..., 0]
    # The two channels in which the ink is darkest: one alone carries too much colour noise.
    low = short.min(axis=2)
    return np.asarray((short.sum(axis=2) - low) / 2, np.float32)


def _paper(channels: NDArray[np.uint8]) -> Gray:
    """Brightness of the paper under every pixel, (h, w, c)."""
    height, width = channels.shape[:2]
    scale = min(1.0, _PAPER_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(channels, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
    pen = 2 * _pen_radius(small) + 1
    reach = int(np.clip(round(2.0 * pen), 7, max(7, 0.6 * min(size)))) | 1
    kernel = np.ones((reach, reach), np.uint8)  # a square one costs the same at any size
    planes = [
        cv2.morphologyEx(small[..., c], cv2.MORPH_CLOSE, kernel) for c in range(small.shape[2])
    ]
    blurred = [cv2.GaussianBlur(p.astype(np.float32), (0, 0), reach / 4) for p in planes]
    full = [cv2.resize(p, (width, height), interpolation=cv2.INTER_LINEAR) for p in blurred]
    return np.stack(full, axis=2).astype(np.float32, copy=False)


def _pen_radius(small: NDArray[np.uint8]) -> float:
    """Half the width of the widest stroke, in px of the small copy, by a first rough cut."""
    gray = small.min(axis=2)
    _, rough = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if rough.mean() > 0.5:  # a shadow, not a pen
        return 3.0
    return float(np.percentile(cv2.distanceTransform(rough, cv2.DIST_L2, 3)[rough > 0], 98))


def _threshold(contrast: Gray) -> float:
    """Contrast above which a pixel is ink; above 1 where the page is blank."""
    noise = _noise(contrast)
    peak = _peak(contrast)
    if peak < max(MIN_CONTRAST, 5 * noise):
        return 2.0
    least = max(0.5 * MIN_CONTRAST, 2 * noise, 0.15 * peak)
    strong = (contrast > max(least, 0.5 * peak)).astype(np.uint8)
    near = cv2.dilate(strong, np.ones((_NEAR_PX, _NEAR_PX), np.uint8)) > 0
    levels = np.minimum(contrast[near] * 255, 255).astype(np.uint8)[None]
    otsu, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(np.clip(otsu / 255, least, 0.6 * peak))


def _grown(contrast: Gray, sure: Mask, threshold: float) -> tuple[Mask, float]:
    """Sure ink and what hangs on it above a lower threshold, and that threshold.

    The lower one is kept above the paper's own pattern, measured away from the
    ink, so that pale ends of strokes come in and guilloche does not.
    """
    around = np.ones((_NEAR_PX, _NEAR_PX), np.uint8)
    paper = contrast[cv2.dilate(sure.astype(np.uint8), around) == 0]
    pattern = float(np.percentile(paper, 98)) if paper.size else 0.0
    low = float(np.clip(1.25 * pattern, 0.45 * threshold, threshold))
    weak = (contrast > low).astype(np.uint8)
    _, labels = cv2.connectedComponents(weak, connectivity=8, ltype=cv2.CV_16U)
    kept = np.zeros(int(labels.max()) + 1, bool)
    kept[labels[sure]] = True
    kept[0] = False
    return kept[labels], low


def _noise(contrast: Gray) -> float:
    """Standard deviation of the paper's grain, from second differences (Immerkaer, 1996)."""
    if min(contrast.shape) < 3:
        return 0.0
    grain = np.abs(
        cv2.filter2D(contrast, -1, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32))
    )
    return float(np.median(grain)) / 0.6745 / 6


def _peak(contrast: Gray) -> float:
    """The contrast of the darkest strokes, single specks left out."""
    core = cv2.erode(contrast, np.ones((2, 2), np.uint8))
    return float(np.partition(core.ravel(), -min(12, core.size))[-min(12, core.size)])
