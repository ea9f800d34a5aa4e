"""Arrays as batches for Keras, without the wait that its own way ends with under TensorFlow."""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.models.classifier import as_pixels

_AHEAD: Final = 4
"""Batches that lie ready."""


def in_batches(x: NDArray[Any], y: NDArray[Any], size: int) -> dict[str, Any]:
    """The arguments of `fit` and `evaluate` that bring these arrays, in their order.

    Given arrays, Keras under TensorFlow has tf.data tune itself. The thread that
    does so sleeps ever longer, and the end of an epoch waits until it wakes: 0 to
    4 s for `fast`, whose epoch takes 10. Here nothing is tuned; the batches are the same.
    Bytes become pixels batch by batch: all at once they would take four times the memory,
    and a second that nothing else can use.

    Args:
        x: (n, ...) pictures, as bytes or as pixels in [0, 1].
        y: (n, ...) their targets.
        size: of a batch; the last may be smaller.

    Example:
        >>> import numpy as np
        >>> given = in_batches(np.zeros((5, 28, 28), np.float32), np.arange(5), 2)
        >>> [labels.numpy().tolist() for _, labels in given["x"]]
        [[0, 1], [2, 3], [4]]
    """
    if keras.backend.backend() != "tensorflow":
        return {"x": as_pixels(x), "y": y, "batch_size": size}
    import tensorflow as tf

    pictures, labels = tf.constant(x), tf.constant(y)
    # Looked up and not divided: TensorFlow would multiply by 1 / 255, which is not the same.
    table = tf.constant(as_pixels(np.arange(256, dtype=np.uint8)))

    def batch(first: Any) -> tuple[Any, Any]:
        some = pictures[first : first + size]
        if some.dtype == tf.uint8:
            some = tf.gather(table, tf.cast(some, tf.int32))
        return some, labels[first : first + size]

    batches = tf.data.Dataset.range(0, len(x), size).map(batch)
    options = tf.data.Options()
    options.autotune.enabled = False
    return {"x": batches.prefetch(_AHEAD).with_options(options)}
