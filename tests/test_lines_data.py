"""What the line net learns from: strips that hold their text, the same for the same seed."""

import itertools
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.canon import BLANK, JUNK, STRIP_HEIGHT, STRIP_STRIDE, SYMBOLS
from tenfold.data import lines
from tenfold.data.lines import line_chunk, merged
from tenfold.data.sources import Part, Sources

FEW = 24


@pytest.fixture
def few(monkeypatch):
    """A chunk of few lines, by the pen and ten bars of a set."""
    monkeypatch.setattr(lines, "CHUNK", FEW)
    x = np.zeros((10, 20, 20), np.uint8)
    x[:, 2:18, 8:12] = 255
    return Sources({"mnist": Part(x, np.arange(10, dtype=np.uint8))}, {})


def test_a_chunk_is_the_same_for_the_same_seed_and_another_for_another(few):
    strips, texts = line_chunk(0, 5, few)
    again, said = line_chunk(0, 5, few)
    assert texts == said
    assert all(np.array_equal(a, b) for a, b in zip(strips, again, strict=True))
    assert texts != line_chunk(1, 5, few)[1]
    assert texts != line_chunk(0, 6, few)[1]


def test_every_strip_has_ink_and_columns_enough_for_its_text(few):
    strips, texts = line_chunk(3, 1, few)
    assert len(strips) == len(texts) == FEW
    for strip, text in zip(strips, texts, strict=True):
        assert strip.dtype == np.uint8
        assert strip.shape[0] == STRIP_HEIGHT
        assert strip.any()
        assert set(text) <= set(SYMBOLS)
        repeats = sum(a == b for a, b in itertools.pairwise(text))
        assert len(text) + repeats <= strip.shape[1] // STRIP_STRIDE


def test_lines_hold_lone_digits_marks_and_junk_as_well(few, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK", 80)
    _, texts = line_chunk(0, 2, few)
    assert any(len(text) == 1 and text.isdigit() for text in texts)
    assert any(set(text) & set("-.,") for text in texts)
    assert any(JUNK in text for text in texts)
    assert np.mean([any(s.isdigit() for s in text) for text in texts]) > 0.8


@given(st.text(SYMBOLS, max_size=20))
def test_neighbouring_junk_is_one_and_nothing_else_changes(symbols):
    said = merged(symbols)
    assert JUNK * 2 not in said
    assert said.replace(JUNK, "") == symbols.replace(JUNK, "")
    kept = [key for key, _ in itertools.groupby(symbols, lambda s: s == JUNK)]
    assert said.count(JUNK) == sum(kept)


def test_symbols_are_the_digits_first_and_the_blank_behind_them():
    assert SYMBOLS.startswith(string.digits)
    assert len(set(SYMBOLS)) == len(SYMBOLS) == BLANK
