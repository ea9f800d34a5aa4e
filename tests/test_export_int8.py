"""Weights stored in a byte each: the trained steps exactly, in a smaller file."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from onnx import TensorProto

from onnx_small import mixed_net, on_grid
from tenfold.export.int8 import NotWholeStepsError, in_int8, whole_steps

BITS = st.integers(2, 8)
SHAPES = st.tuples(st.integers(1, 4), st.integers(2, 9))


@given(st.integers(0, 2**32), BITS, SHAPES, st.integers(0, 1))
def test_steps_times_scale_are_the_kernel(seed, bits, shape, axis):
    kernel = on_grid(np.random.default_rng(seed), shape, axis, bits)
    steps = whole_steps(kernel, axis)
    assert steps.whole.dtype == np.int8
    again = steps.whole * np.expand_dims(steps.scale, 1 - axis)
    assert np.abs(again - kernel).max() <= 1e-6 * np.abs(kernel).max()


@given(arrays.arrays(np.float32, SHAPES, elements=st.floats(-1, 1, width=32)))
def test_no_kernel_is_changed_by_more_than_a_hundredth_of_a_step(kernel):
    try:
        steps = whole_steps(kernel, 0)
    except NotWholeStepsError:
        return
    moved = np.abs(steps.whole * steps.scale[:, None] - kernel)
    assert (moved <= 0.011 * steps.scale[:, None]).all()


def test_a_channel_of_next_to_nothing_is_told():
    with pytest.raises(NotWholeStepsError):
        whole_steps(np.float32([[1e-45, 1e-45], [0.5, 1]]), 0)


def test_a_channel_of_zeros_is_no_fault():
    steps = whole_steps(np.float32([[0, 0], [2, -2]]), 0)
    assert steps.whole.tolist() == [[0, 0], [1, -1]]


def answers(file, images, optimised=None):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if optimised:
        options.optimized_model_filepath = str(optimised)
    session = onnxruntime.InferenceSession(file.SerializeToString(), options)
    return session.run(["probabilities"], {"images": images})[0]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_a_net_on_the_grid_answers_the_same_from_a_quarter_of_the_bytes(rng):
    whole = mixed_net(rng)
    small = in_int8(whole)
    onnx.checker.check_model(small, full_check=True)
    images = rng.random((16, 28, 28), np.float32)
    expected = answers(whole, images)
    assert len(set(expected.argmax(axis=1))) > 1  # it has opinions
    assert answers(small, images) == pytest.approx(expected, abs=1e-5)
    assert small.ByteSize() < 0.27 * whole.ByteSize()
    stored = {tensor.data_type for tensor in small.graph.initializer if len(tensor.raw_data) > 200}
    assert stored == {TensorProto.INT8}


def test_the_runtime_makes_floats_of_the_weights_once_and_computes_as_before(rng, tmp_path):
    kinds = []
    for k, file in enumerate([(whole := mixed_net(rng)), in_int8(whole)]):
        place = tmp_path / f"{k}.onnx"
        answers(file, np.zeros((1, 28, 28), np.float32), optimised=place)
        kinds.append([node.op_type for node in onnx.load(place).graph.node])
    assert kinds[0] == kinds[1]


def test_the_given_file_is_left_as_it_is(rng):
    whole = mixed_net(rng)
    before = whole.SerializeToString()
    in_int8(whole)
    assert whole.SerializeToString() == before


def test_a_net_off_the_grid_is_refused(rng):
    with pytest.raises(NotWholeStepsError, match="weights are not whole steps"):
        in_int8(mixed_net(rng, gridded=False))
