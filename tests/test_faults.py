"""Kills, signals, full disks and folders that nobody can write to: nothing half, and words.

The batch has its own (test_batch_faults.py), so have training (test_training_cli.py) and tuning.

    python tests/test_faults.py N [SEED]     kill a training and an export N times each
"""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kills_small import Verbs
from tenfold.errors import RunError
from tenfold.training.folder import RunFolder

PATIENCE_S = 300
FULL = Path("/dev/full")
NOBODYS = Path("/proc/tenfold")
"""Not even root can make it."""

needs_linux = pytest.mark.skipif(not FULL.exists(), reason="needs Linux' /dev/full and /proc")

WRITER = """
import itertools, sys
import numpy as np
from pathlib import Path
from tenfold.training.folder import RunFolder
place = RunFolder(Path(sys.argv[1]))
for number in itertools.count():
    with_number = np.full(50_000, number)
    place.write(place.checkpoint, lambda draft: np.savez(draft.open("wb"), x=with_number))
    place.write_json(place.metrics, [number] * 5000)
    if number == 3: print("writing", flush=True)
"""


def test_files_are_whole_at_whatever_moment_their_writer_is_killed(tmp_path: Path) -> None:
    rng = random.Random(3)
    place, seen = RunFolder(tmp_path), set()
    for _ in range(8):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(rng.uniform(0, 0.05))
            writer.kill()
        with np.load(place.checkpoint) as stored:
            assert stored["x"].shape == (50_000,)
            assert (stored["x"] == stored["x"][0]).all()
            seen.add(int(stored["x"][0]))
        numbers = place.metrics.read_text("utf-8").strip("[]\n").replace(",", " ").split()
        assert len(numbers) == 5000
        assert len(set(numbers)) == 1
        place.sweep()
        assert {path.name for path in tmp_path.iterdir()} == {"checkpoint.npz", "metrics.json"}
    assert len(seen) > 1  # the kills came at different moments


def test_a_run_that_was_killed_before_its_first_file_can_be_begun_again(tmp_path: Path) -> None:
    place = RunFolder(tmp_path / "run")
    place.create()
    (place.path / ".abc.tmp.toml").write_text("half")
    place.create()
    place.write_text(place.config, "recipe = 'dense128'")
    with pytest.raises(RunError, match="exists already"):
        place.create()


