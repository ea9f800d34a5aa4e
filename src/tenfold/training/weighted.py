"""The kernels and biases of an ONNX graph, as Keras has them, and as a wider net has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import GraphProto


class Weighted(NamedTuple):
    """What a layer multiplies by, as Keras has it, and what it adds; 0 where it adds nothing."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


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
        elif node.op_type == "DequantizeLinear" and values[0] is not None:
            held[node.output[0]] = _in_floats(node, values)
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

    >>> narrow = [Weighted(np.ones(shape), np.ones(shape[-1])) for shape in ((1, 2), (2, 3))]
    >>> wide = widened(narrow, [(1, 4), (4, 3)])
    >>> wide[0].kernel.shape, wide[1].kernel.sum(axis=1).tolist()
    ((1, 4), [3.0, 3.0, 0.0, 0.0])
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


def _in_floats(node: Any, values: Sequence[Any]) -> NDArray[np.float32]:
    """What whole numbers stand for: each channel has a scale of its own, and zero is zero."""
    whole, scale = np.asarray(values[0], np.float32), np.asarray(values[1], np.float32)
    axis = next((a.i for a in node.attribute if a.name == "axis"), 0)
    spread = [-1 if k == axis else 1 for k in range(whole.ndim)]
    return whole * (scale.reshape(spread) if scale.ndim else scale)


def _as_keras(node: Any, values: Sequence[Any]) -> Weighted:
    kernel = np.asarray(values[1], np.float32)
    if node.op_type == "Conv":  # (out, in, h, w)
        kernel = kernel.transpose(2, 3, 1, 0)
    elif any(a.name == "transB" and a.i for a in node.attribute):
        kernel = kernel.T
    bias = values[2] if len(values) > 2 else None
    none = np.zeros(kernel.shape[-1], np.float32)
    return Weighted(kernel, none if bias is None else np.asarray(bias, np.float32))
