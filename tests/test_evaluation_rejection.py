"""Error against rejection, by the definitions written the slow way; readings judged by labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.evaluation import answers, error_reject, one_of
from tenfold.results import Box, Number, Reading

ANSWERS = st.lists(
    st.tuples(st.integers(0, 9).map(lambda k: k / 9), st.booleans()), min_size=1, max_size=60
)


@given(ANSWERS)
def test_each_point_is_the_error_of_the_answers_at_least_that_sure(
    pairs: list[tuple[float, bool]],
) -> None:
    confidence, right = map(np.array, zip(*pairs, strict=True))
    curve = error_reject(confidence, right)
    floors = sorted(set(confidence), reverse=True)
    assert len(floors) == len(curve.kept)
    for floor, kept, error in zip(floors, curve.kept, curve.error, strict=True):
        chosen = confidence >= floor
        assert kept == chosen.mean()
        assert error == pytest.approx((~right[chosen]).mean())


@given(ANSWERS)
def test_the_area_is_the_mean_error_over_what_each_answer_lets_in(
    pairs: list[tuple[float, bool]],
) -> None:
    wrong = [
        np.mean([not right for other, right in pairs if other >= confidence])
        for confidence, _ in pairs
    ]
    assert error_reject(*zip(*pairs, strict=True)).area == pytest.approx(np.mean(wrong))


@given(ANSWERS, st.sampled_from([0.0, 0.1, 0.3, 1.0]))
def test_the_rejection_needed_is_the_least_that_is_enough(
    pairs: list[tuple[float, bool]], max_error: float
) -> None:
    enough = [1.0]
    for floor, _ in pairs:
        kept = [right for confidence, right in pairs if confidence >= floor]
        if np.mean(np.logical_not(kept)) <= max_error:
            enough.append(1 - len(kept) / len(pairs))
    needed = error_reject(*zip(*pairs, strict=True)).rejected_for(max_error)
    assert needed == pytest.approx(min(enough))


def test_the_order_and_the_scale_of_confidences_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    sure, right = rng.random(200), rng.random(200) > 0.2
    mixed = rng.permutation(200)
    assert error_reject(sure, right).area == error_reject(100 * sure[mixed], right[mixed]).area
    assert error_reject(sure, right).area != error_reject(1 - sure, right).area


@pytest.mark.parametrize("wrong", [([], []), ([0.5], [True, False]), ([np.nan], [True])])
def test_answers_that_do_not_pair_up_are_refused(wrong: tuple[list[float], list[bool]]) -> None:
    with pytest.raises(ValueError, match="do not pair up"):
        error_reject(*wrong)


def reading(*texts: str) -> Reading:
    box = Box(0, 0, 9, 9)
    numbers = (Number(t, 0.9 - k / 100, "review", box, ()) for k, t in enumerate(texts))
    return Reading("a.png", 9, 9, tuple(numbers))


@pytest.mark.parametrize(
    ("texts", "label", "right"),
    [
        (["40718"], "40718", [True]),
        (["407", "18"], "40718", [True, True]),
        (["40", "18"], "40718", [False, False]),
        (["40718", "1"], "40718", [True, False]),
        (["12", "34"], "12|34", [True, True]),
        (["12", "7", "34"], "12|34", [True, False, True]),
        (["34", "12"], "12|34", [True, False]),
        (["355"], "total 3 5 5|Eng", [True]),
        (["1250"], "-12,50", [True]),
        (["4"], "letter:A", [False]),
        ([], "letter:A", []),
        (["12", ""], "12", [True]),
    ],
)
def test_a_number_is_right_where_it_stands_in_the_label(
    texts: list[str], label: str, right: list[bool]
) -> None:
    pairs = answers(reading(*texts), label)
    assert [true for _, true in pairs] == right
    assert [sure for sure, _ in pairs] == [0.9 - k / 100 for k in range(len(pairs))]


def test_of_a_picture_s_answers_one_is_drawn_by_chance() -> None:
    pairs = answers(reading("1", "2", "3"), "1|2|4")
    drawn = [one_of(pairs, seed) for seed in range(300)]
    assert all(len(one) == 1 for one in drawn)
    assert {one[0] for one in drawn} == set(pairs)
    assert one_of(pairs, 7) == one_of(pairs, 7)
    assert list(one_of([], 0)) == []
