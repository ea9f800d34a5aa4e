"""Weights stored in half the bytes."""

import numpy as np
import onnx
import onnxruntime

from tenfold.export.halves import halved
from tenfold.runtime.weights import WEIGHTS

FLOAT32 = "dense128.onnx"  # shipped as it was trained


def _answers(file: onnx.ModelProto, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(file.SerializeToString())
    return session.run(["probabilities"], {session.get_inputs()[0].name: images})[0]


def test_a_net_of_half_the_bytes_answers_all_but_the_same():
    whole = onnx.load(WEIGHTS / FLOAT32)
    small = halved(whole)
    onnx.checker.check_model(small)
    images = np.random.default_rng(0).random((16, 28, 28), np.float32)
    change = np.abs(_answers(small, images) - _answers(whole, images)).max()
    assert 0 < change < 0.01
    assert small.ByteSize() < 0.55 * whole.ByteSize()


def test_the_given_file_is_left_as_it_is():
    whole = onnx.load(WEIGHTS / FLOAT32)
    before = whole.SerializeToString()
    halved(whole)
    assert whole.SerializeToString() == before


def test_short_tensors_and_whole_numbers_stay():
    values = [np.ones(255, np.float32), np.ones((20, 20), np.int64)]
    tensors = [onnx.numpy_helper.from_array(v, f"t{k}") for k, v in enumerate(values)]
    outputs = [
        onnx.helper.make_tensor_value_info("y0", onnx.TensorProto.FLOAT, [255]),
        onnx.helper.make_tensor_value_info("y1", onnx.TensorProto.INT64, [20, 20]),
    ]
    nodes = [onnx.helper.make_node("Identity", [f"t{k}"], [f"y{k}"]) for k in range(2)]
    graph = onnx.helper.make_graph(nodes, "two", [], outputs, tensors)
    small = halved(onnx.helper.make_model(graph))
    assert [t.data_type for t in small.graph.initializer] == [t.data_type for t in tensors]
