import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.data.checks import fingerprint
from tenfold.data.splits import Split, holdout, one_hot

labels = st.lists(st.integers(0, 9), min_size=1, max_size=200).map(np.array)
rates = st.floats(0.01, 0.99)
seeds = st.integers(0, 2**32)


@given(labels, rates, seeds)
def test_every_index_is_in_exactly_one_part(y, rate, seed):
    train, held = holdout(y, rate, seed)
    assert sorted([*train, *held]) == list(range(len(y)))
    assert list(train) == sorted(train)
    assert list(held) == sorted(held)


@given(labels, rates, seeds)
def test_every_label_is_held_out_in_its_share(y, rate, seed):
    _, held = holdout(y, rate, seed)
    for label in set(y.tolist()):
        assert (y[held] == label).sum() == round((y == label).sum() * rate)


def test_the_seed_decides_the_part_also_in_another_process():
    y = np.arange(1000) % 10
    held = holdout(y, 0.1, seed=7)[1]
    assert not np.array_equal(held, holdout(y, 0.1, seed=8)[1])
    program = (
        "import numpy as np; from tenfold.data.splits import holdout; "
        "print(holdout(np.arange(1000) % 10, 0.1, seed=7)[1].tolist())"
    )
    for hash_seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == str(held.tolist())


def test_the_held_part_is_spread_over_the_whole_set():
    """A split that took the first or the last of each label would be neither."""
    held = holdout(np.zeros(1000, int), 0.2, seed=0)[1]
    assert 400 < held.mean() < 600
    assert 200 < held.std() < 350


@pytest.mark.parametrize("rate", [0, 1, -0.1, 20, float("nan")])
def test_a_rate_that_is_no_part_is_refused(rate):
    with pytest.raises(ValueError, match=f"rate is a part between 0 and 1, not {rate}"):
        holdout(np.zeros(3), rate, seed=0)


def test_splitting_nothing_is_refused():
    with pytest.raises(ValueError, match="there are no labels to split"):
        holdout(np.array([]), 0.5, seed=0)


@given(labels)
def test_one_hot_rows_point_at_their_label(y):
    rows = one_hot(y)
    assert rows.dtype == np.float32
    assert rows.shape == (len(y), 10)
    assert np.array_equal(rows.argmax(1), y)
    assert np.array_equal(rows.sum(1), np.ones(len(y)))


def test_a_fingerprint_tells_values_shape_type_and_order():
    a = np.arange(6, dtype=np.uint8)
    different = [[a], [a.reshape(2, 3)], [a.astype(np.int16)], [a[::-1]], [a, a], [a[:3], a[3:]]]
    assert len({fingerprint(*arrays) for arrays in different}) == len(different)
    assert fingerprint(a) == fingerprint(np.repeat(a, 2)[::2]), "not how it lies in memory"


def test_a_split_unpacks_in_the_order_of_its_fields():
    arrays = [np.full((1, 28, 28), 1), np.array([2]), np.full((1, 28, 28), 3), np.array([4])]
    split = Split(*(array.astype(np.uint8) for array in arrays))
    assert [int(array.flat[0]) for array in split] == [1, 2, 3, 4]
    assert split.sha256 == fingerprint(split.train_x, split.train_y, split.test_x, split.test_y)
