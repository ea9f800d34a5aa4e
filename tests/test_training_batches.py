"""Arrays as batches: the same ones in the same order, and no tuner that the end waits for."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from tenfold.models import FitSettings  # noqa: E402
from tenfold.models.classifier import as_pixels  # noqa: E402
from tenfold.training.batches import in_batches  # noqa: E402
from tenfold.training.objective import compile_model, targets  # noqa: E402

pytestmark = pytest.mark.train


def trained(given: dict[str, object]) -> list[np.ndarray]:
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4, 4)), keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(shuffle=False, verbose=0, epochs=2, **given)
    return model.get_weights()


@pytest.mark.parametrize("size", [1, 7, 32, 100])
def test_a_net_learns_the_same_as_from_the_arrays(size: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((33, 4, 4), np.float32)
    y = rng.integers(0, 3, 33).astype(np.uint8)
    ours = trained(in_batches(x, y, size))
    keras_own = trained({"x": x, "y": y, "batch_size": size})
    for mine, theirs in zip(ours, keras_own, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)


def test_bytes_become_the_very_pixels_that_nets_take() -> None:
    x = np.random.default_rng(1).integers(0, 256, (33, 4, 4), np.uint8)
    y = np.zeros(33, np.uint8)
    if keras.backend.backend() != "tensorflow":
        assert np.array_equal(in_batches(x, y, 7)["x"], as_pixels(x))
        return
    batches = [pictures.numpy() for pictures, _ in in_batches(x, y, 7)["x"]]
    assert [len(batch) for batch in batches] == [7, 7, 7, 7, 5]
    assert np.array_equal(np.concatenate(batches), as_pixels(x))


@pytest.mark.parametrize("label_smoothing", [0.0, 0.05])
def test_a_step_is_traced_once(label_smoothing: float) -> None:
    calls = []

    class Told(keras.layers.Layer):
        def call(self, x: object, training: bool = False) -> object:
            if training:
                calls.append(1)
            return x

    image = keras.Input((4, 4))
    x = keras.layers.Flatten()(Told()(image))
    model = keras.Model(image, keras.layers.Dense(3, activation="softmax")(x))
    fit = FitSettings(ema=0.9, label_smoothing=label_smoothing)
    compile_model(model, fit, 10)
    calls.clear()
    y = np.arange(33, dtype=np.uint8) % 3
    model.fit(
        **in_batches(np.zeros((33, 4, 4), np.uint8), targets(y, fit, 3), 4),
        shuffle=False,
        verbose=0,
    )
    assert len(calls) == 1


def test_tensorflow_tunes_nothing() -> None:
    pytest.importorskip("tensorflow")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("tf.data is TensorFlow's")
    x = np.zeros((5, 4, 4), np.float32)
    batches = in_batches(x, np.arange(5), 2)["x"]
    assert batches.options().autotune.enabled is False
    assert batches.cardinality() == 3  # the bar knows how far there is to go