@needs_linux
@pytest.mark.parametrize("arguments", [["models"], ["--help"], ["models", "--json"]])
def test_an_output_that_is_full_is_told(run_tenfold, arguments: list[str]) -> None:
    with FULL.open("w") as full:
        done = run_tenfold(*arguments, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == (
        "output: could not be written; got no space left on device. "
        "Make room, or write elsewhere.\n"
    )


@needs_linux
def test_a_cache_that_cannot_be_written_hinders_no_reading(run_tenfold, tmp_path: Path) -> None:
    pytest.importorskip("pooch")
    env = {name: value for name, value in os.environ.items() if name != "TENFOLD_DATA"}
    env["XDG_CACHE_HOME"] = str(NOBODYS)
    picture = Path(__file__).parents[1] / "examples" / "digit.png"
    done = run_tenfold("read", picture, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    done = run_tenfold("data", "get", "mnist", env=env)
    assert done.returncode == 1
    assert f"{NOBODYS}/tenfold/mnist: cannot be written to; got no such file" in done.stderr
    assert "XDG_CACHE_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def ctrl_c_counts() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and that is inherited."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def no_large_files() -> None:
    """A disk that takes no file of more than 50 kB; a net has 100."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


SMALL = ("--data", "offline", "--set", "data.fraction=0.1", "--set", "model.width=16")


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained net that is too large for `no_large_files`."""
    pytest.importorskip("tf2onnx")
    from nets_small import as_h5, keras

    images = keras.Input((28, 28))
    answers = keras.layers.Dense(10, activation="softmax")(
        keras.layers.Dense(32)(keras.layers.Flatten()(images))
    )
    return as_h5(keras.Model(images, answers), tmp_path_factory.mktemp("net") / "a.keras")


@pytest.mark.train
def test_a_full_disk_stops_a_training_in_words(run_tenfold, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    done = run_tenfold(
        "train", "dense128", *SMALL, "--epochs", "1", "--name", "full",
        preexec_fn=no_large_files, timeout=PATIENCE_S,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "checkpoint.npz: could not be written; got file too large. Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "runs" / "full").iterdir()] == ["config.toml"]


@pytest.mark.train
def test_a_full_disk_leaves_no_half_export(run_tenfold, net: Path, tmp_path: Path) -> None:
    done = run_tenfold(
        "export", net, "--to", "saved-model", "--out", "m",
        preexec_fn=no_large_files, timeout=PATIENCE_S,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.train
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_export_that_is_stopped_leaves_a_whole_file_or_none(
    net: Path, tmp_path: Path, number: signal.Signals
) -> None:
    command = [
        sys.executable,
        "-m",
        "tenfold",
        "export",
        str(net),
        "--to",
        "onnx",
        "--out",
        "m.onnx",
    ]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=ctrl_c_counts,
    ) as process:
        while process.poll() is None and not any(tmp_path.glob(".export-*")):
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert out == ""
    assert not (tmp_path / "m.onnx").exists()
    if number != signal.SIGKILL:  # which leaves no time to tidy up
        assert (process.returncode, err) == (128 + number, "Stopped.\n")
        assert list(tmp_path.iterdir()) == []


@pytest.mark.train
@needs_linux
def test_a_place_that_cannot_be_written_is_told(run_tenfold) -> None:
    pytest.importorskip("keras")
    done = run_tenfold("train", "dense128", *SMALL, "--out", NOBODYS, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{NOBODYS}/dense128-" in done.stderr
    assert "could not be written; got no such file or directory." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def verbs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verbs]:
    pytest.importorskip("keras")
    pytest.importorskip("tf2onnx")
    pytest.importorskip("mlxtend")
    with Verbs(tmp_path_factory.mktemp("verbs")) as running:
        yield running


def killed_exports(verbs: Verbs, net: Path, folder: Path, n_kills: int, seed: int) -> int:
    """Kill an export at random moments; how many of them had left its file, whole, by then."""
    rng, whole = random.Random(seed), folder / "whole.onnx"
    verbs.run("export", net, "--to", "onnx", "--out", whole)  # warms the disk's cache
    whole.unlink()
    whole_s = verbs.run("export", net, "--to", "onnx", "--out", whole)
    for k in range(n_kills):
        after_s = rng.uniform(0, 1.1 * whole_s)
        verbs.killed(after_s, "export", net, "--to", "onnx", "--out", folder / f"{k}.onnx")
    left = [path for path in folder.glob("*.onnx") if path != whole]
    assert all(path.read_bytes() == whole.read_bytes() for path in left)
    return len(left)


@pytest.mark.train
def test_an_export_killed_at_random_moments_leaves_a_whole_file_or_none(
    verbs: Verbs, net: Path, tmp_path: Path
) -> None:
    n_whole = killed_exports(verbs, net, tmp_path, n_kills=8, seed=2)
    assert n_whole < 8  # some were killed before their end
    drafts = [path for path in tmp_path.iterdir() if path.suffix != ".onnx"]
    assert all(path.name.startswith(".export-") for path in drafts)
    verbs.run("export", net, "--to", "onnx", "--out", tmp_path / "after.onnx")
    assert (tmp_path / "after.onnx").read_bytes() == (tmp_path / "whole.onnx").read_bytes()


def killed_trainings(
    verbs: Verbs, folder: Path, n_kills: int, seed: int, n_epochs: int
) -> list[int]:
    """Kill a training at random moments, going on each time; how many epochs each kill left.

    In the end its history and its files must be those of a run that was let live.
    """
    rng = random.Random(seed)
    lived, killed = folder / "lived", folder / "killed"
    settings = (*SMALL, "--set", "model.dropout=0.3", "--epochs", str(n_epochs))
    new = ("train", "dense128", *settings, "--out", folder, "--name")
    verbs.run(*new, "lived")
    left = [0]
    for _ in range(n_kills):
        on = (killed / "config.toml").is_file()
        until = left[-1] + rng.randrange(2 * n_epochs // n_kills)
        verbs.killed(
            rng.uniform(0, 0.05),
            *(("train", "--resume", killed) if on else (*new, "killed")),
            since=lambda until=until: n_done(killed) >= until,
        )
        left.append(n_done(killed))
    if not (killed / "metrics.json").is_file():
        verbs.run("train", "--resume", killed)
    assert history(killed) == history(lived)
    assert n_done(killed) == n_epochs
    names = [sorted(path.name for path in run.iterdir()) for run in (lived, killed)]
    assert names[0] == names[1]
    return left[1:]


def n_done(run: Path) -> int:
    """Epochs in a run's history."""
    return max(0, len(history(run)) - 1)


def history(run: Path) -> list[str]:
    """The lines of a run's history without its seconds."""
    path = run / "history.csv"
    if not path.is_file():
        return []
    return [line.rpartition(",")[0] for line in path.read_text("utf-8").splitlines()]


@pytest.mark.train
def test_a_training_killed_at_random_moments_ends_as_one_that_lived(
    verbs: Verbs, tmp_path: Path
) -> None:
    left = killed_trainings(verbs, tmp_path, n_kills=4, seed=4, n_epochs=24)
    assert left == sorted(left)  # what was done stays done
    assert any(0 < n_epochs < 24 for n_epochs in left)


def soak(n_kills: int, seed: int = 0) -> None:
    """The same with as many kills as are asked for."""
    from nets_small import as_h5
    from nets_small import net as small_net

    with tempfile.TemporaryDirectory() as name, Verbs(Path(name)) as running:
        folder = Path(name)
        source = as_h5(small_net(), folder / "a.keras")
        exports = folder / "exports"
        exports.mkdir()
        n_whole = killed_exports(running, source, exports, n_kills, seed)
        print(f"{n_kills} exports killed: {n_whole} whole files, none half")
        left = killed_trainings(running, folder, n_kills, seed, n_epochs=600)
        print(f"a training killed {n_kills} times, at epochs {left}: the same 600 epochs and files")


if __name__ == "__main__":
    soak(*map(int, sys.argv[1:]))
