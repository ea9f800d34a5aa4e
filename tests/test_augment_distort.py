import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.canon import stroke_width, to_canon
from tenfold.data.augment import PRISTINE_RATE, WORK_SIDE, distort
from tenfold.data.nib import Hand
from tenfold.data.pen import draw_digit


def pen_digits(n, size=28):
    rng = np.random.default_rng(9)
    return [draw_digit(k % 10, rng, size) for k in range(n)]


@given(st.integers(0, 9), st.integers(0, 2**32), st.sampled_from([16, 28, 64]))
@settings(max_examples=80, deadline=None)
def test_the_same_generator_distorts_alike_and_leaves_its_input_alone(label, seed, size):
    ink = draw_digit(label, np.random.default_rng(seed), size)
    before = ink.copy()
    once, again = (distort(ink, np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(once, again)
    assert np.array_equal(ink, before)
    assert once.dtype == np.uint8
    assert once is ink or once.shape == (WORK_SIDE, WORK_SIDE)


def test_about_one_in_eight_comes_back_untouched():
    rng = np.random.default_rng(0)
    digits = pen_digits(50)
    untouched = sum(distort(digits[k % 50], rng) is digits[k % 50] for k in range(3000))
    assert untouched / 3000 == pytest.approx(PRISTINE_RATE, abs=0.02)
    assert 0.1 <= PRISTINE_RATE <= 0.15


def test_most_ink_stays_and_little_is_added():
    rng = np.random.default_rng(1)
    kept = []
    for ink in pen_digits(1500, 64):
        before, after = ((to_canon(one) > 100).sum() for one in (ink, distort(ink, rng)))
        kept.append(after / before)
    assert np.quantile(kept, 0.01) > 0.45
    assert 0.9 < np.median(kept) < 1.1
    assert np.quantile(kept, 0.99) < 2


def test_a_distorted_digit_lies_inside_its_square():
    rng = np.random.default_rng(2)
    cut = 0
    for ink in pen_digits(1500, 64):
        seen = distort(ink, rng)
        cut += bool(np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]]).any())
    assert cut == 0


def test_a_distorted_digit_still_resembles_itself_more_than_other_digits():
    # A template for each digit from clean ones: distortion must not change the nearest one much.
    rng = np.random.default_rng(3)

    def blurred(ink):
        import cv2

        seen = cv2.GaussianBlur(to_canon(ink), (0, 0), 2).astype(np.float32).ravel()
        return (seen - seen.mean()) / seen.std()

    known = [[blurred(draw_digit(d, rng)) for _ in range(80)] for d in range(10)]
    library = np.concatenate([np.array(rows) for rows in known])

    def nearest(ink):
        return int((library @ blurred(ink)).argmax()) // 80

    right = {"clean": 0, "distorted": 0}
    for k in range(500):
        ink = draw_digit(k % 10, rng)
        right["clean"] += nearest(ink) == k % 10
        right["distorted"] += nearest(distort(ink, rng)) == k % 10
    assert right["clean"] > 430  # the library can tell digits apart
    assert right["distorted"] > 0.85 * right["clean"]


def test_samples_differ_from_each_other_in_stroke_width_and_in_place():
    rng = np.random.default_rng(4)
    ink = draw_digit(5, np.random.default_rng(0), 64, variant="plain")
    seen = [distort(ink, rng) for _ in range(200)]
    widths = [stroke_width(one) for one in seen]
    assert max(widths) > 1.5 * min(widths)
    assert len({one.tobytes() for one in seen}) > 150


def test_strength_zero_only_resamples():
    rng = np.random.default_rng(5)
    plainly = Hand(0.1, 1.0, 0.0, 0.1, 0.0, 0.01, 0.0, "round")
    digits = [draw_digit(label, rng, hand=plainly) for label in range(10)]

    def change(strength):
        pairs = [(to_canon(ink), to_canon(distort(ink, rng, strength))) for ink in digits * 3]
        return np.mean([np.abs(a.astype(int) - b).mean() for a, b in pairs])

    assert change(0) < 7
    assert change(1) > 2 * change(0)


def test_blank_paper_stays_blank():
    blank = np.zeros((20, 30), np.uint8)
    assert distort(blank, np.random.default_rng(0)) is blank
