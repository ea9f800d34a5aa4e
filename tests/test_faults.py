"""Kills, signals, full disks and folders that nobody can write to: nothing half, and words.

The batch has its own (test_batch_faults.py), so have training (test_training_cli.py) and tuning.

    python tests/test_faults.py N [SEED]     kill a training N times; its figures must stay the same
"""

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

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


def soak(n_kills: int, seed: int = 0) -> None:
    """Kill a training at random moments until it has been killed n times; compare the ends."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        train = [sys.executable, "-m", "tenfold", "train"]
        new = [
            *train,
            "dense128",
            *SMALL,
            "--set",
            "model.dropout=0.3",
            "--epochs",
            "600",
            "--name",
        ]
        began = time.monotonic()
        subprocess.run([*new, "lived"], cwd=folder, check=True, capture_output=True)
        whole_s = time.monotonic() - began
        lived, killed = (Path(folder) / "runs" / name for name in ("lived", "killed"))
        for _ in range(n_kills):
            on = (killed / "config.toml").is_file()
            command = [*train, "--resume", str(killed)] if on else [*new, "killed"]
            with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(0, whole_s / 5))
                process.kill()
            rows = killed / "history.csv"
            print(
                "epochs", rows.read_text().count("\n") - 1 if rows.is_file() else "none", flush=True
            )
        subprocess.run(
            [*train, "--resume", str(killed)], cwd=folder, check=True, capture_output=True
        )
        ends = [
            [line.rpartition(",")[0] for line in (run / "history.csv").read_text().splitlines()]
            for run in (lived, killed)
        ]
        assert ends[0] == ends[1]
        assert len(ends[0]) == 601
        left = sorted(path.name for path in killed.iterdir())
        assert left == sorted(path.name for path in lived.iterdir())
        print(f"{n_kills} kills, the same 600 epochs, the same files: {', '.join(left)}")


if __name__ == "__main__":
    soak(*map(int, sys.argv[1:]))
