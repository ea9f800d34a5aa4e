"""What is done inside the ink's box alone is what would be done over the whole picture."""

from typing import Any

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tenfold.finding import ruled
from tenfold.grids import faint
from tenfold.picture import ink

SEEDS = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS, share=st.floats(0.01, 1.0), masked=st.booleans())
def test_a_level_is_that_of_all_pixels(seed: int, share: float, masked: bool) -> None:
    rng = np.random.default_rng(seed)
    levels = np.zeros((40, 60), np.uint8)
    y, x = rng.integers(0, 30, 2)
    levels[y : y + 9, x : x + 20] = rng.integers(0, 256, (9, 20))
    where = rng.random(levels.shape) < 0.5 if masked else None
    counted = np.sort(levels[where] if masked else levels, axis=None)
    place = max(int(np.ceil(share * counted.size - 1e-9)), 1) - 1
    assert ink._level_below(levels, share, where) == counted[place]


def drawn_lines(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Some lines, long and short, across and down, that may run over the picture's edges."""
    field = np.zeros((90, 200), np.uint8)
    for _ in range(rng.integers(2, 9)):
        x, y, n = (int(v) for v in rng.integers((-20, 10, 10), (190, 80, 220)))
        ends = ((x, y), (x + n, y + int(rng.integers(-3, 4))))
        turned = [(b, a) for a, b in ends] if rng.random() < 0.3 else ends
        cv2.line(field, *turned, int(rng.integers(3, 60)), int(rng.integers(1, 4)))
    return field


def with_specks(field: NDArray[Any]) -> NDArray[Any]:
    """The same, with the whole picture for its box."""
    speckled = field.copy()
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        speckled[corner] = 255
    return speckled


@settings(deadline=None, max_examples=80)
@given(seed=SEEDS)
def test_rules_are_those_of_the_whole_picture(seed: int) -> None:
    mask = drawn_lines(np.random.default_rng(seed)) > 0
    found, whole = (ruled._rule_pixels(one, 60.0, 0.06) for one in (mask, with_specks(mask)))
    assert (found is None) == (whole is None)
    if found is not None and whole is not None:
        assert np.array_equal(found, whole)


@settings(deadline=None, max_examples=80)
@given(seed=SEEDS)
def test_ridges_are_those_of_the_whole_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    contrast = np.zeros((400, 600), np.uint8)
    y, x = rng.integers((30, 50), (200, 250))
    part = np.tile(drawn_lines(rng), (1, 2))[:, :300]
    contrast[y : y + 90, x : x + 300] = part
    contrast += rng.integers(0, 2, contrast.shape, np.uint8)  # paper is never quite even
    found, whole = faint._ridges(contrast), faint._ridges(with_specks(contrast))
    assert (found is None) == (whole is None)
    if found is not None and whole is not None:
        assert np.array_equal(found, whole)
