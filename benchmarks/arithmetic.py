"""How much a net has to multiply, and how much one core can."""

import time
from collections.abc import Callable
from math import prod
from typing import Any, Final

import numpy as np

GEMM_SIDE: Final = 1024
"""Of the square matrices that the limit is measured with: 4 MiB each, all three in the cache."""


def multiply_adds(file: Any) -> int:
    """Multiply-adds of convolutions and dense layers for one picture.

    Args:
        file: an `onnx.ModelProto` whose first axis is the batch.

    Raises:
        ValueError: the shape of a layer's output cannot be told from the graph.
    """
    import onnx

    one = onnx.ModelProto()
    one.CopyFrom(file)
    for value in (*one.graph.input, *one.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    graph = onnx.shape_inference.infer_shapes(one, strict_mode=True, data_prop=True).graph
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.value_info, *graph.input, *graph.output):
        shapes[value.name] = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    total = 0
    for node in graph.node:
        if node.op_type not in ("Conv", "MatMul", "Gemm"):
            continue
        kernel, made = shapes[node.input[1]], shapes.get(node.output[0], [0])
        # A convolution's kernel is (out, in, height, width), a dense layer's (in, out).
        turned = any(given.name == "transB" and given.i for given in node.attribute)
        each = prod(kernel[1:]) if node.op_type == "Conv" or turned else kernel[0]
        if not prod(made):
            raise ValueError(f"the output of {node.op_type} {node.name} has no shape")
        total += prod(made) * each
    return total


def gemms() -> list[Callable[[], Any]]:
    """The product of two square float32 matrices on one thread: ONNX Runtime's and NumPy's."""
    import onnx
    import onnxruntime
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    a, b = rng.random((2, GEMM_SIDE, GEMM_SIDE), np.float32)
    square = [GEMM_SIDE, GEMM_SIDE]
    x, y = (onnx.helper.make_tensor_value_info(name, 1, square) for name in "xy")
    tensor = onnx.numpy_helper.from_array(b, "b")
    node = onnx.helper.make_node("MatMul", ["x", "b"], ["y"])
    graph = onnx.helper.make_graph([node], "gemm", [x], [y], [tensor])
    opset = onnx.helper.make_opsetid("", 17)
    file = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file.SerializeToString(), options)

    def numpy_product() -> None:
        with threadpool_limits(1):
            np.matmul(a, b)

    return [lambda: session.run(None, {"x": a}), numpy_product]


def fastest(calls: list[Callable[[], Any]], turns: int) -> float:
    """Floating-point operations a second of the fastest of all calls; an add counts as one."""
    seconds = []
    for _ in range(turns):
        for call in calls:
            begun = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - begun)
    return 2 * GEMM_SIDE**3 / min(seconds)
