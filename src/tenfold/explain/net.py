"""A Keras model taken apart: log scores of the ten digits, and its last hidden layer."""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from tenfold.errors import ModelError
from tenfold.models.classifier import activation_of, check_shapes
from tenfold.models.nets import N_DIGITS

PASSING: Final = (keras.layers.Dropout, keras.layers.Flatten, keras.layers.Reshape)
"""Layers that change no value of a trained net."""

_SMALLEST: Final = 1e-12  # a probability of 0 has no logarithm


class Net:
    """A trained model of layers.

    Args:
        model: as `KerasClassifier` takes it.
        name: what messages call it.
        temperature: divides logits, as it does there.

    Raises:
        ModelError: its layers cannot be looked into, or its shapes do not fit.

    Attributes:
        layers: in the order in which they were put together, less the input.
        hidden_name: the layer whose values the last layer with weights takes.
    """

    def __init__(self, model: keras.Model, name: str, temperature: float = 1.0) -> None:
        self.model, self.name, self._temperature = model, name, temperature
        self.layers = [x for x in model.layers if not isinstance(x, keras.layers.InputLayer)]
        try:
            check_shapes(model, name)
            self._last = next(x for x in reversed(self.layers) if x.weights)
            self._trunk = keras.Model(model.inputs, self._last.input)
        except (StopIteration, AttributeError, ValueError) as fault:
            raise ModelError(
                name,
                "has no layers that can be looked into",
                came=type(model).__name__,
                todo="Give a model of Keras' functional or sequential kind",
            ) from fault
        self.hidden_name = self._name_of(self._last.input)
        self._shape = tuple(model.input_shape)[1:]

    def scores(self, images: Any) -> Any:
        """Log scores of the ten digits, (n, 10); their softmax is the model's probabilities.

        From before the last activation: a softmax that is sure has no gradient left.

        Args:
            images: (n, 28, 28) in [0, 1], a tensor of the backend.
        """
        kind = activation_of(self.model)
        plain_end = self._last is self.layers[-1] and isinstance(self._last, keras.layers.Dense)
        if not plain_end or kind not in ("linear", "softmax", "sigmoid"):
            outputs = self.model(self.as_input(images), training=False)[:, :N_DIGITS]
            return self._scaled(outputs) if kind == "linear" else ops.log(outputs + _SMALLEST)
        hidden = self._trunk(self.as_input(images), training=False)
        sums = ops.matmul(hidden, self._last.kernel)
        if self._last.use_bias:
            sums = sums + self._last.bias
        sums = sums[:, :N_DIGITS]
        # Sigmoids count as parts of their sum (see models.classifier.judged).
        if kind == "sigmoid":
            return ops.log_sigmoid(sums)
        return self._scaled(sums) if kind == "linear" else sums

    def log_odds(self, images: Any, digit: int) -> Any:
        """(n,) log of the digit's probability over that of all others together."""
        scores = self.scores(images)
        others = ops.concatenate([scores[:, :digit], scores[:, digit + 1 :]], axis=1)
        return scores[:, digit] - ops.logsumexp(others, axis=1)

    def lead(self, images: Any, digit: int) -> Any:
        """(n,) log of the digit's probability over that of the best other one."""
        scores = self.scores(images)
        others = ops.concatenate([scores[:, :digit], scores[:, digit + 1 :]], axis=1)
        return scores[:, digit] - ops.max(others, axis=1)

    def hidden(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, f) values of the last hidden layer.

        Args:
            images: (n, 28, 28) in [0, 1].
        """
        values = self._trunk.predict_on_batch(self.as_input(images))
        return np.asarray(values, np.float32).reshape(len(images), -1)

    def as_input(self, images: Any) -> Any:
        """The images in the shape that the model takes."""
        return ops.reshape(ops.convert_to_tensor(images), (-1, *self._shape))

    def _scaled(self, logits: Any) -> Any:
        return logits / self._temperature

    def _name_of(self, tensor: Any) -> str:
        """The layer that computed a tensor, whatever only passed it on."""
        for layer in reversed(self.layers):
            if layer.output is tensor:
                if not isinstance(layer, PASSING):
                    return str(layer.name)
                tensor = layer.input
        return "the input"
