"""Trials, one after the other, until there are enough of them or the time is up."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import optuna
from optuna.trial import Trial, TrialState
from rich.console import Console

from tenfold.errors import ConfigError
from tenfold.models.search import Span, search_space, to_settings
from tenfold.models.settings import Value
from tenfold.training import Config
from tenfold.training.checkpoint import Row
from tenfold.training.loop import LossIsNotANumberError
from tenfold.training.material import Material, material
from tenfold.training.stopping import Stop
from tenfold.tuning import N_TRIALS, outcome
from tenfold.tuning.display import TuneDisplay
from tenfold.tuning.objective import Watch, kept_row, train_trial
from tenfold.tuning.outcome import TuneResult
from tenfold.tuning.study import SUFFIX, open_study
from tenfold.tuning.trials import Tried, best_of, next_trial, pick_up, settled, stop_by_hand

VALIDATION_RATE: Final = 0.1  # for recipes that hold nothing out


def tune(
    config: Config,
    study: str | Path,
    *,
    fixed: Collection[str] = (),
    n_trials: int = N_TRIALS,
    timeout_s: float = math.inf,
    console: Console | None = None,
) -> TuneResult:
    """Try settings around those of a recipe and keep the best by validation.

    The test digits are never looked at. Ctrl-C (or SIGTERM) stops after the
    steps under way; the trial that was begun is tried again when the study
    goes on, as it is after a kill.

    Args:
        config: recipe and settings to start from; they are the first trial.
        study: a file that ends in .db. Where it is there, its trials count;
            best.toml and the figures lie in the folder of the same name.
        fixed: names of settings that keep their value.
        n_trials: so many in the whole study.
        timeout_s: stop after so many seconds.
        console: where the display goes; None is silent.

    Raises:
        ConfigError: the study was begun with other settings, or nothing is left to try.
        RunError: the file is no study, cannot be written, or is in use.
        DataError: the digits are missing or damaged.
    """
    if config.recipe.reads_lines:
        raise ConfigError(
            config.recipe_name,
            "nets of lines cannot be tuned yet",
            todo="Change single settings: tenfold train line --set SECTION.KEY=VALUE",
        )
    path = Path(study)
    if path.suffix != SUFFIX:
        raise ConfigError("--study", f"a file that ends in {SUFFIX} is needed", came=str(path))
    deadline = time.monotonic() + timeout_s
    base = with_validation(config)
    spans = search_space(base.settings, fixed=fixed)
    digits = material(base.settings)
    facts = {
        "recipe": base.recipe_name,
        "settings to try": [span.setting for span in spans],
        "data sha256": digits.sha256,
    }
    with open_study(path, _flat(base), facts) as opened:
        n_again, n_before = pick_up(opened, spans), len(settled(opened))
        if console and (n_before or n_again):
            console.print(_going_on(path, n_before, n_again), highlight=False, soft_wrap=True)
        work = _Work(opened, base, digits, spans, path.with_suffix(""), Stop(), deadline)
        n_epochs = base.settings.fit.epochs
        with (
            TuneDisplay(console, n_before, n_trials, n_epochs, deadline) as display,
            work.stop.heeded(),
        ):
            work.go(n_trials, display)
        trials = tuple(settled(opened))
        best = best_of(trials)
        # Drawn and written anew, in case that a kill came between a trial's end and this.
        outcome.draw(work.folder, spans, trials)
        chosen = outcome.write_best(work.folder, base, trials, len(digits.held_y))
    ended = _ended(n_before, len(trials), n_trials, deadline)
    summary = outcome.words(base, spans, trials, len(digits.held_y), ended)
    if console:
        console.print(summary, highlight=False, soft_wrap=True)
    return TuneResult(path, work.folder, trials, best, chosen, summary)


def with_validation(config: Config) -> Config:
    """The same, with digits held out to choose by.

    >>> with_validation(Config.of("dense128")).settings.data.validation_rate
    0.1
    """
    data = config.settings.data
    if data.validation_rate or data.source == "mixture":
        return config
    return config.changed({"data.validation_rate": VALIDATION_RATE})


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What every trial of a study shares."""

    study: optuna.Study
    base: Config
    digits: Material
    spans: Sequence[Span]
    folder: Path
    stop: Stop
    deadline: float

    def go(self, n_trials: int, display: TuneDisplay) -> None:
        """Trial after trial, until so many are settled or the end is wished."""
        trials = settled(self.study)
        self._tell_best(trials, display)
        while len(trials) < n_trials and not self.stop.wished and time.monotonic() < self.deadline:
            trial = next_trial(self.study, self.spans, self.base.settings.fit.seed)
            display.begins(len(trials) + 1)
            how = self._one(trial, display)
            before, trials = len(trials), settled(self.study)
            if len(trials) > before:
                self._tell_best(trials, display)
                display.ends(len(trials), how, outcome.values_in_words(trial.params))

    def _one(self, trial: Trial, display: TuneDisplay) -> str:
        """One trial, noted in the study; how it went, in words."""
        config = self.base.changed(to_settings(trial.params))
        fit = config.settings.fit

        def after_epoch(row: Row) -> None:
            trial.report(row.validation_accuracy, row.epoch)
            if row.epoch < fit.epochs and trial.should_prune():
                raise optuna.TrialPruned(
                    f"{row.validation_accuracy:.2%}, cut short after epoch {row.epoch}"
                )

        watch = Watch(display, self.stop, self.deadline)
        try:
            state = train_trial(
                config, self.digits, after_epoch=after_epoch, watch=watch, stop=self.stop
            )
        except optuna.TrialPruned as pruned:
            self.study.tell(trial, state=TrialState.PRUNED)
            return str(pruned)
        except LossIsNotANumberError as fault:
            self.study.tell(trial, state=TrialState.PRUNED)
            return f"cut short: {fault.wrong}"
        if self.stop.wished and len(state.history) < fit.epochs:
            stop_by_hand(self.study, trial)
            return "stopped"
        accuracy = kept_row(state, config).validation_accuracy
        self.study.tell(trial, accuracy)
        return f"{accuracy:.2%}"

    def _tell_best(self, trials: Sequence[Tried], display: TuneDisplay) -> None:
        """The display's best, and best.toml where the last trial is the best."""
        best = best_of(trials)
        if best is None or best.accuracy is None:
            return
        display.best(best.number, best.accuracy)
        if best.number == len(trials):
            outcome.write_best(self.folder, self.base, trials, len(self.digits.held_y))


def _flat(config: Config) -> dict[str, Value]:
    sections = config.settings.to_dict()
    return {
        f"{name}.{key}": value for name, keys in sections.items() for key, value in keys.items()
    }


def _going_on(path: Path, n_before: int, n_again: int) -> str:
    again = "; the one that was broken off is tried again" if n_again else ""
    return f"{path}: {outcome.n_of(n_before, 'trial')} done so far{again}."


def _ended(n_before: int, n_now: int, n_trials: int, deadline: float) -> str:
    if n_before >= n_trials:
        return "They were there already; ask for more with --trials."
    if n_now >= n_trials:
        return ""
    over = time.monotonic() > deadline
    return f"{'The time is up' if over else 'Stopped by hand'}; the same line goes on."
