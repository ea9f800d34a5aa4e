"""What each epoch trains on: (epoch) -> pictures and labels, the same for the same seed.

An epoch depends on its own number and the seed alone, never on the epochs
before it; so a run that was killed goes on with the very same pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.data.augment import distort
from tenfold.data.jitter import jitter
from tenfold.data.mixture import reader_epoch
from tenfold.data.sources import Sources, load_sources, without

Pictures = NDArray[np.uint8]
Epoch = tuple[Pictures, NDArray[np.uint8]]
Maker = Callable[[int], Epoch]

CALM: Final = 1 / 3
"""What is left of the jitter in the last epochs, which end nearer to the digits that are asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Shuffled:
    """The same digits every epoch, each time in another order."""

    x: Pictures
    y: NDArray[np.uint8]
    seed: int

    def __call__(self, epoch: int) -> Epoch:
        """(n, 28, 28) pictures and (n,) labels of one epoch."""
        order = epoch_rng(self.seed, epoch).permutation(len(self.x))
        return self.x[order], self.y[order]


@dataclass(frozen=True, slots=True, eq=False)
class Augmented:
    """Every digit once an epoch, each time shifted, turned and bent anew."""

    x: Pictures
    y: NDArray[np.uint8]
    seed: int
    strength: float

    def __call__(self, epoch: int) -> Epoch:
        """(n, 28, 28) canonical pictures and (n,) labels of one epoch."""
        rng = epoch_rng(self.seed, epoch)
        order = rng.permutation(len(self.x))
        x = np.stack([to_canon(distort(self.x[i], rng, self.strength)) for i in order])
        return x, self.y[order]


@dataclass(frozen=True, slots=True, eq=False)
class Jittered:
    """Every digit once an epoch, moved and bent anew, but left where MNIST has it.

    Attributes:
        strength: of `jitter`.
        calm_from: the epoch, from 0, from which on the strength is `CALM` of that.
    """

    x: Pictures
    y: NDArray[np.uint8]
    seed: int
    strength: float
    calm_from: int

    def __call__(self, epoch: int) -> Epoch:
        """(n, 28, 28) pictures and (n,) labels of one epoch."""
        rng = epoch_rng(self.seed, epoch)
        order = rng.permutation(len(self.x))
        strength = self.strength * (CALM if epoch >= self.calm_from else 1)
        return jitter(self.x[order], rng, strength), self.y[order]


@dataclass(frozen=True, slots=True)
class Mixture:
    """The reader's digits, from every source there is, and things that are no digit."""

    seed: int
    folder: str = ""
    fraction: float = 1.0
    leave_out: tuple[str, ...] = ()

    def __call__(self, epoch: int) -> Epoch:
        """(n, 28, 28) canonical pictures and (n,) labels 0 to 10 of one epoch."""
        return reader_epoch(
            epoch, self.seed, _sources(self.folder, self.leave_out), fraction=self.fraction
        )


@cache
def _sources(folder: str, leave_out: tuple[str, ...]) -> Sources:
    """Loaded once by each process that makes epochs."""
    return without(load_sources(folder or None), leave_out)


def epoch_rng(seed: int, epoch: int) -> np.random.Generator:
    """The random numbers of one epoch; Philox' stream is the same in every numpy."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, epoch])))
