"""ONNX files of a few nodes, made on the spot: nets whose answers can be worked out by hand."""

from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper, save_model


def band_weights() -> np.ndarray:
    """(784, 10): each digit adds up the ink of its own tenth of the picture."""
    owner = np.arange(784) * 10 // 784
    return (owner[:, None] == np.arange(10)).astype(np.float32)


def band_answer(images: np.ndarray) -> np.ndarray:
    """What `band_net` must answer for float images, worked out in plain numpy."""
    scores = images.reshape(len(images), 784).astype(np.float64) @ band_weights()
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def band_net(
    path: Path,
    *,
    is_digit: bool = False,
    softmax: bool = True,
    shape: tuple[object, ...] = ("n", 28, 28),
    n_classes: int = 10,
    metadata: dict[str, str] | None = None,
) -> Path:
    """A net in Tenfold's ONNX form that says in which tenth of the picture the most ink is."""
    weights = band_weights()[:, :n_classes]
    nodes = [
        helper.make_node("Reshape", ["images", "flat"], ["pixels"]),
        helper.make_node("MatMul", ["pixels", "weights"], ["scores"]),
        helper.make_node("Softmax" if softmax else "Identity", ["scores"], ["probabilities"]),
    ]
    outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", n_classes])]
    if is_digit:  # the brightest pixel: blank pictures are no digit
        nodes.append(helper.make_node("ReduceMax", ["pixels"], ["is_digit"], axes=[1], keepdims=0))
        outputs.append(helper.make_tensor_value_info("is_digit", TensorProto.FLOAT, ["n"]))
    graph = helper.make_graph(
        nodes,
        "bands",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, list(shape))],
        outputs,
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([-1, 784], np.int64), "flat"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, metadata or {})
    save_model(model, str(path))
    return path


def on_grid(
    rng: np.random.Generator, shape: tuple[int, ...], axis: int, bits: int = 8
) -> np.ndarray:
    """A kernel of whole steps; every channel has a weight at the end of its grid."""
    most = 2 ** (bits - 1) - 1
    others = [side for k, side in enumerate(shape) if k != axis]
    whole = rng.integers(-most, most + 1, (shape[axis], *others))
    whole.reshape(shape[axis], -1)[:, 0] = most
    scale = np.exp(rng.normal(-3, 1, (shape[axis], *[1] * len(others))))
    return np.moveaxis(whole * scale, 0, axis).astype(np.float32)


def mixed_net(rng: np.random.Generator, *, gridded: bool = True) -> ModelProto:
    """A convolution, a Gemm whose kernel is turned, and a dense layer; their kernels are steps."""
    made = {"kernel": ((4, 1, 5, 5), 0), "turned": ((30, 2304), 0), "dense": ((30, 10), 1)}
    tensors = [
        numpy_helper.from_array(
            on_grid(rng, shape, axis) if gridded else rng.normal(0, 0.1, shape).astype(np.float32),
            f"a_long_name/of/the/{name}",
        )
        for name, (shape, axis) in made.items()
    ]
    tensors.append(numpy_helper.from_array(np.array([-1, 1, 28, 28], np.int64), "with_channel"))
    names = [tensor.name for tensor in tensors]
    nodes = [
        helper.make_node("Reshape", ["images", names[3]], ["image"], doc_string="words"),
        helper.make_node("Conv", ["image", names[0]], ["maps"], name="a_convolution"),
        helper.make_node("Flatten", ["maps"], ["flat"]),
        helper.make_node("Gemm", ["flat", names[1]], ["hidden"], transB=1, alpha=0.01),
        helper.make_node("MatMul", ["hidden", names[2]], ["sums"]),
        helper.make_node("Softmax", ["sums"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
