"""Each difficulty of the synthetic test set does what its name says, and little else."""

import itertools
from functools import cache

import cv2
import numpy as np
import pytest

from tenfold.canon import stroke_width
from tenfold.data.donors import Donors
from tenfold.data.fonts import NO_FONTS
from tenfold.data.hard_strings import MOST_DIGITS, hard_strings
from tenfold.data.looks import HARD

N = 36


@cache
def pictures(difficulty):
    """The same ones for every test: long enough that their digits have neighbours."""
    some = hard_strings(difficulty, 3 * N, Donors({}, NO_FONTS))
    return [picture for picture in some if len(picture.text) > 2][:N]


def gray(picture):
    return picture.pixels if picture.pixels.ndim == 2 else picture.pixels.mean(axis=2)


def ink(picture):
    """Where it is darker than half-way to the darkest, on even light."""
    values = gray(picture).astype(float)
    paper = np.median(values)
    return (values < (paper + values.min()) / 2).astype(np.uint8)


def outside(picture):
    """Paper: the pixels of no symbol."""
    values, mask = gray(picture), np.ones(gray(picture).shape, bool)
    for x, y, w, h in picture.places:
        mask[round(y) : round(y + h), round(x) : round(x + w)] = False
    return values[mask].astype(float)


def pieces_a_digit(picture):
    n, _, stats, _ = cv2.connectedComponentsWithStats(ink(picture))
    areas = stats[1:n, cv2.CC_STAT_AREA]
    return (areas > 0.01 * picture.digit_px**2).sum() / len(picture.text)


def gap(picture):
    """Between the boxes of neighbours, in heights."""
    places = sorted(picture.places)
    between = [b[0] - a[0] - a[2] for a, b in itertools.pairwise(places)]
    return np.mean(between) / picture.digit_px


def swing(picture):
    return np.std([y + h for _, y, _, h in picture.places]) / picture.digit_px


def lean(picture):
    """How far a row moves to the right for a row upwards, digit by digit."""
    whole, found = ink(picture), []
    for x, y, w, h in picture.places:
        moments = cv2.moments(whole[round(y) : round(y + h), round(x) : round(x + w)])
        if moments["mu02"] > 0:
            found.append(-moments["mu11"] / moments["mu02"])
    return np.mean(found)


def stroke(picture):
    return stroke_width(255 * ink(picture)) / picture.digit_px


def at_the_edge(picture):
    values = ink(picture)
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]]).mean()


def longest_row(picture):
    return ink(picture).mean(axis=1).max()


def longest_column(picture):
    return ink(picture).mean(axis=0).max()


def print_on_paper(picture):
    return outside(picture).std() / max(np.ptp(gray(picture)), 1)


def contrast(picture):
    values = gray(picture).astype(float)
    return (np.median(values) - values.min()) / np.median(values)


def colour(picture):
    return 0.0 if picture.pixels.ndim == 2 else np.ptp(picture.pixels, axis=2).mean()


def darkness(picture):
    return -np.median(gray(picture))


def slope_of_light(picture):
    values = gray(picture)
    w = values.shape[1] // 5
    ends = [np.quantile(part, 0.8) for part in (values[:, :w], values[:, -w:])]
    return abs(ends[0] - ends[1]) / max(ends)


def height(picture):
    return picture.pixels.shape[0]


def sharpest_edge(picture):
    values = gray(picture).astype(float)
    return np.abs(np.diff(values, axis=1)).max() / max(np.ptp(values), 1)


def grain(picture):
    return np.abs(np.diff(gray(picture).astype(float), axis=1)).mean()


def first_to_others(picture):
    first, *others = (h for _, _, _, h in picture.places)
    return first / np.median(others)


def n_marks(picture):
    return len(picture.symbols) - len(picture.text)


MORE, LESS = 1, -1
WHAT_IT_DOES = {
    "tight": [(gap, LESS)],
    "touching": [(pieces_a_digit, LESS), (gap, LESS)],
    "overlapping": [(pieces_a_digit, LESS), (gap, LESS)],
    "ligatures": [(pieces_a_digit, LESS)],
    "chained": [(pieces_a_digit, LESS)],
    "capital": [(first_to_others, MORE)],
    "uneven": [(swing, MORE)],
    "slanted": [(lean, MORE)],
    "thin": [(stroke, LESS)],
    "fat": [(stroke, MORE)],
    "broken": [(pieces_a_digit, MORE)],
    "marks": [(n_marks, MORE)],
    "debris": [(at_the_edge, MORE)],
    "ruled": [(longest_row, MORE)],
    "squared": [(print_on_paper, MORE)],
    "boxed": [(longest_column, MORE)],
    "patterned": [(print_on_paper, MORE)],
    "faint": [(contrast, LESS)],
    "coloured": [(colour, MORE)],
    "light_on_dark": [(darkness, MORE)],
    "shadowed": [(slope_of_light, MORE)],
    "tiny": [(height, LESS)],
    "blurred": [(sharpest_edge, LESS)],
    "noisy": [(grain, MORE)],
    "cheque": [(n_marks, MORE), (print_on_paper, MORE), (contrast, LESS)],
}


def test_every_difficulty_has_something_that_it_does():
    assert set(WHAT_IT_DOES) == set(HARD) - {"plain"}


@pytest.mark.parametrize(
    ("difficulty", "measure", "sign"),
    [(name, *effect) for name, effects in WHAT_IT_DOES.items() for effect in effects],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_difficulty_does_what_its_name_says(difficulty, measure, sign):
    hard = np.array([measure(picture) for picture in pictures(difficulty)])
    plain = np.array([measure(picture) for picture in pictures("plain")])
    # By far more than the two means could differ by chance.
    spread = np.hypot(hard.std(), plain.std()) / np.sqrt(N)
    assert sign * (hard.mean() - plain.mean()) > max(2 * spread, 1e-6)


def test_overlapping_digits_are_nearer_than_touching_ones_and_those_than_tight_ones():
    gaps = [
        np.mean([gap(picture) for picture in pictures(name)])
        for name in ("overlapping", "touching", "tight", "plain")
    ]
    assert gaps == sorted(gaps)


def test_the_test_set_holds_numbers_of_one_to_eight_digits():
    texts = [picture.text for picture in hard_strings("thin", 40, Donors({}, NO_FONTS))]
    lengths = {len(text) for text in texts}
    assert lengths <= set(range(1, MOST_DIGITS + 1))
    assert len(lengths) > 4


def test_a_larger_set_begins_with_the_smaller_one():
    two, five = (list(hard_strings("noisy", n, Donors({}, NO_FONTS), seed=5)) for n in (2, 5))
    for one, same in zip(two, five, strict=False):
        assert np.array_equal(one.pixels, same.pixels)
    assert [p.text for p in five] != [
        p.text for p in hard_strings("noisy", 5, Donors({}, NO_FONTS), seed=6)
    ]


def test_chained_numbers_have_zeros_to_chain_and_marked_ones_marks():
    assert all("00" in picture.symbols for picture in pictures("chained"))
    assert all(n_marks(picture) for picture in pictures("marks"))


def test_there_is_no_such_difficulty():
    with pytest.raises(KeyError, match="upside-down"):
        list(hard_strings("upside-down", 1, Donors({}, NO_FONTS)))
