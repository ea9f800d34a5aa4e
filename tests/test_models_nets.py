import numpy as np
import pytest

from tenfold.errors import ModelError
from tenfold.models import RECIPES, build, load_keras, recipe
from tenfold.models.settings import ModelSettings, Settings

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")

from tenfold.models.classifier import KerasClassifier, as_pixels, judged  # noqa: E402


def layers_of(model):
    """Class, units and activation of every layer that learns or drops."""
    told = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            told.append(f"Dense {layer.units} {layer.activation.__name__}")
        elif isinstance(layer, keras.layers.Dropout):
            told.append(f"Dropout {layer.rate}")
    return ", ".join(told)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dense128-dropout", "Dense 128 relu, Dropout 0.2, Dense 10 softmax"),
        ("dense128", "Dense 128 relu, Dense 10 softmax"),
        ("dense128-onehot", "Dense 128 relu, Dropout 0.2, Dense 10 softmax"),
        ("dense100-sigmoid", "Dense 100 relu, Dense 10 sigmoid"),
        ("dense50x2-sigmoid", "Dense 50 relu, Dense 50 relu, Dense 10 sigmoid"),
    ],
)
def test_the_tutorials_nets_are_those_of_their_sources(name, expected):
    assert layers_of(build(recipe(name))) == expected


@pytest.mark.parametrize("name", [name for name in RECIPES if not RECIPES[name].reads_lines])
def test_every_net_takes_28x28_pictures_and_has_its_classes(name):
    model = build(recipe(name))
    n_classes = 11 if name == "reader" else 10
    assert model.input_shape == (None, 28, 28)
    assert model(np.zeros((2, 28, 28), np.float32)).shape == (2, n_classes)
    assert KerasClassifier(model).predict_proba(np.zeros((2, 28, 28), np.uint8)).shape == (2, 10)


@pytest.mark.parametrize(
    "name", ["convnet", "resnet", "densenet", "fast", "tiny", "best", "reader"]
)
def test_width_makes_a_net_larger(name):
    slim = build(recipe(name), Settings(model=ModelSettings(width=4)))
    assert slim.count_params() < build(recipe(name)).count_params()


def test_the_reader_has_at_most_300_thousand_parameters():
    assert 50_000 < build(recipe("reader")).count_params() <= 300_000


def test_tiny_has_at_most_10_thousand_parameters():
    assert 5_000 < build(recipe("tiny")).count_params() <= 10_000


def test_probabilities_of_logits_are_their_softmax_at_a_temperature():
    logits = np.array([[2.0, 0.0] + [-50.0] * 8 + [1.0]])
    found = judged(logits, "linear", temperature=2.0)
    assert found.probabilities[0, 0] == pytest.approx(np.e / (np.e + 1), abs=1e-6)
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.is_digit[0] == pytest.approx(1 - np.e / (np.e**2 + 1 + np.e), abs=1e-6)


def test_ten_sigmoids_are_parts_of_their_sum_and_ten_zeros_are_even():
    found = judged(np.array([[0.3, 0.9] + [0.0] * 8, [0.0] * 10]), "sigmoid")
    assert found.probabilities[0, :2] == pytest.approx([0.25, 0.75])
    assert found.probabilities[1] == pytest.approx([0.1] * 10)
    assert found.is_digit.tolist() == [1.0, 1.0]


def test_bytes_and_fractions_are_the_same_pixels():
    bytes_ = np.arange(256, dtype=np.uint8).repeat(49).reshape(16, 28, 28)
    assert np.array_equal(as_pixels(bytes_), as_pixels(bytes_ / np.float32(255)))


@pytest.mark.parametrize(
    ("taken", "given", "words"),
    [
        (
            (32, 32),
            10,
            "net: the input does not fit: it should be (n, 28, 28); got (n, 32, 32).",
        ),
        (
            (28, 28),
            7,
            "net: the output does not fit: it should be (n, 10) or (n, 11); got (n, 7).",
        ),
    ],
)
def test_a_model_that_does_not_fit_says_which_end(taken, given, words):
    model = keras.Sequential(
        [keras.layers.Input(taken), keras.layers.Flatten(), keras.layers.Dense(given)]
    )
    with pytest.raises(ModelError) as caught:
        KerasClassifier(model, "net")
    assert str(caught.value) == words


@pytest.mark.parametrize("shape", [(28, 28, 1), (784,)])
def test_other_layouts_of_the_same_pixels_are_taken(shape):
    model = keras.Sequential(
        [
            keras.layers.Input(shape),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    found = KerasClassifier(model).predict_proba(np.ones((3, 28, 28)))
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])


def test_keras_is_loaded_once():
    assert load_keras() is keras
