"""The command as a whole, in its own process: exit codes, streams, help."""

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenfold.cli import VERBS, app, load_verb, read
from tenfold.errors import ConfigError, DataError, ModelError

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("verb", VERBS)
def test_the_line_in_the_list_of_verbs_is_the_first_line_of_the_verbs_own_help(verb: str) -> None:
    _, line = VERBS[verb]
    assert load_verb(verb).help.splitlines()[0] == line


def test_the_help_lists_every_verb(run_tenfold: Run) -> None:
    done = run_tenfold("--help")
    assert done.returncode == 0
    words = done.stdout.split()
    assert [verb for verb in VERBS if verb in words] == list(VERBS)


def test_a_mistyped_verb_gets_the_nearest_one(run_tenfold: Run) -> None:
    done = run_tenfold("raed", "a.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'No such command "raed". Did you mean "read"?' in done.stderr


def test_the_version_is_that_of_the_package(run_tenfold: Run) -> None:
    import tenfold

    assert run_tenfold("--version").stdout == f"tenfold {tenfold.__version__}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_the_progress_bar_stays_on_stderr_and_out_of_the_results(
    run_tenfold: Run, form: str
) -> None:
    import pty

    ours, theirs = pty.openpty()
    names = [f"{n}.png" for n in range(9)]
    done = run_tenfold(
        "read",
        *names,
        "--format",
        form,
        capture_output=False,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    assert b"Reading" in os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    rows = done.stdout.splitlines()
    assert len(rows) == 9 + (form != "jsonl")
    assert not any("Reading" in row for row in rows)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("rate", "too high", todo="Lower it"), 2),
        (ModelError("net", "no such model"), 2),
        (DataError("set", "is missing"), 1),
    ],
)
def test_what_the_user_can_mend_ends_in_its_words_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(sys.modules["tenfold.cli.read"], "collect", fail)
    done = CliRunner().invoke(app, ["read", "a.png"])
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", f"{error}\n")


def test_a_package_that_is_not_installed_is_told_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def needs_keras(_: object) -> None:
        raise ModuleNotFoundError("No module named 'keras.ops'", name="keras.ops")

    monkeypatch.setattr(sys.modules["tenfold.cli.read"], "collect", needs_keras)
    done = CliRunner().invoke(app, ["read", "a.png"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "keras: needed here, but not installed. Run: pip install 'tenfold[train]'.\n"
    )


def test_a_model_that_is_not_there_ends_with_2_and_says_so(
    run_tenfold: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.png").touch()
    done = run_tenfold("read", "a.png", "--model", "gone.onnx")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gone.onnx: no such file.\n"


def test_a_reader_of_the_output_that_stops_early_is_no_error_to_shout_about(tmp_path: Path) -> None:
    names = [str(tmp_path / f"{n}.png") for n in range(3000)]
    command = [sys.executable, "-m", "tenfold", "read", "--json", *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert json.loads(process.stdout.readline())["error"] == "no such file."
        process.stdout.close()
        assert process.stderr.read() == b""


def test_ctrl_c_ends_with_one_word_and_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["tenfold.cli.read"], "collect", interrupted)
    done = CliRunner().invoke(app, ["read", "a.png"])
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "Stopped.\n")


def test_defaults_are_those_of_the_api() -> None:
    from tenfold import Reader, load_classifier
    from tenfold.runtime import DEFAULT_MODEL

    cli = inspect.signature(read.read).parameters
    api = inspect.signature(Reader).parameters
    assert cli["model"].default == api["model"].default == DEFAULT_MODEL
    assert inspect.signature(load_classifier).parameters["name_or_path"].default == DEFAULT_MODEL
    assert cli["polarity"].default == api["polarity"].default == "auto"


def test_polarities_are_those_of_the_picture_room() -> None:
    from typing import get_args

    from tenfold.picture import POLARITIES

    assert get_args(read.Polarity) == POLARITIES
