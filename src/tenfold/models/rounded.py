"""Layers whose weights take few values, so that a net fits in a few kilobytes.

A kernel is rounded to whole steps, one step for each output channel, on the way
forward; backward the rounding is not there (the straight-through estimator of
Bengio, Leonard and Courville, 2013; for convolutions Krishnamoorthi, "Quantizing
deep convolutional networks for efficient inference", 2018). The net learns with
the weights that it will be kept with.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray


def rounded(kernel: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    """The nearest kernel that is made of whole steps, at most 2^(bits - 1) - 1 of them up or down.

    Args:
        kernel: (..., n_outputs) float.
        bits: 2 to 8.

    >>> rounded(np.array([[0.4], [-1.0], [0.01]], np.float32), bits=2).ravel().tolist()
    [0.0, -1.0, 0.0]
    """
    found: NDArray[np.float32] = ops.convert_to_numpy(_rounded(ops.convert_to_tensor(kernel), bits))
    return found


def round_kernels(model: keras.Model) -> None:
    """Give the net's rounding layers the weights that they compute with."""
    for layer in model.layers:
        if isinstance(layer, RoundedConv2D | RoundedDense):
            layer.kernel.assign(_rounded(layer.kernel, layer.bits))


class RoundedConv2D(layers.Conv2D):  # type: ignore[misc]
    """A convolution with `bits` for each weight of its kernel."""

    def __init__(self, *args: Any, bits: int, **named: Any) -> None:
        super().__init__(*args, **named)
        self.bits = bits

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution of the inputs with the rounded kernel."""
        return super().convolution_op(inputs, _straight_through(kernel, self.bits))


class RoundedDense(layers.Dense):  # type: ignore[misc]
    """A dense layer with `bits` for each weight of its kernel."""

    def __init__(self, *args: Any, bits: int, **named: Any) -> None:
        super().__init__(*args, **named)
        self.bits = bits

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """(n, units) sums, through the activation."""
        sums = ops.matmul(inputs, _straight_through(self.kernel, self.bits)) + self.bias
        return self.activation(sums)


def _straight_through(kernel: Any, bits: int) -> Any:
    return kernel + ops.stop_gradient(_rounded(kernel, bits) - kernel)


def _rounded(kernel: Any, bits: int) -> Any:
    axes = tuple(range(len(kernel.shape) - 1))
    longest = ops.max(ops.abs(kernel), axis=axes, keepdims=True)
    step = ops.maximum(longest, 1e-12) / (2 ** (bits - 1) - 1)
    return ops.round(kernel / step) * step
