"""Held-out parts, chosen with a seed, with every digit in its share; one-hot labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.data.checks import N_CLASSES, Labels, Pixels, fingerprint


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Pictures and labels to train on, and others to report on once.

    Attributes:
        train_x, test_x: (n, 28, 28) uint8, ink high.
        train_y, test_y: (n,) uint8, 0 to 9.
    """

    train_x: Pixels
    train_y: Labels
    test_x: Pixels
    test_y: Labels

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """The four arrays, to be unpacked."""
        return iter((self.train_x, self.train_y, self.test_x, self.test_y))

    @property
    def sha256(self) -> str:
        """What tells that two runs saw the same data."""
        return fingerprint(*self)


def holdout(y: NDArray[Any], rate: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices to train on and indices to choose by, each digit in its share.

    The same labels, rate and seed give the same parts on every machine. Both
    parts are in rising order: shuffle them while training.

    Args:
        y: (n,) labels of any whole numbers.
        rate: the part of each label that is held out, in (0, 1); halves round to even.
        seed: any whole number from 0.

    Returns:
        (n_train,) and (n_held,) indices; together they are 0 to n - 1, each once.

    Raises:
        ValueError: the rate is not between 0 and 1, or there are no labels.

    >>> train, held = holdout(np.array([7, 7, 7, 7, 1, 1, 1, 1]), 0.25, seed=0)
    >>> len(train), [int(n) for n in np.sort(np.array([7, 7, 7, 7, 1, 1, 1, 1])[held])]
    (6, [1, 7])
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate is a part between 0 and 1, not {rate}")
    if len(y) == 0:
        raise ValueError("there are no labels to split")
    # Philox's stream is part of its definition; default_rng's kind may change with numpy.
    rng = np.random.Generator(np.random.Philox(seed))
    held = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        places = np.flatnonzero(y == label)
        held[rng.permutation(places)[: round(len(places) * rate)]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)


def one_hot(y: NDArray[Any], n_classes: int = N_CLASSES) -> NDArray[np.float32]:
    """(n, n_classes) rows of zeros with a one at the label.

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    rows: NDArray[np.float32] = np.eye(n_classes, dtype=np.float32)[y]
    return rows
