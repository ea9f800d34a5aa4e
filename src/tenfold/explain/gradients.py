"""How a score of pictures changes with their pixels: one small function per backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Score = Callable[[Any], Any]
Gradient = Callable[[Floats], tuple[Floats, Floats]]


def gradient_of(score: Score) -> Gradient:
    """A function that gives a score and its slope at every pixel.

    Args:
        score: (n, 28, 28) tensor of the backend -> (n,), each from its own picture.

    Returns:
        (n, 28, 28) float32 -> ((n,) the scores, (n, 28, 28) their gradients).
    """
    return _BACKENDS[keras.backend.backend()](score)


def _with_tensorflow(score: Score) -> Gradient:
    import tensorflow as tf

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator, unused-ignore]
    def both(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = score(x)
        return scores, tape.gradient(scores, x)

    def gradient(images: Floats) -> tuple[Floats, Floats]:
        scores, slopes = both(tf.constant(images, tf.float32))
        return scores.numpy(), slopes.numpy()

    return gradient


def _with_jax(score: Score) -> Gradient:
    import jax

    def total(x: Any) -> Any:
        scores = score(x)
        return scores.sum(), scores

    both = jax.jit(jax.value_and_grad(total, has_aux=True))

    def gradient(images: Floats) -> tuple[Floats, Floats]:
        (_, scores), slopes = both(np.asarray(images, np.float32))
        return np.asarray(scores), np.asarray(slopes)

    return gradient


def _with_torch(score: Score) -> Gradient:
    import torch

    def gradient(images: Floats) -> tuple[Floats, Floats]:
        x = keras.ops.convert_to_tensor(np.asarray(images, np.float32)).detach()
        x.requires_grad_(True)
        scores = score(x)
        (slopes,) = torch.autograd.grad(scores.sum(), x)
        return scores.detach().cpu().numpy(), slopes.cpu().numpy()

    return gradient


_BACKENDS: Final[dict[str, Callable[[Score], Gradient]]] = {
    "tensorflow": _with_tensorflow,
    "jax": _with_jax,
    "torch": _with_torch,
}
