import dataclasses

import pytest

pytest.importorskip("keras")

import numpy as np

from tenfold.explain.change import Change
from tenfold.explain.neighbours import Neighbours
from tenfold.explain.words import _change, _neighbours, place


def near(*labels: int) -> Neighbours:
    k = len(labels)
    return Neighbours(
        np.zeros((k, 28, 28), np.uint8), np.array(labels, np.uint8), np.linspace(0.1, 0.2, k),
        np.arange(k), "cosine", "dense", 128, "MNIST training digits", 60_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((3, 3, 3), "3 3 3: all agree"),
        ((3, 5, 5), "3 5 5: 1 agree"),
        ((5, 5, 8), "5 5 8: none agree"),
    ],
)
def test_neighbours_are_listed_with_measure_layer_and_source(labels, told) -> None:
    words = _neighbours(near(*labels), 3)
    assert f"the 3 nearest of 60,000 MNIST training digits are, nearest first, {told}" in words
    assert "cosine distance 0.1000 to 0.2000 in the 128 values of layer dense" in words


def test_a_change_is_told_in_ink_and_in_probabilities() -> None:
    before, after = np.zeros((2, 28, 28), np.float32)
    before[5, :10] = 1
    after[5, 2:10] = 1
    after[6, 0] = 0.5
    p, q = np.full((2, 10), 0.01, np.float32)
    p[[3, 8]] = 0.9, 0.02
    q[[3, 8]] = 0.4, 0.52
    change = Change(3, 8, before, after, p, q, True, 0.5)
    assert _change(change) == (
        "the 8 wins with 0.5 px of ink added and 2.0 px removed, 25.0 % of the digit's ink: "
        "3 falls from 90.0 % to 40.0 %, 8 rises from 2.0 % to 52.0 %."
    )
    doubtful = dataclasses.replace(change, is_digit_after=0.02)
    assert _change(doubtful).startswith(_change(change))
    assert "then the model doubts that this is one digit (2.0 % sure)" in _change(doubtful)
    none = dataclasses.replace(change, after=before, found=False)
    assert _change(none) == (
        "no change of at most 50 % of its ink was found that makes the 8 win over the 3."
    )


def test_each_ninth_of_the_picture_has_its_own_name() -> None:
    names = {place(y, x).split(" (")[0] for y in range(28) for x in range(28)}
    assert len(names) == 9
    assert place(0, 27).startswith("the upper right (row 0, column 27")
