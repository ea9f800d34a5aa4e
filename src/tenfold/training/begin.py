"""Weights that a run goes on from: those of an ONNX file, put back into the Keras net.

The file is what an earlier run became. Its batch norms are folded into the
convolutions, so each norm is given the mean and variance that its convolution
has on training pictures, and the scale and shift that undo them: the net says
what the file says, and the norms can learn again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from tenfold.errors import ModelError
from tenfold.models import Recipe, Settings, build
from tenfold.runtime import DIGIT, LINE, model_bytes, open_session
from tenfold.training.checkpoint import Arrays, values

if TYPE_CHECKING:
    from onnx import GraphProto

_AGREES: Final = 0.98  # of the answers; weights are stored as float16, so a few waver
_ROOM: Final = 64  # pictures that the file and the net are both shown


class Weighted(NamedTuple):
    """What a layer multiplies by, as Keras has it, and what it adds; 0 where it adds nothing."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


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


def weighted(graph: GraphProto) -> list[Weighted]:
    """The kernels and biases of a graph's convolutions and dense layers, in its order."""
    from onnx import numpy_helper

    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found: list[Weighted] = []
    awaited = ""  # what a MatMul gives; the sum with its bias is a node of its own
    for node in graph.node:
        values = [held.get(name) for name in node.input]
        if node.op_type == "Cast" and values[0] is not None:
            held[node.output[0]] = values[0].astype(np.float32)
        elif node.op_type in ("Conv", "Gemm", "MatMul") and values[1] is not None:
            found.append(_as_keras(node, values))
            awaited = node.output[0] if node.op_type == "MatMul" else ""
        elif node.op_type == "Add" and awaited in node.input:
            bias = next((value for value in values if value is not None), None)
            if bias is not None:
                found[-1] = found[-1]._replace(bias=bias.astype(np.float32))
    return found


def widened(found: Sequence[Weighted], wanted: Sequence[tuple[int, ...]]) -> list[Weighted]:
    """The same net with more channels, as far as `wanted` is of the same kind.

    What is new is drawn by chance and counts for nothing in the layer after it, so the net
    says what it said before, and the new channels can learn (Chen, Goodfellow and Shlens,
    "Net2Net", 2016, there by copies of the old ones).

    Args:
        found: the layers of the net, in their order.
        wanted: the shapes of their kernels in the wider net.

    >>> narrow = [Weighted(np.ones((1, 1, 1, 2)), np.ones(2)), Weighted(np.ones((2, 3)), np.ones(3))]
    >>> wide = widened(narrow, [(1, 1, 1, 4), (4, 3)])
    >>> wide[0].kernel.shape, wide[1].kernel.sum(axis=1).tolist()
    ((1, 1, 1, 4), [3.0, 3.0, 0.0, 0.0])
    """
    rng = np.random.Generator(np.random.Philox(0))
    wide: list[Weighted] = []
    for k, (one, shape) in enumerate(zip(found, wanted, strict=False)):
        given = found[k - 1].kernel.shape[-1] if k else one.kernel.shape[-2]
        gives = wanted[k - 1][-1] if k else shape[-2]
        wide.append(_wider(one, shape, given, gives, rng))
    return [*wide, *found[len(wide) :]]


def _wider(
    one: Weighted, shape: tuple[int, ...], given: int, gives: int, rng: np.random.Generator
) -> Weighted:
    """One layer; the layer before it gave so many channels, and gives more now.

    A layer may see these several times over: a flattened picture, or taps side by side.
    """
    kernel = one.kernel
    *window, n_in, n_out = kernel.shape
    fits = len(shape) == kernel.ndim and list(shape[:-2]) == window
    if not fits or shape[-2] * given != n_in * gives or n_out > shape[-1] or given > gives:
        return one
    fan_in = int(np.prod(shape[:-1]))
    grown = rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32)
    parts = grown.reshape(*window, shape[-2] // gives, gives, shape[-1])
    parts[..., given:, :n_out] = 0
    parts[..., :given, :n_out] = kernel.reshape(*window, n_in // given, given, n_out)
    bias = np.pad(one.bias, (0, shape[-1] - n_out))
    return Weighted(grown, bias)


def _as_keras(node: Any, values: Sequence[Any]) -> Weighted:
    kernel = np.asarray(values[1], np.float32)
    if node.op_type == "Conv":  # (out, in, h, w)
        kernel = kernel.transpose(2, 3, 1, 0)
    elif any(a.name == "transB" and a.i for a in node.attribute):
        kernel = kernel.T
    bias = values[2] if len(values) > 2 else None
    none = np.zeros(kernel.shape[-1], np.float32)
    return Weighted(kernel, none if bias is None else np.asarray(bias, np.float32))


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
