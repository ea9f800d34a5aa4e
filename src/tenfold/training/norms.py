"""Batch norm's running statistics, made to fit the running mean of the weights.

The mean of many noisy weights is smaller than each of them, so the statistics
that were gathered under the raw weights scale its layers wrongly: at a high
learning rate such a net says the same of every picture (measured on `reader`:
16 % validation in three epochs). Izmailov et al., "Averaging Weights Leads to
Wider Optima" (2018), section 3.2, gathers them anew; so does this.
"""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.models.classifier import as_pixels

N_PICTURES: Final = 16_384
BATCH: Final = 512
"""Thirty-two batches at a memory of 0.9: the first guess is worth 3 % of the last."""


def norm_variables(model: keras.Model) -> list[Any]:
    """The running means and variances of every batch norm of the model."""
    return [
        variable
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
        for variable in (layer.moving_mean, layer.moving_variance)
    ]


def gather_norms(model: keras.Model, x: NDArray[np.uint8]) -> None:
    """Set the running statistics to those of the first pictures under the present weights.

    Args:
        model: its weights are left as they are.
        x: (n, 28, 28) uint8 pictures of training; the first 16,384 are looked at.
    """
    if not norm_variables(model):
        return
    for start in range(0, min(len(x), N_PICTURES), BATCH):
        model(as_pixels(x[start : start + BATCH]), training=True)
