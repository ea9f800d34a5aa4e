"""Weights of an ONNX file stored in one byte each; the net computes in float32 as before.

Only for nets that were trained so: their kernels are whole steps of a scale of
each output channel (`tenfold.models.rounded`), and what is stored is exactly that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_BITS: Final = 8
_EASE: Final = 0.01
"""Of a step: norms are folded into the kernels in float32, which moves them by about 1e-5."""

_COST: Final = 100  # bytes; about what a scale and a node more take in the file


class NotWholeStepsError(ValueError):
    """Weights that are not whole steps: they cannot be stored as int8 as they are."""


class Steps(NamedTuple):
    """A kernel as whole numbers.

    Attributes:
        whole: int8, the kernel's shape.
        scale: (n_outputs,) float32; whole * scale is the kernel.
    """

    whole: NDArray[np.int8]
    scale: NDArray[np.float32]


def whole_steps(kernel: NDArray[np.float32], axis: int) -> Steps:
    """The steps that a kernel is made of, for the fewest bits that hold it.

    Args:
        kernel: float32 of two axes or more.
        axis: of its output channels; each has a scale of its own.

    Raises:
        NotWholeStepsError: it is not made of 127 steps up or down, nor of fewer.

    >>> steps = whole_steps(np.float32([[0.5, -0.25], [0.3, 0.0]]), axis=0)
    Traceback (most recent call last):
    tenfold.export.int8.NotWholeStepsError: (2, 2) weights are not whole steps
    >>> steps = whole_steps(np.float32([[0.5, -0.5], [0.3, 0.0]]), axis=0)
    >>> steps.whole.tolist(), steps.scale.tolist()
    ([[1, -1], [1, 0]], [0.5, 0.30000001192092896])
    """
    others = tuple(k for k in range(kernel.ndim) if k != axis)
    longest = np.abs(kernel).max(axis=others, keepdims=True)
    for bits in range(2, MAX_BITS + 1):
        scale = np.where(longest > 0, longest, 1) / (2 ** (bits - 1) - 1)
        if scale.min() < np.finfo(np.float32).tiny:
            break  # so small a step is no number to divide by
        whole = np.rint(kernel / scale)
        if np.abs(kernel / scale - whole).max() <= _EASE:
            return Steps(whole.astype(np.int8), scale.ravel().astype(np.float32))
    raise NotWholeStepsError(f"{kernel.shape} weights are not whole steps")


def pays(kernel: NDArray[Any], axis: int, *, cost: int, per_channel: int) -> bool:
    """Whether storing the kernel as int8 makes the file smaller.

    Args:
        kernel: the weights; they are float32 now.
        axis: of the output channels.
        cost: bytes that a kernel takes more in any case.
        per_channel: bytes for each output channel.
    """
    return bool(3 * kernel.size > cost + per_channel * kernel.shape[axis])


def in_int8(file: Any) -> Any:
    """The same graph, the kernels of its convolutions and dense layers stored as int8.

    A cast and a product for each make float32 of them, and ONNX Runtime folds both when it
    opens the file. (DequantizeLinear would say the same, but is run with every picture, and
    before a dense layer it makes ONNX Runtime round the pictures too.) Tensors get short
    names, but for the graph's inputs and outputs.

    Args:
        file: an `onnx.ModelProto`; it is left as it is.

    Returns:
        A new `onnx.ModelProto`.

    Raises:
        NotWholeStepsError: the weights of a layer are not whole steps.
    """
    import onnx

    small = onnx.ModelProto()
    small.CopyFrom(file)
    graph = small.graph
    axes = dict(_kernels(graph))
    nodes = []
    for tensor in list(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        axis = axes.get(tensor.name)
        if axis is None or not pays(values, axis, cost=_COST, per_channel=4):
            continue
        steps = whole_steps(values, axis)
        name, whole, cast, scale = (f"{tensor.name}{end}" for end in ("", ":8", ":32", ":scale"))
        spread = [-1 if k == axis else 1 for k in range(values.ndim)]
        tensor.CopyFrom(onnx.numpy_helper.from_array(steps.whole, whole))
        graph.initializer.append(onnx.numpy_helper.from_array(steps.scale.reshape(spread), scale))
        nodes += [
            onnx.helper.make_node("Cast", [whole], [cast], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [cast, scale], [name]),
        ]
    nodes += list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    _shorten(small)
    return small


def _kernels(graph: Any) -> Iterator[tuple[str, int]]:
    """The second inputs of convolutions and dense layers, and the axis of their outputs."""
    for node in graph.node:
        if node.op_type == "Conv":
            yield node.input[1], 0
        elif node.op_type == "MatMul":
            yield node.input[1], 1
        elif node.op_type == "Gemm":
            turned = any(given.name == "transB" and given.i for given in node.attribute)
            yield node.input[1], 0 if turned else 1


def _shorten(file: Any) -> None:
    """Names of one or two letters, and no word about the makers of the file."""
    graph = file.graph
    del graph.value_info[:]
    kept = {"", *(value.name for value in (*graph.input, *graph.output))}
    short: dict[str, str] = {name: name for name in kept}

    def of(names: Sequence[str]) -> list[str]:
        return [short.setdefault(name, np.base_repr(len(short), 36)) for name in names]

    for tensor in graph.initializer:
        [tensor.name] = of([tensor.name])
    for node in graph.node:
        node.name = node.doc_string = ""
        node.input[:], node.output[:] = of(node.input), of(node.output)
    file.producer_version = graph.doc_string = ""
