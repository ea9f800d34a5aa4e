import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("keras")
pytest.importorskip("mlxtend")

PATIENCE_S = 300  # far more than is needed on a machine that does nothing else
SMALL = ("--data", "offline", "--set", "data.fraction=0.1", "--set", "model.dropout=0.3")


def history(folder):
    """The history without its seconds."""
    lines = (folder / "history.csv").read_text().splitlines()
    return [line.rpartition(",")[0] for line in lines]


def test_two_processes_with_different_hash_seeds_give_the_same_figures(run_tenfold, tmp_path):
    for name, hash_seed in (("a", "1"), ("b", "2")):
        done = run_tenfold(
            "train", "convnet", *SMALL, "--epochs", "2", "--augment", "--name", name,
            "--set", "model.width=4",
            env=os.environ | {"PYTHONHASHSEED": hash_seed}, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"runs/{name}\n"
    assert history(tmp_path / "runs" / "a") == history(tmp_path / "runs" / "b")
    assert len(history(tmp_path / "runs" / "a")) == 3


@contextmanager
def training(folder, *arguments):
    """`tenfold train`, told to be past its first epoch."""
    command = [sys.executable, "-m", "tenfold", "train", *arguments]
    with subprocess.Popen(
        command, cwd=folder, text=True, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for line in process.stderr:
            if line.startswith("epoch  1/"):
                break
        yield process


def test_a_killed_run_goes_on_to_the_figures_of_one_that_lived(run_tenfold, tmp_path):
    settings = ("dense128", *SMALL, "--batch-size", "8", "--epochs", "5")
    lived = run_tenfold("train", *settings, "--name", "lived", timeout=PATIENCE_S)
    assert lived.returncode == 0, lived.stderr
    with training(tmp_path, *settings, "--name", "killed") as process:
        process.kill()
    killed = tmp_path / "runs" / "killed"
    assert not (killed / "metrics.json").exists()
    resumed = run_tenfold("train", "--resume", "runs/killed", timeout=PATIENCE_S)
    assert resumed.returncode == 0, resumed.stderr
    assert history(killed) == history(tmp_path / "runs" / "lived")


def test_ctrl_c_keeps_what_there_is(tmp_path):
    long = ("dense128", "--data", "offline", "--epochs", "500", "--name", "long")
    with training(tmp_path, *long) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    run = tmp_path / "runs" / "long"
    assert process.returncode == 0, err
    assert out == "runs/long\n"
    assert "Traceback" not in err
    assert "Stopped by hand; go on with: tenfold train --resume runs/long" in err
    assert (run / "model.keras").is_file()
    assert (run / "metrics.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["convnett"], 2, 'convnett: no such recipe. Did you mean "convnet"'),
        ([], 2, "RECIPE: missing. One of: dense128-dropout, "),
        (
            ["dense128", "--set", "fit.epohcs=3"], 2,
            'tenfold train: unknown key "epohcs" in [fit]. Did you mean "epochs"',
        ),
        (["dense128", "--set", "fit.epochs"], 2, "--set: SECTION.KEY=VALUE is needed; got "),
        (["dense128", "--epochs", "0"], 2, "fit.epochs: must be at least 1; got 0."),
        (["--resume", "nowhere"], 1, "nowhere: no run folder (there is no config.toml in it)."),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_words_before_keras_is_loaded(run_tenfold, arguments, code, words):
    done = run_tenfold("train", *arguments)
    assert words in done.stderr
    assert "Keras is being loaded" not in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (code, "")


def test_missing_data_says_what_to_do(run_tenfold, tmp_path):
    done = run_tenfold("train", "dense128", "--data", tmp_path / "empty")
    assert done.returncode == 1
    assert "MNIST: not found in " in done.stderr
    assert "tenfold data get" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_settings_of_a_run_cannot_change_on_the_way(run_tenfold, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.toml").write_text('recipe = "dense128"\n')
    done = run_tenfold("train", "--resume", "run", "--epochs", "9")
    assert done.returncode == 2
    assert "fit.epochs: cannot be changed on the way." in done.stderr


def test_the_settings_are_shown_with_their_meaning(run_tenfold):
    done = run_tenfold("train", "dense128", "--epochs", "7", "--settings")
    assert done.returncode == 0
    assert "passes over the" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "fit.epochs" in line)
    assert " 7 " in row
