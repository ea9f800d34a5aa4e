"""Canon: MNIST stays as it is, and everything else comes to the same form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tenfold.canon import CANON_SIZE, CENTRE, INK_SIDE, stroke_width, to_canon
from tenfold.data.mnist import load_mnist

inks = arrays(
    np.uint8,
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    elements=st.sampled_from([0, 0, 0, 90, 255]),
)


def box_of(pixels):
    rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


def centre_of(pixels):
    """The definition, written the slow way: mean index, weighted by ink."""
    total = pixels.sum(dtype=float)
    y = sum(row * float(pixels[row].sum(dtype=float)) for row in range(CANON_SIZE)) / total
    x = sum(col * float(pixels[:, col].sum(dtype=float)) for col in range(CANON_SIZE)) / total
    return y, x


def test_a_real_mnist_digit_is_already_canonical(mnist_digits):
    assert len(mnist_digits) >= 5000
    assert np.mean([np.array_equal(to_canon(x), x) for x in mnist_digits]) > 0.999


@pytest.mark.full_data
def test_all_seventy_thousand_but_eighteen_are_already_canonical(tenfold_data):
    mnist = load_mnist(tenfold_data / "mnist")
    every = np.concatenate([mnist.train_x, mnist.test_x])
    changed = sum(not np.array_equal(to_canon(x), x) for x in every)
    assert (len(every), changed) == (70_000, 18)


@given(inks)
@settings(max_examples=200, deadline=None)
def test_the_form_is_a_fixed_point(ink):
    once = to_canon(ink)
    assert np.array_equal(to_canon(once), once)


@given(inks)
@settings(max_examples=200, deadline=None)
def test_the_longer_side_is_20_px_and_no_shape_falls_off_the_field(ink):
    canon = to_canon(ink)
    assert canon.shape == (CANON_SIZE, CANON_SIZE)
    assert canon.dtype == np.uint8
    if not ink.any():
        assert not canon.any()
        return
    top, bottom, left, right = box_of(canon)
    assert max(bottom - top, right - left) == INK_SIDE


def test_the_centre_of_mass_lies_within_half_a_pixel_of_14(mnist_digits):
    rng = np.random.default_rng(0)
    for digit in mnist_digits[::250]:
        larger = np.kron(digit, np.ones((3, 3), np.uint8))
        moved = np.pad(larger, rng.integers(0, 90, (2, 2)))
        assert centre_of(to_canon(moved)) == pytest.approx((CENTRE, CENTRE), abs=0.51)


def test_paper_around_the_ink_changes_nothing(mnist_digits):
    for digit in mnist_digits[::500]:
        assert np.array_equal(to_canon(np.pad(digit, ((3, 90), (40, 1)))), to_canon(digit))


def test_a_larger_copy_of_a_digit_comes_to_nearly_the_same_form(mnist_digits):
    for digit in mnist_digits[::250]:
        larger = to_canon(np.kron(digit, np.ones((4, 4), np.uint8))).astype(float)
        assert np.corrcoef(larger.ravel(), digit.ravel())[0, 1] > 0.93


def test_a_hair_line_keeps_full_ink_and_the_width_of_a_pen():
    hair = np.zeros((400, 400), np.uint8)
    hair[20:380, 200] = 255
    canon = to_canon(hair)
    assert canon.max() == 255
    columns = np.flatnonzero((canon > 60).any(axis=0))
    assert 1 <= columns[-1] - columns[0] <= 3


@given(st.integers(1, 12), st.integers(30, 90))
def test_the_stroke_width_of_a_bar_is_its_width(width, length):
    bar = np.zeros((length + 4, width + 4), np.uint8)
    bar[2:-2, 2:-2] = 255
    # Crofton's estimate is exact for curves in all directions; for bars along the grid it is
    # 4 / pi too large, less the two ends.
    assert stroke_width(bar) == pytest.approx(width * 4 / np.pi, rel=0.32)


def test_floats_bools_and_bytes_give_the_same_form(mnist_digits):
    digit = (mnist_digits[7] > 127).astype(np.uint8) * 255
    forms = [to_canon(digit), to_canon(digit / 255), to_canon(digit > 0)]
    assert all(np.array_equal(form, forms[0]) for form in forms)


@pytest.mark.parametrize(
    ("ink", "words"),
    [
        (np.zeros((3, 4, 3), np.uint8), r"ink must be \(h, w\).*got shape \(3, 4, 3\)"),
        (np.zeros((0, 4), np.uint8), r"at least one pixel; got shape \(0, 4\)"),
        (np.zeros((4, 4), np.int64), "uint8 or float in .0, 1.; got int64"),
        (np.full((4, 4), 1.5), "must lie in .0, 1., 1 = ink"),
        (np.full((4, 4), np.nan), "must lie in .0, 1., 1 = ink"),
    ],
)
def test_what_is_no_ink_is_refused_in_words(ink, words):
    with pytest.raises(ValueError, match=words):
        to_canon(ink)
