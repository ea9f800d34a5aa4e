"""Bounds, thresholds that keep a promise, and sets that hold the truth."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tenfold.errors import ConfigError
from tenfold.trust import (
    SetTable,
    Steps,
    chance_of_at_most,
    fit_sets,
    n_needed,
    steps,
    threshold_for,
    upper_bound,
)

RATES = st.floats(1e-4, 0.5)
ANSWERS = st.lists(
    st.tuples(st.integers(0, 30).map(lambda k: k / 30), st.booleans()), min_size=1, max_size=40
)


def mostly_right(n: int, one_in: int, seed: int) -> list[tuple[float, bool]]:
    rng = np.random.default_rng(seed)
    sure = rng.integers(0, 31, n) / 30
    return list(zip(sure.tolist(), (rng.integers(0, one_in, n) > 0).tolist(), strict=True))


GOOD_ANSWERS = st.builds(  # so many that promises can be made
    mostly_right, st.integers(100, 600), st.integers(2, 300), st.integers(0, 10**6)
)


@given(st.integers(1, 400), RATES, st.data())
def test_the_chance_of_few_errors_is_the_sum_of_the_binomial_terms(
    n: int, rate: float, data: st.DataObject
) -> None:
    wrong = data.draw(st.integers(0, n))
    terms = [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(wrong + 1)]
    assert chance_of_at_most(wrong, n, rate) == pytest.approx(math.fsum(terms), abs=1e-9)


@settings(deadline=None)  # scipy takes its time to come in
@given(st.integers(1, 3000), st.floats(0.001, 0.3), st.data())
def test_the_bound_is_that_of_clopper_and_pearson(
    n: int, delta: float, data: st.DataObject
) -> None:
    stats = pytest.importorskip("scipy.stats")
    wrong = data.draw(st.integers(0, min(n - 1, 60)))
    known = stats.beta.ppf(1 - delta, wrong + 1, n - wrong)
    assert upper_bound(wrong, n, delta) == pytest.approx(known, rel=1e-6)
    assert upper_bound(n, n, delta) == 1


@given(RATES, st.floats(0.01, 0.3))
def test_the_answers_needed_are_the_fewest_whose_bound_is_the_promise(
    rate: float, delta: float
) -> None:
    n = n_needed(rate, delta)
    assert upper_bound(0, n, delta) <= rate * (1 + 1e-9)
    assert upper_bound(0, n - 1, delta) > rate * (1 - 1e-9)


def test_more_wrong_answers_than_answers_cannot_be() -> None:
    with pytest.raises(ValueError, match="4 wrong among 3"):
        upper_bound(4, 3)


def walked(answers: list[tuple[float, bool]], max_error: float, delta: float) -> float:
    """The threshold by the definition: step by step, each counted from the start."""
    sure = np.array([confidence for confidence, _ in answers])
    right = np.array([true for _, true in answers])
    n, kept = len(sure), math.inf
    wanted = sorted({math.ceil(permille * n / 1000) for permille in range(250, 1001, 5)})
    ordered = np.sort(sure)[::-1]
    for threshold in sorted({ordered[count - 1] for count in wanted}, reverse=True):
        chosen = sure >= threshold
        accepted, wrong = int(chosen.sum()), int((~right[chosen]).sum())
        possible = (1 - max_error) ** accepted <= delta
        if possible and upper_bound(wrong, accepted, delta) <= max_error:
            kept = float(threshold)
        elif possible or wrong:
            break
    return kept


@given(st.one_of(ANSWERS, GOOD_ANSWERS), st.sampled_from([0.3, 0.1, 0.05, 0.02, 0.01]))
def test_the_threshold_is_the_last_step_of_the_walk(
    answers: list[tuple[float, bool]], max_error: float
) -> None:
    found = threshold_for(*zip(*answers, strict=True), max_error, 0.1)
    assert found.threshold == walked(answers, max_error, 0.1)
    assert found.promised == (found.accepted > 0)
    if found.promised:
        chosen = [right for confidence, right in answers if confidence >= found.threshold]
        assert (found.accepted, found.wrong) == (len(chosen), chosen.count(False))
        assert found.bound <= max_error


@given(st.one_of(ANSWERS, GOOD_ANSWERS), RATES, RATES)
def test_a_looser_promise_never_accepts_less(
    answers: list[tuple[float, bool]], one: float, other: float
) -> None:
    confidences, right = zip(*answers, strict=True)
    strict, loose = (
        threshold_for(confidences, right, max_error) for max_error in sorted([one, other])
    )
    assert loose.threshold <= strict.threshold
    assert loose.accepted >= strict.accepted


@given(st.one_of(ANSWERS, GOOD_ANSWERS), st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    answers: list[tuple[float, bool]], random: object
) -> None:
    mixed = list(answers)
    random.shuffle(mixed)
    assert threshold_for(*zip(*mixed, strict=True), 0.1) == threshold_for(
        *zip(*answers, strict=True), 0.1
    )


def test_the_promise_is_broken_no_more_often_than_it_says() -> None:
    """Where errors rise as confidence falls, over many draws of answers to fit on."""
    rng = np.random.default_rng(0)
    max_error, delta, n_draws, broken, promised = 0.05, 0.1, 400, 0, 0
    for _ in range(n_draws):
        sure = rng.random(1000)
        found = threshold_for(sure, rng.random(1000) > 0.3 * (1 - sure) ** 2, max_error, delta)
        promised += found.promised
        # The true error rate above t: the mean of 0.3 (1 - s)^2 for s from t to 1.
        broken += found.promised and 0.1 * (1 - found.threshold) ** 2 > max_error
    assert promised > 0.9 * n_draws
    assert 0 < broken < (delta + 3 * (delta * (1 - delta) / n_draws) ** 0.5) * n_draws


def test_too_few_answers_are_told_with_how_many_are_needed() -> None:
    few = threshold_for([0.9] * 100, [True] * 100, 0.001)
    assert not few.promised
    assert "too few answers, 100: at least 2,995 are needed" in str(few)
    bad = threshold_for([0.9] * 1000, [False] * 1000, 0.005)
    assert "too many of the surest answers are wrong" in str(bad)
    good = threshold_for([0.9] * 1000, [True] * 1000, 0.005)
    assert str(good) == (
        "0.5 %: accepted from 0.9000 on, 1,000 of 1,000 answers, 0 of them wrong: "
        "at most 0.299 % are, with 95 % confidence"
    )


def test_nothing_is_promised_of_nothing() -> None:
    assert not threshold_for([], [], 0.01).promised
    assert steps([], []).n == 0


@pytest.mark.parametrize("wrong", [{"max_error": 0}, {"max_error": 1}, {"delta": 2}])
def test_a_share_outside_0_to_1_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="must be a share between 0 and 1"):
        threshold_for([0.5], [True], **{"max_error": 0.1, **wrong})


def test_confidences_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="do not pair up"):
        steps([0.5, math.nan], [True, True])
    with pytest.raises(ValueError, match="do not pair up"):
        steps([0.5], [True, True])


@given(st.one_of(ANSWERS, GOOD_ANSWERS))
def test_steps_come_back_from_json_and_answer_the_same(answers: list[tuple[float, bool]]) -> None:
    made = steps(*zip(*answers, strict=True))
    back = Steps.from_dict(json.loads(json.dumps(made.to_dict())))
    assert back.accept(0.05) == made.accept(0.05)


def test_steps_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="not in order"):
        Steps.from_dict({"threshold": [0.5, 0.9], "accepted": [1, 2], "wrong": [0, 0]})
    with pytest.raises(ValueError, match="not in order"):
        Steps.from_dict({"threshold": [0.9], "accepted": [1], "wrong": [2]})


def drawn(n: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probabilities of ten classes, and truths drawn from distorted ones: not calibrated."""
    logits = 3 * rng.standard_normal((n, 10))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    honest = p**0.6 / (p**0.6).sum(axis=1, keepdims=True)
    y = (honest.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return p, y


@pytest.mark.parametrize("alpha", [0.2, 0.1, 0.03])
def test_sets_hold_the_truth_as_often_as_asked_on_average_over_fits(alpha: float) -> None:
    rng = np.random.default_rng(1)
    held, sizes = [], []
    for _ in range(60):
        table = fit_sets(*drawn(300, rng))
        p, y = drawn(300, rng)
        sets = table.sets(p, alpha)
        held.append(sets[np.arange(len(y)), y].mean())
        sizes.append(sets.sum(axis=1).mean())
    spread = 3 * np.std(held) / len(held) ** 0.5
    assert 1 - alpha - spread <= np.mean(held) <= 1 - alpha / 2
    assert 1 < np.mean(sizes) < 9


@given(st.integers(0, 1000), RATES, RATES)
def test_fewer_misses_never_take_a_digit_out_of_a_set(seed: int, one: float, other: float) -> None:
    rng = np.random.default_rng(seed)
    table = fit_sets(*drawn(50, rng))
    p, _ = drawn(5, rng)
    small, large = table.sets(p, max(one, other)), table.sets(p, min(one, other))
    assert (large | ~small).all()
    assert small.any(axis=1).all()


def test_a_score_of_the_table_is_the_conformal_quantile() -> None:
    rng = np.random.default_rng(2)
    p, y = drawn(99, rng)
    scores = sorted(1 - p[k, y[k]] for k in range(99))
    table = fit_sets(p, y)
    assert table.score[table.alpha.index(0.1)] == scores[89]  # the 90th of 99: ceil(100 * 0.9)
    assert table.score[table.alpha.index(0.005)] == 1.0  # the 100th: nobody knows
    assert SetTable.from_dict(json.loads(json.dumps(table.to_dict()))) == table
    assert table.sets(p, 1e-9).all()
    assert table.sets(np.empty((0, 10)), 0.1).shape == (0, 10)
    with pytest.raises(ConfigError, match="alpha"):
        table.sets(p, 0)
