"""Weights that a run goes on from: those of an ONNX file, put back into the Keras net.

The file is what an earlier run became. Its batch norms are folded into the
convolutions, so each norm is given the mean and variance that its convolution
has on training pictures, and the scale and shift that undo them: the net says
what the file says, and the norms can learn again. A net of more channels than the
file's begins with some that do not count yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from tenfold.errors import ModelError
from tenfold.models import Recipe, Settings, build
from tenfold.runtime import DIGIT, LINE, model_bytes, open_session
from tenfold.training.checkpoint import Arrays, values
from tenfold.training.weighted import weighted, widened

_AGREES: Final = 0.98  # of the answers; files may compute in 8 bits, so a few waver
_ROOM: Final = 64  # pictures that the file and the net are both shown


class Beginning:
    """The weights of a file, for the net of a recipe.

    Args:
        recipe: which net.
        settings: `fit.begin` is what messages call the file.
        data: the file.

    Attributes:
        data: the same.

    Raises:
        ModelError: it is another net than the recipe's, or no ONNX file.
    """

    def __init__(self, recipe: Recipe, settings: Settings, data: bytes) -> None:
        import onnx

        self.data, self._name = data, settings.fit.begin
        try:
            self._found = weighted(onnx.load_from_string(data).graph)
        except Exception as fault:  # protobuf's DecodeError has no public base
            wrong = "no ONNX file with weights of its own"
            raise ModelError(self._name, wrong, came=str(fault)) from fault
        self._net = build(recipe, settings)
        wanted = [tuple(layer.kernel.shape) for layer in _weighted_layers(self._net)]
        came = [one.kernel.shape for one in self._found]
        self._found = widened(self._found, wanted)
        if [one.kernel.shape for one in self._found] != wanted:
            raise ModelError(
                self._name,
                f"holds another net than the recipe {recipe.name} with these settings",
                came=f"kernels {came} instead of {wanted}",
                todo="Begin with a file of the same recipe, its [model] settings unchanged",
            )

    def told(self) -> dict[str, str]:
        """The file's name and sha256, for the figures of the run."""
        return {"name": self._name, "sha256": hashlib.sha256(self.data).hexdigest()}

    def weights(self, batches: Sequence[NDArray[np.float32]]) -> Arrays:
        """Values of all weights of the net, in Keras' order.

        Args:
            batches: training pictures in the net's own form, some hundred at least.

        Raises:
            ModelError: the net does not say what the file says.
        """
        norms = {id(layer.input): layer for layer in self._net.layers if _is_norm(layer)}
        plain = _weighted_layers(self._net)
        for layer, found in zip(plain, self._found, strict=True):
            norm = norms.get(id(layer.output))
            if norm is None:
                layer.set_weights([found.kernel, found.bias][: len(layer.weights)])
                continue
            layer.kernel.assign(found.kernel)
            still = np.ones_like(found.bias)
            norm.set_weights([still, found.bias, 0 * still, still - norm.epsilon])
        self._check(batches[0][:_ROOM])
        normed = [layer for layer in plain if id(layer.output) in norms]
        if not normed:
            return values(self._net.weights)
        watched = keras.Model(self._net.input, [layer.output for layer in normed])
        for layer, (mean, variance) in zip(normed, _moments(watched, batches), strict=True):
            norm = norms[id(layer.output)]
            shift = np.asarray(norm.beta)
            norm.set_weights([np.sqrt(variance + norm.epsilon), shift + mean, mean, variance])
        return values(self._net.weights)

    def _check(self, pictures: NDArray[np.float32]) -> None:
        """Kernels of one shape may have changed places; then the answers tell."""
        session = open_session(self._name, self.data)
        taken = session.get_inputs()[0]
        images = pictures[..., 0] if pictures.ndim > len(taken.shape) else pictures
        said = session.run(None, {taken.name: images})[0]
        answers = np.asarray(self._net.predict_on_batch(pictures))[..., : said.shape[-1]]
        agrees = float((answers.argmax(axis=-1) == said.argmax(axis=-1)).mean())
        if agrees < _AGREES:
            raise ModelError(
                self._name,
                "answers otherwise than the net with its weights",
                came=f"{100 * agrees:.0f} % of the answers alike",
                todo="Begin with a file that `tenfold export` made of this recipe",
            )


def mixed(learnt: Arrays, begun: Arrays, rate: float) -> Arrays:
    """What was learnt, and a part of what it began with: the mean of both nets' weights.

    A net that goes on learning gets better at what it is shown now and forgets what else it
    could; the mean forgets less (Wortsman et al., "Robust Fine-Tuning of Zero-Shot Models", 2022).

    Args:
        learnt: the weights after training.
        begun: those before it.
        rate: their part, in [0, 1].

    >>> mixed((np.array([1.0, 2.0]),), (np.array([3.0, 2.0]),), 0.25)
    (array([1.5, 2. ]),)
    """
    return tuple((1 - rate) * a + rate * b for a, b in zip(learnt, begun, strict=True))


def beginning_of(recipe: Recipe, settings: Settings, kept: Path | None = None) -> Beginning | None:
    """What `fit.begin` names; None where it names nothing, and chance begins.

    Args:
        recipe: which net.
        settings: of the run.
        kept: where a run folder keeps the file that it began with, if it has one.

    Raises:
        ModelError: there is no such model, or `Beginning` cannot use it.
        WeightsError: a shipped file is not the one that the manifest names.
    """
    name = settings.fit.begin
    if not name:
        return None
    if kept is not None and kept.is_file():
        return Beginning(recipe, settings, kept.read_bytes())
    return Beginning(recipe, settings, model_bytes(name, LINE if recipe.reads_lines else DIGIT))


def _weighted_layers(net: keras.Model) -> list[Any]:
    return [layer for layer in net.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]


def _is_norm(layer: Any) -> bool:
    return isinstance(layer, layers.BatchNormalization)


def _moments(
    watched: keras.Model, batches: Sequence[NDArray[np.float32]]
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Mean and variance of each channel of each output; every batch counts the same."""
    sums: list[Any] = []
    for batch in batches:
        given = watched.predict_on_batch(batch)
        outputs = given if isinstance(given, list) else [given]
        moments = [
            np.stack([np.mean(x, axis=(0, 1, 2)), np.mean(np.square(x), axis=(0, 1, 2))])
            for x in (np.asarray(output, np.float64) for output in outputs)
        ]
        sums = [a + b for a, b in zip(sums, moments, strict=True)] if sums else moments
    means = [total / len(batches) for total in sums]
    return [
        (mean.astype(np.float32), np.maximum(square - mean**2, 0).astype(np.float32))
        for mean, square in means
    ]
