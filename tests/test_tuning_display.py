"""What a person sees while a study goes on."""

import io
import math

import pytest
from rich.console import Console

pytest.importorskip("keras")

from tenfold.tuning import display
from tenfold.tuning.display import TuneDisplay, time_left


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(display.time, "monotonic", clock)
    return clock


def plain():
    return Console(file=io.StringIO(), width=200)


def test_each_trial_leaves_one_line_with_the_best_and_the_time_left(clock):
    console = plain()
    with TuneDisplay(console, n_done=2, n_trials=6, n_epochs=5, deadline=math.inf) as shown:
        shown.best(1, 0.97)
        shown.begins(3)
        clock.now = 10
        shown.ends(3, "96.50%", "width 64")
        clock.now = 14
        shown.best(4, 0.98)
        shown.ends(4, "98.00%", "width 128")
    assert console.file.getvalue().splitlines() == [
        "trial  3/6  96.50%  best 97.00% (trial 1)  30 s left  width 64",
        "trial  4/6  98.00%  best 98.00% (trial 4)  14 s left  width 128",
    ]


def test_a_deadline_that_comes_first_is_the_time_left(clock):
    console = plain()
    with TuneDisplay(console, n_done=0, n_trials=100, n_epochs=5, deadline=130) as shown:
        clock.now = 10
        shown.ends(1, "96.50%", "")
    assert "2 min left" in console.file.getvalue()


def test_the_last_trial_has_no_time_left(clock):
    console = plain()
    with TuneDisplay(console, n_done=0, n_trials=1, n_epochs=5, deadline=math.inf) as shown:
        clock.now = 10
        shown.ends(1, "96.50%", "width 64")
    assert "left" not in console.file.getvalue()


def test_a_terminal_shows_the_epoch_under_way(clock):
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with TuneDisplay(console, n_done=0, n_trials=4, n_epochs=5, deadline=math.inf) as shown:
        shown.begins(1)
        clock.now = 10
        shown.steps(2.5)  # half of the first of four trials, in 10 s
        shown._progress.refresh()
    text = console.file.getvalue()
    assert "trial 1/4" in text
    assert "epoch 3/5  2 min left" in text


def test_nothing_is_said_of_a_time_that_nobody_knows():
    assert time_left(math.inf) == ""
    assert (time_left(0), time_left(49), time_left(61), time_left(3600)) == (
        "0 s left",
        "49 s left",
        "2 min left",
        "1 h 00 min left",
    )
