"""What the lab's tests share: small configs, and makers that other processes can import."""

import os
from dataclasses import dataclass

import numpy as np

from tenfold.errors import DataError
from tenfold.training import Config

SMALL = {"data.source": "offline", "data.fraction": 0.1, "model.width": 16, "fit.epochs": 3}


def small(recipe="dense128", **changes):
    """A recipe on 400 real digits; `fit__epochs=2` changes `fit.epochs`."""
    values = {key.replace("__", "."): value for key, value in changes.items()}
    return Config.of(recipe, SMALL | values)


@dataclass(frozen=True)
class Counting:
    """Epoch k is one picture of the value k, labelled k."""

    def __call__(self, epoch):
        return np.full((1, 28, 28), epoch, np.uint8), np.full(1, epoch, np.uint8)


@dataclass(frozen=True)
class Failing:
    """Its second epoch cannot be made."""

    def __call__(self, epoch):
        if epoch == 1:
            raise DataError("pen", "is out of ink")
        return Counting()(epoch)


@dataclass(frozen=True)
class Dying:
    """Its process ends without a word."""

    def __call__(self, epoch):
        os._exit(3)
