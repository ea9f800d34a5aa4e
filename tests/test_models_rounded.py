"""Nets whose weights take few values."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.extra.numpy import arrays  # noqa: E402

from lab_small import small  # noqa: E402
from tenfold.models import Settings, build, recipe  # noqa: E402
from tenfold.models.rounded import round_kernels, rounded  # noqa: E402
from tenfold.training import train  # noqa: E402

WEIGHTS = st.integers(-3000, 3000).map(lambda thousandths: thousandths / 1000)
KERNELS = arrays(np.float64, (3, 3, 2, 4), elements=WEIGHTS).map(np.float32)


def slowly(kernel, bits):
    """The definition: for each output, the nearest of 2 ** bits - 1 evenly spaced values."""
    most = 2 ** (bits - 1) - 1
    found = np.zeros_like(kernel)
    for output in range(kernel.shape[-1]):
        weights = kernel[..., output].ravel()
        longest = np.abs(weights).max()
        grid = longest * np.arange(-most, most + 1) / most
        nearest = [grid[np.abs(grid - weight).argmin()] for weight in weights]
        found[..., output] = np.reshape(nearest, kernel.shape[:-1])
    return found


@given(KERNELS, st.integers(2, 8))
def test_rounding_is_the_nearest_of_evenly_spaced_values(kernel, bits):
    step = np.abs(kernel).max(axis=(0, 1, 2)) / (2 ** (bits - 1) - 1)
    found, expected = rounded(kernel, bits), slowly(kernel, bits)
    # Half way between two values either is the nearest.
    assert (np.abs(found - kernel) <= np.abs(expected - kernel) + 1e-5 * step).all()


@given(KERNELS, st.integers(2, 8))
def test_rounding_twice_is_rounding_once(kernel, bits):
    once = rounded(kernel, bits)
    assert np.allclose(rounded(once, bits), once, rtol=1e-6, atol=1e-9)


def test_every_recipe_s_net_can_have_few_bits_and_keeps_its_parameters():
    keras.utils.set_random_seed(0)  # by chance all four units of dense128 may be silent
    for name in ("tiny", "convnet", "dense128"):
        settings = recipe(name).settings.changed({"model.weight_bits": 4, "model.width": 4})
        plain = build(recipe(name), settings)
        net = build(recipe(name), settings, training=True)
        assert net.count_params() == plain.count_params()
        plain.set_weights(net.get_weights())
        x = np.random.default_rng(0).random((4, 28, 28)).astype(np.float32)
        assert not np.array_equal(net(x), plain(x))
        round_kernels(net)
        plain.set_weights(net.get_weights())
        assert np.allclose(net(x), plain(x), atol=1e-6)


def test_rounding_lets_gradients_through():
    settings = Settings().changed({"model.weight_bits": 2, "model.width": 3})
    net = build(recipe("dense128"), settings, training=True)
    net.compile(optimizer=keras.optimizers.SGD(1.0), loss="sparse_categorical_crossentropy")
    before = net.get_weights()
    x = np.random.default_rng(0).random((8, 28, 28)).astype(np.float32)
    net.train_on_batch(x, np.arange(8) % 10)
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, net.get_weights(), strict=True))


def test_the_net_that_a_run_keeps_has_few_values_in_each_output(tmp_path):
    pytest.importorskip("mlxtend")
    train(small(model__weight_bits=3, fit__ema=0.9), tmp_path / "run")
    kept = keras.saving.load_model(tmp_path / "run" / "model.keras")
    kernels = [layer.kernel for layer in kept.layers if hasattr(layer, "kernel")]
    assert kernels
    for kernel in kernels:
        weights = keras.ops.convert_to_numpy(kernel)
        for output in range(weights.shape[-1]):
            steps = weights[..., output] / np.abs(weights[..., output]).max() * 3
            assert np.abs(steps - np.round(steps)).max() < 1e-4
