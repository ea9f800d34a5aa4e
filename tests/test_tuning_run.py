"""A study from its first trial to best.toml, on a few real digits."""

import math
import os
import signal
from dataclasses import replace

import pytest

pytest.importorskip("keras")
pytest.importorskip("optuna")

from tenfold.errors import ConfigError
from tenfold.training import Config, train
from tenfold.tuning import run, tune
from tenfold.tuning.run import with_validation
from tune_small import settings, write_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def fixed(digits):
    return settings(digits)


@pytest.fixture(scope="module")
def config(fixed):
    return Config.of("dense128", fixed)


@pytest.fixture(scope="module")
def whole_study(config, fixed, tmp_path_factory):
    """Eight trials that nothing disturbed."""
    path = tmp_path_factory.mktemp("whole") / "a.db"
    return tune(config, path, fixed=fixed, n_trials=8)


class Untouchable:
    """Stands for the test digits: whoever looks at them fails."""

    def __getattribute__(self, name):
        raise AssertionError(f"the test digits were asked for {name}")

    def _refuse(self, *_):
        raise AssertionError("the test digits were touched")

    __len__ = __getitem__ = __iter__ = __array__ = __eq__ = __bool__ = _refuse
    __hash__ = None


@pytest.fixture
def no_test_digits(monkeypatch):
    """From now on every material has test digits that nobody may touch."""
    from tenfold.training import material as room
    from tenfold.training import run as training_run

    whole = room.material

    def blind(*arguments):
        return replace(whole(*arguments), test_x=Untouchable(), test_y=Untouchable())

    for module in (run, training_run):
        monkeypatch.setattr(module, "material", blind)


def values(result):
    return [(trial.values, trial.accuracy, trial.whole) for trial in result.trials]


def test_the_test_digits_are_never_touched(config, fixed, tmp_path, no_test_digits):
    result = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=2)
    assert result.best is not None
    with pytest.raises(AssertionError, match="test digits"):  # training does report on them
        train(config, tmp_path / "run")


def test_training_with_best_toml_reaches_the_figure_that_the_study_told(whole_study, tmp_path):
    config = Config.from_toml(whole_study.best_toml, name="dense128")
    assert config == whole_study.config
    result = train(config, tmp_path / "run")
    assert result.metrics["validation"]["accuracy"] == pytest.approx(whole_study.best.accuracy)
    assert whole_study.best.number > 1  # else the study has shown nothing


def test_the_best_is_the_best_of_the_whole_trials(whole_study):
    whole = [trial.accuracy for trial in whole_study.trials if trial.whole]
    assert len(whole_study.trials) == 8
    assert whole_study.best.accuracy == max(whole)
    assert min(whole) < max(whole)
    assert f"{whole_study.best.accuracy:.2%}" in whole_study.summary
    assert whole_study.trials[0].values["fit.learning_rate"] == 0.001


def test_bad_trials_are_cut_short(whole_study):
    cut = [trial for trial in whole_study.trials if not trial.whole]
    assert cut
    assert max(trial.accuracy for trial in cut) < whole_study.best.accuracy


def test_after_ctrl_c_the_same_line_goes_on_as_if_it_had_never_stopped(
    config, fixed, tmp_path, monkeypatch, whole_study
):
    begun = []
    build = run.train_trial

    def interrupted(chosen, *arguments, **how):
        begun.append(chosen)
        if len(begun) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return build(chosen, *arguments, **how)

    monkeypatch.setattr(run, "train_trial", interrupted)
    stopped = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=4)
    assert len(begun) == 3
    assert values(stopped) == values(whole_study)[:2]
    assert "Stopped by hand; the same line goes on." in stopped.summary
    assert stopped.best_toml.is_file()
    again = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=4)
    assert begun[3] == begun[2]
    assert values(again) == values(whole_study)[:4]


def test_no_time_is_no_trial(config, fixed, tmp_path):
    result = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=3, timeout_s=0)
    assert (result.trials, result.best, result.config) == ((), None, None)
    assert "The time is up" in result.summary
    assert not result.folder.exists()


def test_the_trial_under_way_ends_when_the_time_is_up(config, fixed, tmp_path, monkeypatch):
    clock = iter([0.0, 0.0])  # the deadline is set, the first trial begins; then it is over
    monkeypatch.setattr(run.time, "monotonic", lambda: next(clock, math.inf))
    result = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=3, timeout_s=60)
    assert result.trials == ()
    assert "The time is up" in result.summary


def test_a_loss_that_is_not_a_number_ends_its_trial_and_not_the_study(config, fixed, tmp_path):
    wild = config.changed({"fit.learning_rate": 1e30})
    result = tune(wild, tmp_path / "a.db", fixed={*fixed, "fit.learning_rate"}, n_trials=2)
    assert [trial.whole for trial in result.trials] == [False, False]
    assert result.best is None
    assert "No trial was trained to its end" in result.summary


def test_a_study_whose_figures_were_lost_gets_them_again(config, fixed, tmp_path):
    first = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=1)
    text = first.best_toml.read_text()
    first.best_toml.unlink()
    again = tune(config, tmp_path / "a.db", fixed=fixed, n_trials=1)
    assert again.best_toml.read_text() == text
    assert "They were there already" in again.summary


def test_the_figures_are_drawn_beside_best_toml(whole_study):
    for name in ("history.png", "importance.png"):
        assert (whole_study.folder / name).read_bytes().startswith(b"\x89PNG")


def test_digits_are_held_out_even_where_the_recipe_holds_none():
    assert Config.of("dense128").settings.data.validation_rate == 0
    assert with_validation(Config.of("dense128")).settings.data.validation_rate == 0.1
    own = Config.of("dense128-onehot")
    assert with_validation(own) == own


def test_a_study_needs_a_name_that_ends_in_db(config, tmp_path):
    with pytest.raises(ConfigError, match=r"a file that ends in \.db is needed"):
        tune(config, tmp_path / "study")
