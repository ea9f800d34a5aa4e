"""A Keras model as a classifier of digits: pictures in, probabilities out."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.canon import CANON_SIZE
from tenfold.errors import ModelError
from tenfold.models.nets import N_DIGITS

PREDICT_BATCH = 512


class Judged(NamedTuple):
    """What a model says of n pictures.

    Attributes:
        probabilities: (n, 10) float32, rows sum to 1.
        is_digit: (n,) float32 in [0, 1]; 1 everywhere where the model has no such output.
    """

    probabilities: NDArray[np.float32]
    is_digit: NDArray[np.float32]


class KerasClassifier:
    """What `tenfold.load_classifier` gives for an `.onnx` file, for a Keras model.

    Args:
        model: input (n, 28, 28) in [0, 1], ink high; ten softmax or sigmoid outputs,
            ten logits, or eleven logits of which the last is "not a single digit".
        name: what messages call it.
        temperature: divides the logits of the ten digits; other outputs have none.

    Raises:
        ModelError: the model takes or gives something else; the message says which.
    """

    def __init__(
        self, model: keras.Model, name: str = "model", *, temperature: float = 1.0
    ) -> None:
        self.model, self.name, self.temperature = model, name, temperature
        check_shapes(model, name)

    def outputs(self, images: ArrayLike) -> NDArray[np.float32]:
        """(n, 10) or (n, 11) outputs as the model gives them.

        Args:
            images: (n, 28, 28) uint8 in 0..255 or floats in [0, 1], ink high.
        """
        x = as_pixels(images)
        if not len(x):  # Keras predicts nothing of nothing, with a fault
            return np.empty((0, self.model.output_shape[-1]), np.float32)
        shape = tuple(self.model.input_shape)[1:]
        result = self.model.predict(x.reshape(-1, *shape), batch_size=PREDICT_BATCH, verbose=0)
        return np.asarray(result, dtype=np.float32)

    def judge(self, images: ArrayLike) -> Judged:
        """Probabilities of the ten digits, and of being a digit at all."""
        return judged(self.outputs(images), activation_of(self.model), self.temperature)

    def predict_proba(self, images: ArrayLike) -> NDArray[np.float32]:
        """(n, 10) probabilities of the digits; rows sum to 1."""
        return self.judge(images).probabilities


def judged(outputs: NDArray[Any], activation: str, temperature: float = 1.0) -> Judged:
    """What the outputs of a net mean.

    Sigmoids that share a sparse cross-entropy are trained as parts of their
    sum, so their probabilities are these parts.

    >>> judged(np.array([[0.2, 0.6] + [0.0] * 8]), "sigmoid").probabilities[0, :2].tolist()
    [0.25, 0.75]
    """
    digits = outputs[:, :N_DIGITS].astype(np.float64)
    if activation == "linear":
        probabilities = _softmax(digits / temperature)
    else:
        # Ten zeros have no parts; the even answer is the honest one.
        digits = np.where(digits.sum(axis=1, keepdims=True) > 0, digits, 1.0)
        probabilities = digits / digits.sum(axis=1, keepdims=True)
    is_digit = np.ones(len(outputs))
    if outputs.shape[1] > N_DIGITS:
        is_digit = 1 - _softmax(outputs.astype(np.float64))[:, N_DIGITS]
    return Judged(probabilities.astype(np.float32), is_digit.astype(np.float32))


def activation_of(model: keras.Model) -> str:
    """`softmax`, `sigmoid` or `linear`: what the last layer does to its sums."""
    activation = getattr(model.layers[-1], "activation", None)
    return "linear" if activation is None else str(activation.__name__)


def as_pixels(images: ArrayLike) -> NDArray[np.float32]:
    """Pictures as the nets take them: (n, 28, 28) float32 in [0, 1].

    >>> as_pixels(np.full((1, 28, 28), 255, np.uint8)).max()
    np.float32(1.0)
    """
    x = np.asarray(images)
    if x.dtype == np.uint8:
        return x.astype(np.float32) / np.float32(255)
    return x.astype(np.float32)


def check_shapes(model: keras.Model, name: str) -> None:
    """Raise ModelError unless the model takes 28 x 28 pictures and tells ten digits apart."""
    taken, given = tuple(model.input_shape), tuple(model.output_shape)
    n_pixels = int(np.prod([side or 0 for side in taken[1:]]))
    if n_pixels != CANON_SIZE**2:
        raise ModelError(
            name,
            f"the input does not fit: it should be (n, {CANON_SIZE}, {CANON_SIZE})",
            came=str(taken).replace("None", "n"),
        )
    if len(given) != 2 or given[1] not in (N_DIGITS, N_DIGITS + 1):
        raise ModelError(
            name,
            f"the output does not fit: it should be (n, {N_DIGITS}) or (n, {N_DIGITS + 1})",
            came=str(given).replace("None", "n"),
        )


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result
