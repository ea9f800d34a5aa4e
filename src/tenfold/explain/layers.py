"""What every layer of a net makes of one digit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE
from tenfold.explain.net import PASSING, Net

Floats = NDArray[np.float32]

_GATHERS: Final = (layers.Concatenate,)  # its maps are those of the layers before it
_FINISHING: Final = (layers.BatchNormalization, layers.ReLU, layers.Activation, layers.Softmax)
_KINDS: Final[dict[str, str]] = {
    "Dense": "fully connected",
    "Conv2D": "convolution",
    "BatchNormalization": "batch norm",
    "GlobalAveragePooling2D": "mean of each map",
    "AveragePooling2D": "mean pooling",
    "MaxPooling2D": "max pooling",
    "Add": "sum",
    "relu": "ReLU",
}


@dataclass(frozen=True, slots=True, eq=False)
class LayerView:
    """What one layer gives for the digit, with what finishes it (batch norm, activation).

    Attributes:
        name: the layer's, as the model has it.
        kind: what is done, in words: "convolution, batch norm, ReLU".
        values: (h, w, c) maps, or (c,) values.
        weights: (28, 28, c) what each unit asks of each pixel, where the layer is
            dense and takes the pixels themselves; else None.
    """

    name: str
    kind: str
    values: Floats
    weights: Floats | None = None

    @property
    def shape(self) -> str:
        """The shape of the values.

        >>> LayerView("conv", "convolution", np.zeros((14, 14, 32), np.float32)).shape
        '14 × 14 × 32'
        """
        return " × ".join(map(str, self.values.shape))

    @property
    def strongest(self) -> NDArray[np.int64]:
        """Indices of the maps or units, the most active first.

        >>> LayerView("a", "dense", np.array([0, 3, -5], np.float32)).strongest.tolist()
        [2, 1, 0]
        """
        size = np.abs(self.values).reshape(-1, self.values.shape[-1]).mean(axis=0)
        return np.argsort(-size, kind="stable")

    def to_dict(self) -> dict[str, Any]:
        """The layer's facts as JSON values, without the values themselves."""
        return {
            "name": self.name,
            "kind": self.kind,
            "shape": list(self.values.shape),
            "mean": round(float(self.values.mean()), 6),
            "largest": round(float(self.values.max()), 6),
            "silent": int((np.abs(self.values).reshape(-1, self.values.shape[-1]) == 0)
                          .all(axis=0).sum()),
        }  # fmt: skip


def layer_views(net: Net, image: Floats) -> tuple[LayerView, ...]:
    """Every layer that computes something, from the pixels on.

    Batch norms and activations are shown with the layer that they finish;
    dropout, reshaping and concatenation, which compute nothing, are left out.

    Args:
        net: the model.
        image: (28, 28) in [0, 1].
    """
    chains = _chains(net)
    outputs = keras.Model(net.model.inputs, [chain[-1].output for chain in chains])
    values = outputs.predict_on_batch(net.as_input(image[None]))
    return tuple(
        LayerView(
            name=chain[0].name,
            kind=", ".join(_kind(layer) for layer in chain),
            values=np.asarray(value, np.float32)[0],
            weights=_pixel_weights(chain[0], net),
        )
        for chain, value in zip(chains, values, strict=True)
    )


def _chains(net: Net) -> list[list[Any]]:
    """Each layer that computes, followed by the layers that finish it."""
    finished = set()
    chains = []
    for layer in net.layers:
        if id(layer) in finished or isinstance(layer, (*PASSING, *_GATHERS)):
            continue
        chain = [layer]
        while (following := _finisher(chain[-1], net)) is not None:
            finished.add(id(following))
            chain.append(following)
        chains.append(chain)
    return chains


def _finisher(layer: Any, net: Net) -> Any | None:
    """The batch norm or activation that alone takes what a layer gives."""
    takers = [other for other in net.layers if _takes(other, layer.output)]
    if len(takers) == 1 and isinstance(takers[0], _FINISHING):
        return takers[0]
    return None


def _takes(layer: Any, tensor: Any) -> bool:
    inputs = layer.input if isinstance(layer.input, list | tuple) else [layer.input]
    return any(each is tensor for each in inputs)


def _kind(layer: Any) -> str:
    kind = _KINDS.get(type(layer).__name__, type(layer).__name__)
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    activation = _KINDS.get(activation, activation)
    if isinstance(layer, layers.Activation):
        return activation
    return kind if activation == "linear" else f"{kind}, {activation}"


def _pixel_weights(layer: Any, net: Net) -> Floats | None:
    """(28, 28, units), where the layer is the first to weigh the pixels."""
    first = next(each for each in net.layers if each.weights)
    n_pixels = CANON_SIZE**2
    if layer is not first or not isinstance(layer, layers.Dense):
        return None
    kernel = np.asarray(keras.ops.convert_to_numpy(layer.kernel), np.float32)
    if len(kernel) != n_pixels:
        return None
    return kernel.reshape(CANON_SIZE, CANON_SIZE, -1)
