"""Figures of trust: what they draw is what they were given."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs the extra [train]")

from tenfold.evaluation import error_reject
from tenfold.plots.corruptions import corruptions
from tenfold.plots.rejection import rejection


def test_each_reader_has_its_own_line_of_error_over_rejection() -> None:
    rng = np.random.default_rng(0)
    sure = rng.random(500)
    right = rng.random(500) < 0.5 + sure / 2
    curves = {"ours": error_reject(sure, right), "theirs": error_reject(1 - sure, right)}
    axis = rejection(curves, "two readers").axes[0]
    ours, theirs = axis.get_lines()[:2]
    assert ours.get_xdata() == pytest.approx(100 * (1 - curves["ours"].kept))
    assert ours.get_ydata()[-1] == theirs.get_ydata()[-1] == 100 * np.mean(~right)
    assert ours.get_linestyle() != theirs.get_linestyle()
    assert min(ours.get_ydata()) > 0, "a logarithm has no place for no errors"
    told = [text.get_text() for text in axis.get_legend().get_texts()]
    assert told[0].startswith(f"ours: {np.sum(~right)} of 500 wrong, AURC ")


def test_each_corruption_has_a_bar_and_a_mark() -> None:
    accuracy, confidence = {"none": 0.99, "fog": 0.4}, {"none": 0.98, "fog": 0.8}
    axis = corruptions(accuracy, confidence).axes[0]
    assert [bar.get_width() for bar in axis.patches] == pytest.approx([99, 40])
    assert list(axis.get_lines()[0].get_xdata()) == pytest.approx([98, 80])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["none", "fog"]
    assert axis.yaxis_inverted(), "the first stands at the top"
