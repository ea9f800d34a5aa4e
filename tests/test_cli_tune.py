"""`tenfold tune` as people call it."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

pytest.importorskip("keras")
pytest.importorskip("optuna")

from tenfold.training import Config
from tenfold.tuning import tune
from tune_small import as_sets, settings, write_digits

ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}


def trial_is_under_way(path):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        return file.execute("SELECT 1 FROM trials WHERE state = 'RUNNING'").fetchone() is not None


def test_a_recipe_that_is_not_there_is_told_with_the_nearest(run_tenfold):
    done = run_tenfold("tune", "dense182")
    assert done.returncode == 2
    assert done.stderr.startswith("dense182: no such recipe. Did you mean")


def test_an_unknown_setting_is_told_with_the_nearest(run_tenfold):
    done = run_tenfold("tune", "dense128", "--set", "fit.epoch=3")
    assert done.returncode == 2
    assert 'unknown key "epoch" in [fit]. Did you mean "epochs"?' in done.stderr


def test_no_trials_at_all_is_wrong_usage(run_tenfold):
    assert run_tenfold("tune", "dense128", "--trials", "0").returncode == 2


@pytest.mark.train
def test_a_study_that_was_killed_goes_on_as_if_it_never_was(run_tenfold, tmp_path):
    digits = write_digits(tmp_path, 200)
    words = ["tune", "dense128", "--trials", "4", "--study", "a.db", *as_sets(digits)]
    with subprocess.Popen(
        [sys.executable, "-m", "tenfold", *words],
        cwd=tmp_path, env=os.environ | ONE_THREAD, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        told = next(line for line in process.stderr if line.startswith("trial  1/4"))
        while not trial_is_under_way(tmp_path / "a.db"):
            assert process.poll() is None
        process.kill()
    assert re.search(
        r"trial  1/4  \d+\.\d\d%  best \d+\.\d\d% \(trial 1\)  .* left  learning", told
    )

    done = run_tenfold(*words, env=os.environ | ONE_THREAD, timeout=180)
    assert done.returncode == 0, done.stderr
    assert "a.db: 1 trial done so far; the one that was broken off is tried again." in done.stderr
    assert done.stdout == "a/best.toml\n"
    undisturbed = tune(
        Config.of("dense128", settings(digits)),
        tmp_path / "b.db",
        fixed=settings(digits),
        n_trials=4,
    )
    best = Config.from_toml(tmp_path / "a" / "best.toml")
    assert best == undisturbed.config
    assert f"{undisturbed.best.accuracy:.2%}" in done.stderr


@pytest.mark.train
def test_a_study_without_a_finished_trial_is_a_failure_that_says_what_to_do(run_tenfold, tmp_path):
    digits = write_digits(tmp_path, 200)
    done = run_tenfold(
        "tune", "dense128", "--timeout", "0", *as_sets(digits),
        env=os.environ | ONE_THREAD, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "The time is up; the same line goes on." in done.stderr
    assert (tmp_path / "studies" / "dense128.db").is_file()
