"""The two figures of a study, and the shares that one of them shows."""

import math

import numpy as np
import pytest

pytest.importorskip("optuna")
pytest.importorskip("matplotlib")

from tenfold.models import Settings
from tenfold.models.search import search_space
from tenfold.plots.tuning import Setting, history, importance
from tenfold.tuning.outcome import draw, shares
from tenfold.tuning.trials import Tried

SPANS = search_space(Settings())


def tried(n, score):
    """Trials whose values are drawn at random and whose accuracy is known."""
    rng = np.random.default_rng(0)
    trials = []
    for number in range(1, n + 1):
        values = {
            s.setting: s.choices[int(rng.integers(len(s.choices)))]
            if s.choices
            else type(s.own)(rng.uniform(s.low, s.high))
            for s in SPANS
        }
        trials.append(Tried(number, score(values), number % 3 > 0, values))
    return trials


def test_the_setting_that_makes_the_difference_gets_the_share():
    found = shares(SPANS, tried(60, lambda values: 0.9 - values["model.dropout"] / 10))
    by_name = dict(zip((span.setting for span in SPANS), found, strict=True))
    assert by_name["model.dropout"] > 0.8
    assert sum(found) == pytest.approx(1)


def test_equal_accuracies_have_no_shares_to_draw(tmp_path):
    assert [path.name for path in draw(tmp_path, SPANS, tried(12, lambda _: 0.9))] == [
        "history.png"
    ]


def test_the_best_so_far_never_falls_and_counts_whole_trials_only():
    accuracy, whole = [0.90, 0.99, 0.80, 0.93, 0.92], [True, False, True, True, True]
    (axis,) = history([1, 2, 3, 4, 5], accuracy, whole).axes
    (line,) = axis.lines
    assert line.get_ydata() == pytest.approx([90, 90, 90, 93, 93])


def test_a_trial_that_learnt_nothing_does_not_press_the_others_flat():
    accuracy = [0.97, 0.975, 0.1, 0.972, 0.978, 0.971]
    (axis,) = history(range(1, 7), accuracy, [True] * 6).axes
    low, high = axis.get_ylim()
    assert 90 < low < 97 < 97.8 < high
    assert "further down" in axis.get_legend_handles_labels()[1]


def test_the_settings_stand_in_the_order_of_their_shares_and_the_star_is_whole():
    settings = [Setting("width", 0.2, [8, 16, 32], log=True), Setting("rate", 0.8, [0.1, 0.2, 0.3])]
    figure = importance(settings, [0.9, 0.99, 0.95], [True, False, True])
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["rate", "width"]
    stars = figure.axes[1].collections[2].get_offsets()
    assert np.asarray(stars).tolist() == [[0.3, 95.0]]


def test_nothing_is_drawn_before_a_trial_is_whole(tmp_path):
    assert draw(tmp_path, SPANS, [Tried(1, 0.5, False, {})]) == []
    assert list(tmp_path.iterdir()) == []


def test_few_trials_give_a_history_and_no_shares(tmp_path):
    trials = tried(3, lambda values: 0.9 + math.log10(values["model.width"]) / 100)
    assert [path.name for path in draw(tmp_path, SPANS, trials)] == ["history.png"]
