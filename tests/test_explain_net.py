import pytest

pytest.importorskip("keras")

import keras
import numpy as np

from explain_small import conv_net, digits, smooth_net, split_net
from tenfold.errors import ModelError
from tenfold.explain.layers import layer_views
from tenfold.explain.neighbours import distances_to
from tenfold.explain.net import Net
from tenfold.models.classifier import KerasClassifier

pytestmark = pytest.mark.train

ENDS = {
    "softmax": (lambda: smooth_net("softmax"), 1.0),
    "sigmoid": (lambda: smooth_net("sigmoid"), 1.0),
    "logits": (lambda: smooth_net("linear"), 2.5),
    "eleven logits": (lambda: smooth_net("linear", 11), 1.7),
    "softmax of its own": (split_net, 1.0),
}


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture(params=ENDS)
def pair(request) -> tuple[Net, KerasClassifier]:
    make, temperature = ENDS[request.param]
    model = make()
    classifier = KerasClassifier(model, "net", temperature=temperature)
    return Net(model, "net", temperature), classifier


def images(n: int = 20) -> np.ndarray:
    return digits()[0][:n].astype(np.float32) / 255


def test_the_softmax_of_the_scores_is_what_the_classifier_says(pair) -> None:
    net, classifier = pair
    scores = keras.ops.convert_to_numpy(net.scores(images()))
    assert softmax(scores) == pytest.approx(classifier.predict_proba(images()), abs=2e-6)


def test_log_odds_and_lead_are_those_of_the_probabilities(pair) -> None:
    net, classifier = pair
    p = classifier.predict_proba(images()).astype(float)
    others = np.delete(p, 4, axis=1)
    odds, lead = (keras.ops.convert_to_numpy(f(images(), 4)) for f in (net.log_odds, net.lead))
    assert odds == pytest.approx(np.log(p[:, 4] / others.sum(axis=1)), abs=1e-4)
    assert lead == pytest.approx(np.log(p[:, 4] / others.max(axis=1)), abs=1e-4)
    assert odds.std() > 0.01


def test_a_sure_softmax_still_has_scores_that_differ() -> None:
    net = Net(smooth_net("softmax", scale=60.0), "net")
    probabilities = net.model.predict(images(), verbose=0)
    assert (probabilities == 0).any()
    assert np.isfinite(keras.ops.convert_to_numpy(net.log_odds(images(), 0))).all()


def test_the_last_hidden_layer_is_worked_out_by_hand() -> None:
    net = Net(smooth_net(), "net")
    weights, bias = net.model.get_layer("hidden").get_weights()
    expected = np.tanh(images().reshape(-1, 784) @ weights + bias)
    assert net.hidden(images()) == pytest.approx(expected, abs=1e-5)
    assert net.hidden_name == "hidden", "dropout only passes it on"


def test_layers_show_each_computing_layer_once_and_end_with_the_answer() -> None:
    net = Net(conv_net(), "net")
    views = layer_views(net, images()[0])
    assert [(view.name, view.kind, view.shape) for view in views] == [
        ("first", "convolution, batch norm, ReLU", "13 × 13 × 6"),
        ("second", "convolution", "13 × 13 × 6"),
        ("add", "sum", "13 × 13 × 6"),
        ("max", "max pooling", "13 × 13 × 6"),
        ("mean", "mean of each map", "12"),
        ("output", "fully connected, softmax", "10"),
    ]
    assert views[-1].values == pytest.approx(net.model.predict(images()[:1], verbose=0)[0])


def test_a_convolution_is_shown_after_what_finishes_it() -> None:
    net = Net(conv_net(), "net")
    view = layer_views(net, images()[0])[0]
    kernel = net.model.get_layer("first").get_weights()[0][:, :, 0]
    gain, shift, mean, variance = net.model.get_layer("first_norm").get_weights()
    expected = np.zeros_like(view.values)
    for y, x in np.ndindex(13, 13):
        patch = images()[0][2 * y : 2 * y + 3, 2 * x : 2 * x + 3]
        sums = (patch[..., None] * kernel).sum(axis=(0, 1))
        expected[y, x] = np.maximum((sums - mean) / np.sqrt(variance + 1e-3) * gain + shift, 0)
    assert view.values == pytest.approx(expected, abs=1e-5)
    assert view.to_dict()["silent"] == sum(not expected[..., k].any() for k in range(6))


def test_the_first_dense_layer_has_its_weights_as_pictures_and_no_other_has() -> None:
    net = Net(smooth_net(), "net")
    hidden, output = layer_views(net, images()[0])
    weights, bias = net.model.get_layer("hidden").get_weights()
    assert np.array_equal(hidden.weights[3, 5], weights[3 * 28 + 5])
    asked = (hidden.weights * images()[0][..., None]).sum(axis=(0, 1)) + bias
    assert hidden.values == pytest.approx(np.tanh(asked), abs=1e-5)
    assert output.weights is None
    assert all(view.weights is None for view in layer_views(Net(conv_net(), "net"), images()[0]))


def test_the_most_active_maps_come_first() -> None:
    view = layer_views(Net(conv_net(), "net"), images()[0])[0]
    activity = [float(np.abs(view.values[..., k]).mean()) for k in view.strongest]
    assert activity == sorted(activity, reverse=True)
    assert activity[0] > activity[-1]


class Opaque(keras.Model):
    """A model whose layers are known only to itself."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = keras.layers.Dense(10)

    def call(self, x):
        return self.inner(keras.ops.reshape(x, (-1, 784)))


def test_a_model_without_a_graph_of_layers_is_refused_in_words() -> None:
    model = Opaque()
    model(np.zeros((1, 28, 28), np.float32))
    with pytest.raises(ModelError, match=r"net: has no layers that can be looked into; got Opaque"):
        Net(model, "net")


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
def test_distances_are_those_of_their_definitions(measure) -> None:
    rng = np.random.Generator(np.random.Philox(2))
    rows = rng.normal(size=(7, 5)).astype(np.float32)
    found = distances_to(rows, rows[2], measure)
    for row, distance in zip(rows.astype(float), found, strict=True):
        if measure == "euclidean":
            expected = sum((a - b) ** 2 for a, b in zip(row, rows[2], strict=True)) ** 0.5
        else:
            cosine = sum(row * rows[2]) / (sum(row**2) * sum(rows[2].astype(float) ** 2)) ** 0.5
            expected = 1 - cosine
        assert distance == pytest.approx(expected, abs=1e-6)
