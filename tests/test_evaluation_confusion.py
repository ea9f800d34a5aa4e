import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.evaluation import confusion

metrics = pytest.importorskip("sklearn.metrics")

digits = st.integers(0, 9)
answers = st.lists(st.tuples(digits, digits), min_size=1, max_size=200)


@given(answers)
def test_counts_are_those_of_scikit_learn(pairs):
    true, predicted = np.array(pairs).T
    expected = metrics.confusion_matrix(true, predicted, labels=range(10))
    assert np.array_equal(confusion(true, predicted).counts, expected)


@given(answers)
def test_precision_recall_and_f1_are_those_of_scikit_learn(pairs):
    true, predicted = np.array(pairs).T
    expected = metrics.precision_recall_fscore_support(
        true, predicted, labels=range(10), zero_division=0
    )
    scores = confusion(true, predicted).digits()
    for name, column in zip(("precision", "recall", "f1", "n"), expected, strict=True):
        assert [getattr(score, name) for score in scores] == pytest.approx(list(column))


@given(answers)
def test_the_most_confused_pairs_are_the_largest_wrong_counts(pairs):
    true, predicted = np.array(pairs).T
    wrong = [pair for pair in pairs if pair[0] != pair[1]]
    told = confusion(true, predicted).most_confused(3)
    assert [pair.count for pair in told] == sorted(map(wrong.count, set(wrong)), reverse=True)[:3]
    assert all(wrong.count((pair.true, pair.predicted)) == pair.count for pair in told)


@given(answers)
def test_rows_of_rates_sum_to_one_where_there_are_pictures(pairs):
    true, predicted = np.array(pairs).T
    sums = confusion(true, predicted).rates.sum(axis=1)
    assert sums == pytest.approx(np.isin(range(10), true).astype(float))


def test_errors_count_the_answers_that_differ():
    assert confusion([1, 2, 3, 3], [1, 3, 3, 2]).errors == 2


def test_answers_outside_the_classes_are_named():
    with pytest.raises(ValueError, match=r"classes go from 0 to 9; got \[11, 12\]"):
        confusion([1, 2, 3], [1, 12, 11])


def test_labels_and_answers_must_pair_up():
    with pytest.raises(ValueError, match="do not pair up"):
        confusion([1, 2, 3], [1, 2])
