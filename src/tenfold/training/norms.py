"""The statistics of batch norms, measured afresh for the weights that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

N_SETTLING: Final = 4096
BATCH: Final = 256


def settle_norms(model: keras.Model, x: NDArray[np.float32]) -> None:
    """Give every batch norm the mean and variance that these pictures have under these weights.

    What a norm gathers in training belongs to weights that have moved on, and,
    in a short run, to its first guess as well. A running mean of weights needs
    this most: it is smaller than each of them, and at a high learning rate
    such a net says the same of every picture (measured on `reader`: 16 %
    validation after three epochs). See Izmailov et al., "Averaging Weights
    Leads to Wider Optima and Better Generalization" (2018), section 3.2.

    Args:
        model: its norms change, and the random state of its dropout.
        x: (n, 28, 28) training pictures in [0, 1].
    """
    # Whole batches only: each counts the same.
    n_batches = max(len(x) // BATCH, 1)
    settle_norms_over(model, [x[k * BATCH : (k + 1) * BATCH] for k in range(n_batches)])


def settle_norms_over(model: keras.Model, batches: Sequence[NDArray[np.float32]]) -> None:
    """The same with batches in the model's own form, each of which counts the same."""
    norms: list[Any] = [
        layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    if not norms:
        return
    memories = [norm.momentum for norm in norms]
    for k, batch in enumerate(batches):
        for norm in norms:
            norm.momentum = k / (k + 1)
        model(batch, training=True)
    for norm, memory in zip(norms, memories, strict=True):
        norm.momentum = memory
