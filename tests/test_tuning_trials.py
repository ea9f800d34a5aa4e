"""Which trial comes next, and what becomes of a trial that was stopped or killed."""

import math

import pytest

optuna = pytest.importorskip("optuna")

from optuna.trial import TrialState  # noqa: E402

from tenfold.models import Settings  # noqa: E402
from tenfold.models.search import search_space  # noqa: E402
from tenfold.tuning.trials import (  # noqa: E402
    MAX_KILLS,
    best_of,
    next_trial,
    pick_up,
    settled,
    stop_by_hand,
)

SPANS = search_space(Settings())


def new_study():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(direction="maximize")


def score(values):
    """A made-up accuracy, best at a learning rate of 0.003 and much width."""
    off = abs(math.log10(values["fit.learning_rate"] / 0.003))
    return 0.98 - 0.02 * off - 0.5 / values["model.width"] - 0.01 * values["model.dropout"]


def go(study, n, seed=0):
    """So many more whole trials."""
    for _ in range(n):
        trial = next_trial(study, SPANS, seed)
        study.tell(trial, score(trial.params))


def undisturbed(n, seed=0):
    study = new_study()
    pick_up(study, SPANS)
    go(study, n, seed)
    return [trial.values for trial in settled(study)]


def test_the_first_trial_has_the_recipes_own_settings():
    assert undisturbed(1) == [{span.setting: span.own for span in SPANS}]


def test_the_same_seed_gives_the_same_trials_and_another_seed_others():
    first = undisturbed(14)
    assert first == undisturbed(14)
    assert len({str(values) for values in first}) == 14
    assert first[1:] != undisturbed(14, seed=1)[1:]


def test_a_study_learns_from_its_trials():
    study = new_study()
    pick_up(study, SPANS)
    go(study, 40)
    scores = [trial.accuracy for trial in settled(study)]
    assert sum(scores[-10:]) > sum(scores[1:11]) + 0.05


@pytest.mark.parametrize("n_before", [0, 1, 9, 11])
@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_a_broken_study_goes_on_with_the_trials_that_it_would_have_had(n_before, how):
    study = new_study()
    pick_up(study, SPANS)
    go(study, n_before)
    trial = next_trial(study, SPANS, 0)
    if how == "stopped":
        stop_by_hand(study, trial)
    assert pick_up(study, SPANS) == 1
    go(study, 13 - n_before)
    assert [trial.values for trial in settled(study)] == undisturbed(13)


def test_a_study_that_was_killed_before_its_first_trial_still_begins_with_the_recipes_own():
    study = new_study()
    pick_up(study, SPANS)
    assert pick_up(study, SPANS) == 0
    go(study, 1)
    assert settled(study)[0].values == {span.setting: span.own for span in SPANS}


def test_a_trial_that_ends_its_process_again_and_again_is_given_up():
    study = new_study()
    pick_up(study, SPANS)
    tried = []
    for _ in range(MAX_KILLS):
        tried.append(next_trial(study, SPANS, 0).params)
        pick_up(study, SPANS)
    assert tried[0] == tried[1]
    (given_up,) = settled(study)
    assert (given_up.whole, given_up.accuracy) == (False, None)
    assert next_trial(study, SPANS, 0).params != tried[0]


def test_a_trial_that_was_stopped_by_hand_is_never_given_up():
    study = new_study()
    pick_up(study, SPANS)
    for _ in range(2 * MAX_KILLS):
        stop_by_hand(study, next_trial(study, SPANS, 0))
        assert pick_up(study, SPANS) == 1
    assert settled(study) == []


def test_a_trial_that_was_cut_short_tells_its_last_accuracy_and_is_never_the_best():
    study = new_study()
    pick_up(study, SPANS)
    go(study, 1)
    trial = next_trial(study, SPANS, 0)
    trial.report(0.5, 1)
    trial.report(0.999, 2)
    study.tell(trial, state=TrialState.PRUNED)
    whole, cut = settled(study)
    assert (cut.accuracy, cut.whole) == (0.999, False)
    assert best_of([whole, cut]) == whole
    assert best_of([cut]) is None


def test_of_equal_trials_the_first_is_the_best():
    study = new_study()
    pick_up(study, SPANS)
    for _ in range(3):
        study.tell(next_trial(study, SPANS, 0), 0.9)
    assert best_of(settled(study)).number == 1
