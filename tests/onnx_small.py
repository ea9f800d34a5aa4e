"""ONNX files of a few nodes, made on the spot: nets whose answers can be worked out by hand."""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save_model


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
