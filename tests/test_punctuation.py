"""Signs around digits: each lies where a hand puts it, and says what it counts as."""

import numpy as np
import pytest

from tenfold.canon import SYMBOLS
from tenfold.data.nib import random_hand
from tenfold.data.punctuation import SIGNS, draw_sign


def many(name, n=60):
    rng = np.random.default_rng(len(name))
    return [draw_sign(rng, 60, name=name) for _ in range(n)]


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_cropped_ink_and_its_place_agrees_with_its_height(name):
    for sign in many(name, 20):
        assert set(sign.symbols) <= set(SYMBOLS)
        assert sign.ink.dtype == np.uint8
        assert sign.ink[0].any()
        assert sign.ink[-1].any()
        assert sign.ink[:, 0].any()
        assert sign.ink[:, -1].any()
        assert (sign.top - sign.bottom) * 60 == pytest.approx(sign.ink.shape[0])


def test_points_lie_on_the_line_commas_reach_below_it_and_dashes_stand_above():
    def lowest(name):
        return np.median([sign.bottom for sign in many(name)])

    assert abs(lowest(".")) < 0.15
    assert lowest(",") < -0.1
    assert lowest("-") > 0.3
    assert np.median([sign.top for sign in many("-")]) < 0.75
    assert np.median([sign.top for sign in many("=")]) < 0.85


def test_a_long_dash_is_longer_than_a_short_one_and_counts_the_same():
    short, long = many("-"), many("--")
    assert {sign.symbols for sign in short + long} == {"-"}
    assert np.median([s.ink.shape[1] for s in long]) > 2 * np.median(
        [s.ink.shape[1] for s in short]
    )


def test_the_same_generator_draws_the_same_sign():
    one, again = (draw_sign(np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one.ink, again.ink)
    assert one.symbols == again.symbols


def test_a_fat_pen_draws_fat_dashes():
    hands = [random_hand(np.random.default_rng(k)) for k in range(200)]
    hands = sorted((hand for hand in hands if hand.pen == "round"), key=lambda hand: hand.width)

    def height(hand):
        signs = [draw_sign(np.random.default_rng(k), 64, name="-", hand=hand) for k in range(9)]
        return np.median([sign.ink.sum() / 255 / sign.ink.shape[1] for sign in signs])

    assert height(hands[-1]) > 3 * height(hands[0])
