"""Batch norms of the nets: Keras' own, and one that trains faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras
from keras import layers

# Keras' own 0.99 still holds an eighth of its first guess after 200 steps: short
# runs then validate at chance although they have learnt.
NORM_MEMORY: Final = 0.9


def norm() -> keras.layers.Layer:
    """Keras' own batch norm, of which the net is made that is kept and exported."""
    return layers.BatchNormalization(momentum=NORM_MEMORY)


class FusedNorm(layers.BatchNormalization):  # type: ignore[misc]
    """Batch norm whose training step is one kernel under TensorFlow and torch.

    Keras' own takes mean, variance and scale apart, in float32: half of the
    time of a training step (0.35 s of processor time against 0.17 s for 64
    strips of 128 columns on the line net). Outputs and gradients are those of
    Keras' own; the variance that is kept is the unbiased one, larger by n / (n - 1).
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """(n, h, w, c) with mean 0 and variance 1 in each channel, scaled and moved."""
        kernel = _KERNELS.get(keras.backend.backend())
        if not training or kernel is None:
            return super().call(inputs, training=training, mask=mask)
        return kernel(self, inputs)


def _tensorflow(norm: FusedNorm, inputs: Any) -> Any:
    import tensorflow as tf

    nothing = tf.zeros([0], tf.float32)
    answer, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=inputs,
        scale=tf.convert_to_tensor(norm.gamma),
        offset=tf.convert_to_tensor(norm.beta),
        mean=nothing,
        variance=nothing,
        epsilon=norm.epsilon,
        is_training=True,
    )
    for held, found in ((norm.moving_mean, mean), (norm.moving_variance, variance)):
        held.assign(held * norm.momentum + found * (1 - norm.momentum))
    return answer


def _torch(norm: FusedNorm, inputs: Any) -> Any:
    import torch

    answer = torch.nn.functional.batch_norm(
        inputs.permute(0, 3, 1, 2),
        norm.moving_mean.value,
        norm.moving_variance.value,
        norm.gamma.value.float(),
        norm.beta.value.float(),
        training=True,
        momentum=1 - norm.momentum,
        eps=norm.epsilon,
    )
    return answer.permute(0, 2, 3, 1)


_KERNELS: Final[dict[str, Callable[[FusedNorm, Any], Any]]] = {
    "tensorflow": _tensorflow,
    "torch": _torch,
}
