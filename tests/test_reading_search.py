"""The search over two views of a line, against all texts and all alignments tried."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.canon import BLANK, SYMBOLS
from tenfold.reading.search import search
from tenfold.reading.strips import align, marks_beside
from tenfold.reading.views import Doubted, StripView


def spelled_by(labels):
    """What a sequence of frame labels spells: 10 is no digit (Graves 2006, the map B)."""
    kept = [a for k, a in enumerate(labels) if k == 0 or labels[k - 1] != a]
    return "".join(str(a) for a in kept if a < 10)


def every_text(frames, alphabet):
    """Probability of each text over a few digits, all alignments summed: the slow way."""
    found = {}
    other = 1 - frames.sum(axis=1)
    for labels in itertools.product([*alphabet, 10], repeat=len(frames)):
        chance = np.prod([other[t] if a == 10 else frames[t, a] for t, a in enumerate(labels)])
        text = spelled_by(labels)
        found[text] = found.get(text, 0.0) + chance
    return found


@st.composite
def frames_of_few_digits(draw):
    n = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    frames = np.zeros((n, 10))
    frames[:, [1, 4, 7]] = rng.dirichlet([0.4] * 4, n)[:, :3]
    return frames


@given(frames_of_few_digits())
@settings(max_examples=40, deadline=None)
def test_the_strip_gives_each_text_the_sum_of_its_alignments(frames):
    view = StripView(frames)
    for text, chance in every_text(frames, (1, 4, 7)).items():
        state = view.root()
        for digit in text:
            ahead = view.ahead(state)[int(digit)]
            state = view.take(state, int(digit))
            assert ahead == pytest.approx(view.whole(state) + view.ahead(state).sum(), abs=1e-9)
        assert view.whole(state) == pytest.approx(chance, abs=1e-9)


@given(frames_of_few_digits(), frames_of_few_digits(), st.floats(0.5, 1.0))
@settings(max_examples=40, deadline=None)
def test_the_search_gives_the_best_texts_of_all_in_order(one, other, power):
    scores = {}
    theirs = every_text(other, (1, 4, 7))
    for text, chance in every_text(one, (1, 4, 7)).items():
        scores[text] = chance**power * theirs.get(text, 0.0) ** power
    wanted = sorted((score for score in scores.values() if score > 0), reverse=True)[:5]
    found = search([(StripView(one), power), (StripView(other), power)], enough=5)
    shares = [hypothesis.share for hypothesis in found]
    assert shares == sorted(shares, reverse=True)
    for hypothesis, score in zip(found, wanted, strict=False):
        assert scores[hypothesis.text] == pytest.approx(score, rel=1e-6)
        # The rest is counted in full or above, so a share is never too high.
        assert hypothesis.share <= score / sum(scores.values()) * (1 + 1e-6)


@given(frames_of_few_digits())
@settings(max_examples=30, deadline=None)
def test_only_texts_that_are_allowed_are_found_and_the_best_of_them(frames):
    scores = {t: c for t, c in every_text(frames, (1, 4, 7)).items() if len(t) == 2 and c > 0}
    found = search(
        [(StripView(frames), 1.0)],
        could=lambda prefix: len(prefix) <= 2,
        allows=lambda text: len(text) == 2,
        enough=1,
    )
    if found:
        assert scores[found[0].text] == pytest.approx(max(scores.values()))
    else:
        assert not scores or max(scores.values()) < 1e-12


def test_a_doubted_view_lets_no_text_die():
    sure = np.zeros((3, 10))
    sure[1, 4] = 1.0
    view = Doubted(StripView(sure), 0.01)
    assert view.whole(view.take(view.root(), 9)) == pytest.approx(0.01)
    assert view.whole(view.take(view.root(), 4)) > 0.98


@given(frames_of_few_digits(), frames_of_few_digits())
@settings(max_examples=40, deadline=None)
def test_shares_beside_a_doubted_view_are_never_too_high(one, other):
    theirs = every_text(other, (1, 4, 7))
    scores = {
        text: chance * (0.99 * theirs.get(text, 0.0) + 0.01) ** 0.5
        for text, chance in every_text(one, (1, 4, 7)).items()
    }
    best = max(scores.values())
    found = search([(Doubted(StripView(other), 0.01), 0.5), (StripView(one), 1.0)], enough=3)
    assert scores[found[0].text] == pytest.approx(best)
    for hypothesis in found:
        assert hypothesis.share <= scores[hypothesis.text] / sum(scores.values()) * (1 + 1e-6)


def answer(*symbols, n=None):
    """Frames of a line net that is quite sure; None is the blank."""
    frames = np.full((len(symbols), len(SYMBOLS) + 1), 0.01)
    for t, symbol in enumerate(symbols):
        frames[t, BLANK if symbol is None else SYMBOLS.index(symbol)] = 0.86
    return frames


def test_digits_are_laid_on_the_frames_that_show_them():
    frames = answer(None, "1", "1", None, "1", "2", None)
    assert align(frames, "112") == [(1, 2), (4, 4), (5, 5)]


def test_more_digits_than_frames_have_no_alignment():
    assert align(answer("1", "1"), "11") == []


def test_the_same_digit_twice_needs_a_frame_between():
    frames = answer("5", "5", "5", None, None, "7")
    assert align(frames, "557") == [(0, 0), (2, 2), (5, 5)]


def test_marks_are_told_with_their_places():
    frames = answer("-", None, "5", ".", None, "5", ",", ",", "-")
    spans = align(frames, "55")
    assert marks_beside(frames, spans) == [(0, "-"), (3, "."), (6, ","), (8, "-")]
