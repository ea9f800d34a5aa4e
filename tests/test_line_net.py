"""The line net, its loss and its norms, held to their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")

from line_small import strip_of  # noqa: E402
from tenfold.canon import BLANK, STRIP_HEIGHT, STRIP_STRIDE, SYMBOLS  # noqa: E402
from tenfold.models.line import N_OUTPUTS, REACH, line_net  # noqa: E402
from tenfold.models.norms import FusedNorm  # noqa: E402
from tenfold.models.settings import FitSettings, ModelSettings  # noqa: E402
from tenfold.runtime import greedy_text  # noqa: E402
from tenfold.training.line_batches import (  # noqa: E402
    WIDTHS,
    line_batches,
    sayable,
    steps_needed,
    steps_of,
    targets_of,
)
from tenfold.training.line_steps import (  # noqa: E402
    as_strips,
    ctc_loss,
    rate_at,
    right,
    texts_of,
)

T = 4


def said(path):
    """What a path of classes says, by the definition: repeats merged, blanks dropped."""
    return "".join(SYMBOLS[k] for k, _ in itertools.groupby(path) if k != BLANK)


def targets(*lines):
    """Rows of steps, number of symbols and symbols, as a batch has them."""
    rows = np.full((len(lines), 2 + 8), BLANK, np.int32)
    for row, (n_steps, text) in zip(rows, lines, strict=True):
        row[:2] = n_steps, len(text)
        row[2 : 2 + len(text)] = [SYMBOLS.index(symbol) for symbol in text]
    return rows


def test_the_loss_is_minus_log_of_the_sum_over_all_alignments():
    logits = np.random.default_rng(0).normal(0, 2, (3, T, N_OUTPUTS)).astype(np.float32)
    lines = [(T, "7,"), (T, "11"), (T - 1, "4")]
    found = np.asarray(ctc_loss(targets(*lines), logits))
    chances = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    for row, (n_steps, text), loss in zip(chances, lines, found, strict=True):
        alphabet = sorted({BLANK, *(SYMBOLS.index(s) for s in text)})  # others cannot say it
        ways = [p for p in itertools.product(alphabet, repeat=n_steps) if said(p) == text]
        expected = sum(np.prod(row[np.arange(n_steps), p]) for p in ways)
        assert len(ways) > 1
        assert loss == pytest.approx(-np.log(expected), rel=1e-4)


def test_the_steps_of_the_padding_do_not_count_into_the_loss():
    logits = np.random.default_rng(1).normal(0, 1, (1, T, N_OUTPUTS)).astype(np.float32)
    longer = np.concatenate([logits, 9 * np.ones((1, 3, N_OUTPUTS), np.float32)], axis=1)
    line = targets((T, "30"))
    assert np.asarray(ctc_loss(line, logits)) == pytest.approx(np.asarray(ctc_loss(line, longer)))


@given(st.lists(st.integers(0, BLANK), min_size=1, max_size=12))
def test_greedy_text_is_what_the_best_path_says(path):
    assert greedy_text(np.eye(N_OUTPUTS)[path]) == said(path)


def test_a_line_counts_as_right_where_its_best_path_says_the_text_exactly():
    paths = [[1, 1, BLANK, 1], [1, 1, 1, 1], [2, BLANK, BLANK, 5], [2, 5, BLANK, 6]]
    logits = np.eye(N_OUTPUTS, dtype=np.float32)[paths]
    asked = targets((4, "11"), (4, "11"), (4, "25"), (3, "25"))
    assert np.asarray(right(asked, logits)).tolist() == [1, 0, 1, 1]


@given(
    st.lists(
        st.tuples(st.integers(1, 1700), st.text(SYMBOLS, max_size=12)), min_size=1, max_size=20
    ),
    st.integers(1, 5),
    st.booleans(),
)
def test_batches_by_width_lose_no_line(lines, size, mixed):
    strips = [np.full((STRIP_HEIGHT, width), 200, np.uint8) for width, _ in lines]
    texts = [text for _, text in lines]
    rng = np.random.default_rng(0) if mixed else None
    batches = line_batches(strips, texts, size, rng)
    assert all(1 <= len(batch.strips) <= size for batch in batches)
    assert sorted(texts_of(batches)) == sorted(texts)
    inked = [int((strip > 0).any(axis=0).sum()) for b in batches for strip in b.strips]
    assert sorted(inked) == sorted(width for width, _ in lines)
    for batch in batches:
        for strip, target in zip(batch.strips, batch.targets, strict=True):
            n = int((strip > 0).any(axis=0).sum())
            assert target[0] == -(-n // STRIP_STRIDE)
            assert not strip[:, n:].any()
        assert batch.strips.shape[2] in WIDTHS or batch.strips.shape[2] % 256 == 0


@given(st.text(SYMBOLS, max_size=6))
def test_a_text_needs_as_many_steps_as_the_shortest_path_that_says_it(text):
    path = [SYMBOLS.index(symbol) for symbol in text]
    shortest = []
    for before, here in itertools.pairwise([None, *path]):
        shortest += [BLANK, here] if here == before else [here]
    assert said(shortest) == text
    assert steps_needed(text) == len(shortest)


def test_lines_without_steps_enough_are_left_out():
    strips = [strip_of("1", 6), strip_of("1", 8)]
    assert list(sayable(strips, ["111", "123"])) == [1]
    assert steps_of(strips[0]) == 3
    assert targets_of(strips, ["111", "123"], [1])[0, :5].tolist() == [4, 3, 1, 2, 3]


@pytest.fixture(scope="module")
def net():
    keras.utils.set_random_seed(2)
    return line_net(ModelSettings(width=3))


def test_the_net_answers_every_two_columns(net):
    for width in (2, 33, 64):
        strips = np.zeros((2, STRIP_HEIGHT, width, 1), np.float32)
        assert net(strips).shape == (2, -(-width // STRIP_STRIDE), N_OUTPUTS)


def test_paper_beyond_the_reach_changes_no_answer(net):
    strip = as_strips(strip_of("40718", 60)[None])
    near, far = (
        np.asarray(net(np.pad(strip, ((0, 0), (0, 0), (0, n), (0, 0)))))[:, :30]
        for n in (REACH + 2, REACH + 42)
    )
    assert np.abs(near - far).max() < 1e-5
    assert np.abs(near).std() > 0


def test_an_answer_reaches_no_further_than_it_says(net):
    strip = as_strips(strip_of("40718", 160)[None])
    other = strip.copy()
    other[:, :, 120:] = 1 - other[:, :, 120:]
    change = np.abs(np.asarray(net(strip)) - np.asarray(net(other)))[0].max(axis=1)
    assert change[: (120 - REACH) // STRIP_STRIDE].max() < 1e-5
    assert change[60:].min() > 0


def test_the_fused_norm_is_keras_own_norm_in_training_and_after():
    x = np.random.default_rng(3).normal(2, 3, (6, 4, 5, 7)).astype(np.float32)
    fused, own = FusedNorm(momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)
    for layer in (fused, own):
        layer.build(x.shape)
        layer.gamma.assign(np.linspace(0.5, 2, 7))
        layer.beta.assign(np.linspace(-1, 1, 7))
    found, expected = (np.asarray(layer(x, training=True)) for layer in (fused, own))
    assert np.abs(found - expected).max() < 1e-4
    assert np.allclose(fused.moving_mean, own.moving_mean, atol=1e-5)
    # TensorFlow's kernel keeps the unbiased variance: larger by n / (n - 1).
    n = x.size / x.shape[-1]
    new = (np.asarray(fused.moving_variance) - 0.9) * (n - 1) / n + 0.9
    unbiased = keras.backend.backend() == "tensorflow"
    assert np.allclose(new if unbiased else fused.moving_variance, own.moving_variance, rtol=1e-4)
    own.set_weights(fused.get_weights())
    assert np.allclose(fused(x, training=False), own(x, training=False), atol=1e-5)


def test_the_fused_norm_has_the_gradients_of_keras_own():
    tf = pytest.importorskip("tensorflow")
    x = tf.constant(np.random.default_rng(4).normal(1, 2, (5, 3, 4, 6)).astype(np.float32))
    weight = tf.constant(np.random.default_rng(5).normal(size=x.shape).astype(np.float32))
    gradients = []
    for layer in (FusedNorm(), keras.layers.BatchNormalization()):
        layer.build(x.shape)
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x, training=True) * weight)
        gradients.append(tape.gradient(loss, [x, layer.gamma.value, layer.beta.value]))
    for found, expected in zip(*gradients, strict=True):
        assert np.abs(found - expected).max() < 1e-3 * max(np.abs(expected).max(), 1)


@given(st.floats(0, 1))
def test_the_rate_is_never_above_its_peak_and_never_below_nothing(progress):
    fit = FitSettings(learning_rate=0.002, schedule="cosine", warmup_rate=0.1)
    assert 0 <= rate_at(fit, progress) <= 0.002
