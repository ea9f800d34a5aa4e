"""What a person sees while a study goes on: the trial, the best so far, the time left."""

from __future__ import annotations

import math
import time

from rich.console import Console
from rich.progress import BarColumn, TextColumn

from tenfold.training.display import LiveLine


class TuneDisplay(LiveLine):
    """A live line on a terminal, and one line that stays for each trial.

    Args:
        console: where to; None is silent.
        n_done: trials that are settled already.
        n_trials: trials of the whole study.
        n_epochs: epochs of a whole trial.
        deadline: on `time.monotonic`'s clock; infinity is none.
    """

    def __init__(
        self, console: Console | None, n_done: int, n_trials: int, n_epochs: int, deadline: float
    ) -> None:
        columns = (
            TextColumn("trial {task.fields[trial]}/{task.total:.0f}"),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
        )
        super().__init__(console, columns, n_trials, trial=n_done)
        self.n_trials, self.n_epochs, self.deadline = n_trials, n_epochs, deadline
        self._n_before = self._n_done = n_done
        self._started = time.monotonic()
        self._best = ""

    def best(self, number: int, accuracy: float) -> None:
        """The best trial so far."""
        self._best = f"best {accuracy:.2%} (trial {number})"

    def begins(self, number: int) -> None:
        """A trial begins; its pictures may have to be made first."""
        self.show(trial=number, completed=number - 1, description=self._best)

    def steps(self, n_epochs: float) -> None:
        """So many epochs of the trial are done."""
        now = time.monotonic()
        if not self.is_due(now):
            return
        done = self._n_done + n_epochs / self.n_epochs
        epoch = f"epoch {min(math.floor(n_epochs) + 1, self.n_epochs)}/{self.n_epochs}"
        parts = (epoch, self._best, time_left(self._left(now, done)))
        self.show(completed=done, description="  ".join(part for part in parts if part))

    def ends(self, number: int, words: str, values: str) -> None:
        """The trial is settled and noted; how it went, and what it tried."""
        self._n_done = number
        left = time_left(self._left(time.monotonic(), number)) if number < self.n_trials else ""
        parts = (f"trial {number:>2}/{self.n_trials}", words, self._best, left, values)
        self.leave("  ".join(part for part in parts if part))

    def _left(self, now: float, done: float) -> float:
        """Seconds to the last trial's end, or to the deadline if that comes first."""
        passed = done - self._n_before
        if passed <= 0:
            return self.deadline - now
        needed = (now - self._started) / passed * (self.n_trials - done)
        return min(needed, self.deadline - now)


def time_left(seconds: float) -> str:
    """The time left in words; nothing where nobody knows it yet.

    >>> time_left(5400), time_left(59), time_left(float("inf"))
    ('1 h 30 min left', '1 min left', '')
    """
    if not math.isfinite(seconds):
        return ""
    minutes = max(math.ceil(seconds / 60), 1)
    if seconds < 50:
        return f"{max(math.ceil(seconds), 0)} s left"
    if minutes < 60:
        return f"{minutes} min left"
    return f"{minutes // 60} h {minutes % 60:02} min left"
