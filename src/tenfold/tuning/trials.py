"""Which trial comes next: the recipe's own settings, then what the finished trials suggest.

What a trial tries depends on the seed and the settled trials alone. So a
study that was stopped or killed goes on with the trials that it would have had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FrozenTrial, Trial, TrialState

from tenfold.models.search import Span

N_RANDOM: Final = 8  # trials before the sampler draws conclusions
N_UNPRUNED: Final = 5  # trials that run to their end, to have a median to compare with
FIRST_PRUNED_EPOCH: Final = 2  # after one epoch a small learning rate looks worse than it is
MAX_KILLS: Final = 2  # a trial that ends its process so often is the cause of it

_STOPPED, _KILLS, _RETRY_OF = "stopped by hand", "kills before", "retry of"


@dataclass(frozen=True, slots=True)
class Tried:
    """One settled trial.

    Attributes:
        number: its place among the settled ones, counted from 1.
        accuracy: on the held-out digits, in [0, 1]; of a trial that was cut
            short, after its last epoch; None where it has no whole epoch.
        whole: whether it was trained to its end.
        values: what it tried, by the name of the setting.
    """

    number: int
    accuracy: float | None
    whole: bool
    values: dict[str, Any]


def settled(study: optuna.Study) -> list[Tried]:
    """The trials that will not be tried again, in order."""
    kept = [trial for trial in study.get_trials(deepcopy=False) if _is_settled(trial)]
    return [_tried(number, trial) for number, trial in enumerate(kept, start=1)]


def best_of(trials: Sequence[Tried]) -> Tried | None:
    """The whole trial with the best accuracy; of equal ones the first."""
    whole = [trial for trial in trials if trial.whole and trial.accuracy is not None]
    return max(whole, key=lambda trial: trial.accuracy or 0.0, default=None)


def pick_up(study: optuna.Study, spans: Sequence[Span]) -> int:
    """Queue the trials that were under way at a stop or a kill; how many.

    A new study gets the recipe's own settings as its first trial.
    """
    trials = study.get_trials(deepcopy=False)
    if not trials:
        study.enqueue_trial({span.setting: span.own for span in spans})
        return 0
    for trial in trials:
        if trial.state == TrialState.RUNNING:
            study.tell(trial.number, state=TrialState.FAIL)
    trials = study.get_trials(deepcopy=False)
    taken_up = {trial.user_attrs.get(_RETRY_OF) for trial in trials}
    lost = [
        trial
        for trial in trials
        if trial.state == TrialState.FAIL
        and trial.number not in taken_up
        and not _is_settled(trial)
    ]
    for trial in lost:
        notes = {_RETRY_OF: trial.number, _KILLS: _kills(trial)}
        study.enqueue_trial(trial.params, user_attrs=notes)
    return len(lost)


def next_trial(study: optuna.Study, spans: Sequence[Span], seed: int) -> Trial:
    """The next trial, with a value for every span in its `params`."""
    n_settled = len(settled(study))
    state = np.random.SeedSequence([seed, n_settled]).generate_state(1)
    study.sampler = optuna.samplers.TPESampler(seed=int(state[0]), n_startup_trials=N_RANDOM)
    study.pruner = optuna.pruners.MedianPruner(
        n_startup_trials=N_UNPRUNED, n_warmup_steps=FIRST_PRUNED_EPOCH
    )
    return study.ask({span.setting: distribution(span) for span in spans})


def stop_by_hand(study: optuna.Study, trial: Trial) -> None:
    """Note that nothing is wrong with the trial; it is queued when the study goes on."""
    trial.set_user_attr(_STOPPED, True)
    study.tell(trial, state=TrialState.FAIL)


def distribution(span: Span) -> BaseDistribution:
    """The span as Optuna has it."""
    if span.kind == "choice":
        return CategoricalDistribution(span.choices)
    log = span.kind == "log"
    if isinstance(span.own, int):
        return IntDistribution(int(span.low), int(span.high), log=log)
    return FloatDistribution(span.low, span.high, log=log)


def _kills(trial: FrozenTrial) -> int:
    """How often this try and those before it ended with their process."""
    return int(trial.user_attrs.get(_KILLS, 0)) + (_STOPPED not in trial.user_attrs)


def _is_settled(trial: FrozenTrial) -> bool:
    if trial.state == TrialState.FAIL:
        return _kills(trial) >= MAX_KILLS
    return trial.state in (TrialState.COMPLETE, TrialState.PRUNED)


def _tried(number: int, trial: FrozenTrial) -> Tried:
    whole = trial.state == TrialState.COMPLETE
    seen = trial.intermediate_values
    accuracy = trial.value if whole else seen[max(seen)] if seen else None
    return Tried(number, accuracy, whole, dict(trial.params))
