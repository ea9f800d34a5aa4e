"""MNIST's digits, moved a little: what stays, what moves, and how far."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.data import jitter as room
from tenfold.data.jitter import jitter
from tenfold.training.makers import CALM, Jittered


def bars(n: int) -> np.ndarray:
    """Upright bars of different heights, off the middle by different ways."""
    rng = np.random.default_rng(0)
    x = np.zeros((n, 28, 28), np.uint8)
    for picture in x:
        top, left = rng.integers(6, 10), rng.integers(9, 17)
        picture[top : top + rng.integers(8, 13), left : left + 3] = 255
    return x


def test_strength_nought_leaves_every_pixel():
    x = bars(50)
    assert np.array_equal(jitter(x, np.random.default_rng(1), strength=0), x)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 1.5))
def test_the_same_seed_gives_the_same_pictures_however_many_go_together(seed, strength):
    x = bars(8)
    first = jitter(x, np.random.default_rng(seed), strength)
    assert np.array_equal(first, jitter(x, np.random.default_rng(seed), strength))
    assert first.dtype == np.uint8
    assert first.shape == x.shape


def test_the_ink_stays_near_where_it_was_and_about_as_much():
    x = bars(500)
    moved = jitter(x, np.random.default_rng(2))
    assert (moved != x).any(axis=(1, 2)).all()
    ink = moved.sum(axis=(1, 2)) / x.sum(axis=(1, 2), dtype=float)
    assert ink.min() > 0.5
    assert ink.max() < 1.8
    rows = np.arange(28)
    heights = [(p.sum(axis=2) * rows).sum(axis=1) / p.sum(axis=(1, 2)) for p in (x, moved)]
    assert np.abs(heights[0] - heights[1]).max() < 5


def test_a_map_is_the_turn_that_opencv_makes(monkeypatch):
    """Turned alone, a picture is what cv2.warpAffine makes of it."""
    monkeypatch.setattr(room, "_BENT", 0.0)
    angle = 10.0

    class OneTurn:
        def uniform(self, low, high, shape):
            chance = np.zeros(shape)
            chance[:, 0] = np.deg2rad(angle) / room._TURN
            return chance

        def random(self, n):
            return np.ones(n)

        def integers(self, high, size):
            return np.zeros(size, int)

    x = bars(5)
    middle = (13.5, 13.5)
    # warpAffine's matrix leads from the old picture to the new; ours from the new to the old.
    matrix = cv2.getRotationMatrix2D(middle, angle, 1.0)
    expected = [cv2.warpAffine(picture, matrix, (28, 28)) for picture in x]
    found = jitter(x, OneTurn())
    assert np.abs(np.array(expected, int) - found).max() <= 8


def test_the_last_epochs_are_calmer():
    x, y = bars(200), np.zeros(200, np.uint8)
    maker = Jittered(x, y, seed=3, strength=1.0, calm_from=2)
    plain = Jittered(x, y, seed=3, strength=CALM, calm_from=9)
    assert np.array_equal(maker(2)[0], plain(2)[0])
    assert not np.array_equal(maker(1)[0], plain(1)[0])


def test_fields_are_smooth_and_rise_from_gentle_to_strong():
    fields = room._fields()
    amounts = fields.std(axis=(1, 2, 3))
    assert (np.diff(amounts) > -1e-3).all()
    assert amounts[-1] == pytest.approx(room._BEND_PX, rel=0.01)
    steps = np.abs(np.diff(fields, axis=1)).max()
    assert steps < 1.5, "a field that jumps would tear strokes apart"
