"""A SavedModel folder, run by TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tenfold.errors import ModelError
from tenfold.models.held import held_signals
from tenfold.opening.graphs import GraphModel

SIGNATURE = "serving_default"


def open_saved_model(name: str, path: Path) -> GraphModel:
    """The SavedModel in a folder; its signature "serving_default" is the one that runs.

    Raises:
        ModelError: TensorFlow cannot open it, or its input or output does not fit.
    """
    try:
        with held_signals():
            loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow's own kinds share no base with Python's
        reason = " ".join(str(error).split())[:300]
        raise ModelError(name, "TensorFlow cannot open it", came=reason) from error
    signature = loaded.signatures.get(SIGNATURE)
    if signature is None:
        came = ", ".join(loaded.signatures) or "none"
        raise ModelError(name, f'the signature "{SIGNATURE}" is missing', came=came)
    inputs = signature.structured_input_signature[1]
    if len(inputs) != 1:
        raise ModelError(
            name, "the input does not fit: there should be one", came=", ".join(inputs) or "none"
        )
    [(word, spec)] = inputs.items()

    def run(pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        # The loaded object owns the weights: without it the signature would lose them.
        assert loaded is not None
        outputs = signature(**{word: tf.constant(pixels, spec.dtype)})
        return {key: value.numpy() for key, value in outputs.items()}

    shape = tuple(spec.shape) if spec.shape.rank is not None else ()
    return GraphModel(name, run, shape)
