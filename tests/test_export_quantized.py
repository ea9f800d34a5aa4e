"""Nets whose arithmetic is done in 8 bits, and the pictures that set its ranges."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from onnx_small import mixed_net
from tenfold.errors import ExportError
from tenfold.export.quantized import check_alike, quantize

MOST = 64  # of the steps of 7 bits


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((64, 28, 28), np.float32) ** 3


@pytest.fixture(scope="module")
def files(images, tmp_path_factory):
    """A net of three layers, and what it became."""
    path = tmp_path_factory.mktemp("quantized") / "net.onnx"
    whole = mixed_net(np.random.default_rng(0), gridded=False)
    onnx.helper.set_model_props(whole, {"tenfold.canon": "1"})
    onnx.save(whole, path)
    quantize(path, [images[:32], images[32:]])
    assert [file.name for file in path.parent.iterdir()] == ["net.onnx"]
    return whole, onnx.load(path)


def answers(file, images):
    session = onnxruntime.InferenceSession(file.SerializeToString())
    return session.run(["probabilities"], {"images": images})[0]


def kernels(file):
    """The kernel of each layer as it lies in the file, and its scales if it has some."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in file.graph.initializer}
    made = {node.output[0]: node for node in file.graph.node}
    for node in file.graph.node:
        if node.op_type in ("Conv", "Gemm", "MatMul"):
            source = made.get(node.input[1])
            if source is None:
                yield held[node.input[1]], None
            else:
                yield held[source.input[0]], held[source.input[1]]


def test_the_answers_are_nearly_the_same(files, images):
    expected, found = (answers(file, images) for file in files)
    assert 0 < np.abs(found - expected).max() < 0.05
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.9


def test_the_first_and_the_last_layer_stay_as_they_are(files):
    (first, _, last), (found_first, _, found_last) = (list(kernels(file)) for file in files)
    for (kernel, _), (found, scales) in ((first, found_first), (last, found_last)):
        assert scales is None
        assert np.array_equal(np.sort(found, axis=None), np.sort(kernel, axis=None))


def test_a_layer_between_them_has_the_nearest_steps_of_each_channel(files):
    (_, (kernel, _), _), (_, (steps, scales), _) = (list(kernels(file)) for file in files)
    assert steps.dtype == np.int8
    by_channel = kernel if kernel.shape[0] == len(scales) else kernel.T
    whole = steps if steps.shape[0] == len(scales) else steps.T
    error = np.abs(whole * scales[:, None] - by_channel)
    assert (error <= 0.51 * scales[:, None]).all()


def test_two_products_of_bytes_never_overflow_sixteen_bits(files):
    _, (_, (steps, _), _) = (list(kernels(file)) for file in files)
    assert np.abs(steps.astype(int)).max() <= MOST
    assert 2 * 255 * MOST < 2**15


def test_what_the_file_says_of_itself_stays(files):
    said = {entry.key: entry.value for entry in files[1].metadata_props}
    assert said["tenfold.canon"] == "1"


def test_answers_of_a_hundred_may_change_in_one():
    truth = np.eye(10)[np.arange(200) % 10]
    other = truth.copy()
    other[:2] = np.roll(truth[:2], 1, axis=1)
    check_alike("net", [truth], [other])
    other[2] = np.roll(truth[2], 1)
    with pytest.raises(ExportError, match=r"99 % of its answers must stay; got 98.5 %"):
        check_alike("net", [truth[:50], truth[50:]], [other[:50], other[50:]])


def test_strips_have_the_paper_that_the_runtime_gives_them():
    pytest.importorskip("keras")
    from tenfold.export.calibration import Strips
    from tenfold.runtime.line import room_of

    rng = np.random.default_rng(0)
    strips = [rng.integers(1, 255, (32, int(w)), np.uint8) for w in rng.integers(8, 90, 40)]
    shown = [row for batch in Strips(strips, []).batches() for row in batch]
    inked = {row.tobytes(): row for row in shown}
    assert len(inked) == len(shown) == len(strips)
    for strip in strips:
        row = np.zeros((32, room_of(strip.shape[1])), np.float32)
        row[:, : strip.shape[1]] = strip / np.float32(255)
        assert np.array_equal(inked[row.tobytes()], row)
