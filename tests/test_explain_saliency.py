import pytest

pytest.importorskip("keras")

import numpy as np

from explain_small import digits, smooth_net, split_net
from tenfold.errors import ConfigError
from tenfold.explain.net import Net
from tenfold.explain.saliency import input_gradient, log_odds, occlusion
from tenfold.models.classifier import KerasClassifier

pytestmark = pytest.mark.train

STEP = 2e-2


def image(k: int = 0) -> np.ndarray:
    return digits()[0][k].astype(np.float32) / 255


def slow_log_odds(p: np.ndarray, digit: int) -> np.ndarray:
    p = p.astype(np.float64)
    return np.log(p[:, digit]) - np.log(sum(p[:, k] for k in range(10) if k != digit))


@pytest.mark.parametrize(
    "make",
    [
        smooth_net,
        split_net,
        lambda: smooth_net("sigmoid"),
        lambda: smooth_net("linear", 11),
    ],
    ids=["softmax", "softmax of its own", "sigmoid", "eleven logits"],
)
def test_the_gradient_is_what_small_steps_of_each_pixel_give(make) -> None:
    model = make()
    classifier = KerasClassifier(model, "net")
    base = image() * 0.9 + 0.05  # room for a step both ways
    steps = np.eye(784, dtype=np.float32).reshape(784, 28, 28) * STEP
    up, down = (slow_log_odds(classifier.predict_proba(base + sign * steps), 3) for sign in (1, -1))
    expected = ((up - down) / (2 * STEP)).reshape(28, 28)
    found = input_gradient(Net(model, "net"), base, 3)
    assert np.abs(expected).max() > 0.02
    assert found == pytest.approx(expected, abs=0.01 * np.abs(expected).max())


def test_a_sure_net_has_a_gradient_as_well() -> None:
    gradient = input_gradient(Net(smooth_net("softmax", scale=60.0), "net"), image(), 3)
    assert np.abs(gradient).max() > 0.1


def ink_reader(images: np.ndarray) -> np.ndarray:
    """Ten probabilities from weights that are drawn once."""
    weights = np.random.Generator(np.random.Philox(4)).normal(size=(784, 10))
    scores = images.reshape(len(images), 784).astype(float) @ weights
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("side", [1, 5, 9])
def test_occlusion_is_the_loss_of_log_odds_square_by_square(side: int) -> None:
    mild = image() * 0.1  # keeps the probabilities away from 0 and 1
    found = occlusion(ink_reader, mild, 7, side)
    before = slow_log_odds(ink_reader(mild[None]), 7)[0]
    for row, column in ((0, 0), (0, 14), (9, 11), (14, 14), (20, 17), (27, 27), (13, 27)):
        wiped = mild.copy()
        for y in range(28):
            for x in range(28):
                if abs(y - row) <= side // 2 and abs(x - column) <= side // 2:
                    wiped[y, x] = 0
        p = ink_reader(wiped[None])
        assert found.loss[row, column] == pytest.approx(before - slow_log_odds(p, 7)[0], abs=1e-5)
        assert found.probability[row, column] == pytest.approx(p[0, 7], abs=1e-6)
    assert found.loss.std() > 0.01


def test_wiping_paper_costs_nothing_and_the_worst_place_is_the_largest_loss() -> None:
    found = occlusion(ink_reader, image() * 0.1, 7, 3)
    assert found.loss[0, 0] == 0
    row, column = found.worst
    assert found.loss[row, column] == found.loss.max() > 0
    assert found.to_dict()["worst"]["row"] == row


def test_log_odds_of_a_sure_answer_do_not_stop_at_rounding() -> None:
    sure = np.array([[1.0, 1e-10] + [0.0] * 8, [1.0, 1e-9] + [0.0] * 8], np.float32)
    first, second = log_odds(sure, 0)
    assert first - second == pytest.approx(np.log(10))
    assert np.isfinite(log_odds(np.eye(10, dtype=np.float32), 3)).all()


@pytest.mark.parametrize("side", [0, 4, -3, 28, 29])
def test_a_square_without_a_middle_or_without_room_is_refused(side: int) -> None:
    with pytest.raises(ConfigError, match=rf"--patch: must be odd, from 1 to 27; got {side}\."):
        occlusion(ink_reader, image(), 7, side)
