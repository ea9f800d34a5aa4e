"""Weights of an ONNX file stored in half the bytes; the net computes in float32 as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

HALF_TOLERANCE: Final = 0.02
"""What a probability may change by when the weights are stored in half the bytes: rounding
shows where the net wavers between two answers, and nowhere else."""

_SMALLEST: Final = 256  # numbers; shorter tensors are biases and shapes, and save nothing


def halved(file: Any) -> Any:
    """The same graph, its large float32 tensors stored as float16 and cast when it is opened.

    ONNX Runtime folds the casts once, so answers take as long as before. Rounding
    moves a weight by at most 1 part in 2,048.

    Args:
        file: an `onnx.ModelProto`; it is left as it is.

    Returns:
        A new `onnx.ModelProto`.

    >>> import onnx
    >>> weights = onnx.numpy_helper.from_array(np.ones((32, 32), np.float32), "w")
    >>> x, y = (onnx.helper.make_tensor_value_info(k, 1, ["n", 32]) for k in "xy")
    >>> node = onnx.helper.make_node("MatMul", ["x", "w"], ["y"])
    >>> graph = onnx.helper.make_graph([node], "doubled", [x], [y], [weights])
    >>> small = halved(onnx.helper.make_model(graph))
    >>> [node.op_type for node in small.graph.node], small.graph.initializer[0].data_type
    (['Cast', 'MatMul'], 10)
    """
    import onnx

    small = onnx.ModelProto()
    small.CopyFrom(file)
    casts = []
    for tensor in small.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _SMALLEST:
            continue
        name, stored = tensor.name, f"{tensor.name}:half"
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(onnx.helper.make_node("Cast", [stored], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *small.graph.node]
    del small.graph.node[:]
    small.graph.node.extend(nodes)
    return small


def halve(path: Path) -> None:
    """The same for a file, which is replaced."""
    import onnx

    onnx.save(halved(onnx.load(path)), path)
