import functools

import pytest

pytest.importorskip("keras")

import numpy as np

from explain_small import digits, smooth_net, trained_dense
from tenfold.errors import ConfigError
from tenfold.explain.change import change_penalty, least_change
from tenfold.explain.net import Net
from tenfold.explain.words import _change
from tenfold.models.classifier import KerasClassifier

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def classifier() -> KerasClassifier:
    return KerasClassifier(trained_dense(), "net")


@functools.cache
def changed(classifier: KerasClassifier, k: int, limit: float = 0.5, target: int | None = None):
    image = digits()[0][k].astype(np.float32) / 255
    p = classifier.predict_proba(image[None])[0]
    target = int(np.argsort(-p)[1]) if target is None else target
    return least_change(Net(classifier.model, "net"), classifier, image, target, limit)


@pytest.mark.parametrize("k", range(5))
def test_the_changed_digit_is_read_as_the_second_best(classifier, k) -> None:
    change = changed(classifier, k)
    image = digits()[0][k].astype(np.float32) / 255
    p = classifier.predict_proba(np.stack([change.before, change.after]))
    assert change.found
    assert np.array_equal(change.before, image)
    assert p.argmax(axis=1).tolist() == [change.digit, change.target]
    assert change.target == np.argsort(-p[0])[1]
    assert p == pytest.approx(np.stack([change.p_before, change.p_after]), abs=1e-6)


@pytest.mark.parametrize("k", range(5))
def test_the_changed_digit_is_a_picture_of_256_grey_levels(classifier, k) -> None:
    after = changed(classifier, k).after
    levels = after.astype(float) * 255
    assert after.min() >= 0
    assert after.max() <= 1
    assert levels == pytest.approx(np.rint(levels), abs=1e-4)


def test_the_change_is_small_and_its_ink_is_counted(classifier) -> None:
    change = changed(classifier, 2)
    difference = change.after.astype(float) - change.before
    assert change.added_px == pytest.approx(difference[difference > 0].sum())
    assert change.removed_px == pytest.approx(-difference[difference < 0].sum())
    assert 0 < change.moved_rate <= 0.5
    noise = np.random.Generator(np.random.Philox(3)).choice([-1, 1], (20, 28, 28))
    size = np.abs(difference).mean()
    noisy = np.clip(change.before + size * noise, 0, 1).astype(np.float32)
    assert (classifier.predict_proba(noisy).argmax(axis=1) == change.digit).all(), (
        "as much ink at random does not do it"
    )


def test_where_the_limit_forbids_every_change_none_is_found_and_the_words_say_so(
    classifier,
) -> None:
    change = changed(classifier, 0, limit=1e-4)
    assert not change.found
    assert np.array_equal(change.after, change.before)
    assert "after" not in change.to_dict()
    assert _change(change).startswith("no change of at most 0 % of its ink was found")


def test_another_digit_than_the_second_best_can_be_asked_for(classifier) -> None:
    worst = int(changed(classifier, 1).p_before.argmin())
    change = changed(classifier, 1, limit=3.0, target=worst)
    assert change.found
    assert change.p_after.argmax() == worst


def test_a_digit_that_wins_already_is_refused(classifier) -> None:
    winner = changed(classifier, 1).digit
    with pytest.raises(ConfigError, match="must be another digit than the winning one"):
        changed(classifier, 1, target=winner)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_is_no_amount_of_ink_is_refused(classifier, limit) -> None:
    with pytest.raises(ConfigError, match=r"--limit: must be above 0"):
        changed(classifier, 1, limit)


def test_the_slope_of_the_penalty_is_what_small_steps_give() -> None:
    change = np.random.Generator(np.random.Philox(6)).normal(0, 0.05, (1, 4, 5))
    _, slopes = change_penalty(change)
    for place in np.ndindex(4, 5):
        step = np.zeros((1, 4, 5))
        step[0][place] = 1e-6
        (up,), (down,) = change_penalty(change + step)[0], change_penalty(change - step)[0]
        assert slopes[0][place] == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-7)


def test_a_stroke_costs_less_than_as_many_scattered_pixels_and_nothing_costs_nothing() -> None:
    stroke, scattered, nothing = np.zeros((3, 10, 10))
    stroke[4, 2:6] = 1
    scattered[2::5, 2::5] = 1
    assert stroke.sum() == scattered.sum() == 4
    costs, _ = change_penalty(np.stack([stroke, scattered, nothing]))
    assert costs[0] < costs[1]
    assert costs[2] == 0


def test_a_model_that_tells_whether_it_sees_a_digit_is_asked_again_after_the_change() -> None:
    model = smooth_net("linear", 11)
    eleven = KerasClassifier(model, "net")
    image = digits()[0][0].astype(np.float32) / 255
    target = int(np.argsort(-eleven.predict_proba(image[None])[0])[1])
    change = least_change(Net(model, "net"), eleven, image, target)
    assert change.found
    assert change.is_digit_after == pytest.approx(
        float(eleven.judge(change.after[None]).is_digit[0])
    )
    assert change.is_digit_after < 1
