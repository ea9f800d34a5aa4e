"""A batch survives: kills, crashes, hangs, signals, a full disk. Real processes, a quick reader."""

import csv
import json
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from batch_small import PIXEL, pictures, quick_run
from tenfold.batch.rows import SUFFIXES
from tenfold.batch.worker import _watch
from tenfold.errors import BatchError

SMALL = Path(__file__).with_name("batch_small.py")
N = 1200


def start(source: Path, out: Path, until: int = 0, **options: object) -> "subprocess.Popen[str]":
    """The batch as a process of its own; so many pictures are done when this returns.

    With `hold` it waits there for a line on its stdin.
    """
    words = [f"{name}={value}" for name, value in options.items()]
    command = [sys.executable, str(SMALL), str(source), str(out), *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line.split()[0]) >= until:
            return process
    raise AssertionError(process.communicate()[1])


def killed(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def files(out: Path) -> Counter[str]:
    """How many rows each file has in an output of any form."""
    kind = SUFFIXES[out.suffix]
    if kind == "jsonl":
        return Counter(json.loads(line)["file"] for line in out.read_text().splitlines())
    if kind == "csv":
        with out.open(newline="") as lines:
            return Counter(row["file"] for row in csv.DictReader(lines))
    if kind == "sqlite":
        with sqlite3.connect(out) as base:
            return Counter(file for (file,) in base.execute("SELECT file FROM pictures"))
    from pyarrow import parquet

    return Counter(parquet.read_table(out, columns=["file"])["file"].to_pylist())


def once(folder: Path) -> Counter[str]:
    return Counter({str(path): 1 for path in folder.rglob("*.pgm")})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures(tmp_path_factory.mktemp("many"), [f"{k:06d}" for k in range(N)])


@pytest.fixture
def lonely() -> Iterator[None]:
    """No worker outlives its batch for long."""
    yield
    deadline = time.monotonic() + 10
    while mine := [p for p in psutil.process_iter(["cmdline"]) if str(SMALL) in _words(p)]:
        assert time.monotonic() < deadline, mine


def _words(process: psutil.Process) -> list[str]:
    return process.info["cmdline"] or []


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite", "parquet"])
def test_killed_at_random_moments_it_ends_with_every_picture_once(
    folder: Path, tmp_path: Path, form: str
) -> None:
    out, rng, known = tmp_path / f"out.{form}", random.Random(form), [0]
    for _ in range(5):
        until = known[-1] + rng.randrange(1, 120)
        killed(start(folder, out, until, hold=until + rng.randrange(60)))
        known.append(quick_done(out))
    assert known == sorted(known)
    assert 0 < known[-1] < N
    done = quick_run(folder, out)
    assert (done.whole, done.tally.pictures) == (True, N)
    assert done.tally.numbers == done.tally.review == N
    assert files(out) == once(folder)
    assert {path.name for path in tmp_path.iterdir()} == {out.name, f"{out.name}.journal"}


def test_killed_with_workers_it_leaves_none_behind_and_loses_nothing(
    folder: Path, tmp_path: Path, lonely: None
) -> None:
    out = tmp_path / "out.jsonl"
    for until in (300, 600):
        killed(start(folder, out, until, hold=until + 100, local=1))
    assert 0 < quick_done(out) < N
    assert quick_run(folder, out, local=1).tally.pictures == N
    assert files(out) == once(folder)


def quick_done(out: Path) -> int:
    """How many pictures the journal knows."""
    base = sqlite3.connect(f"{out}.journal")
    [(count,)] = base.execute("SELECT count(*) FROM done")
    base.close()
    return int(count)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order_and_it_goes_on(
    folder: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out.jsonl"
    process = start(folder, out, 100, hold=100, ordered=1, local=1)
    process.send_signal(number)
    said, told = process.communicate("\n", timeout=60)
    n_done, how = said.split()[-2:]
    assert how == "stopped", told
    assert "finished first" in told
    rows = (tmp_path / "out.jsonl.part").read_text().splitlines()
    assert len(rows) == int(n_done) == quick_done(out)
    assert quick_run(folder, out, ordered=1).tally.pictures == N
    assert list(files(out)) == sorted(once(folder))


def test_a_picture_that_crashes_or_hangs_its_reader_is_an_error_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    names = [*map(str, range(100, 140)), "crash1", "crash2", "hang", "odd"]
    folder = pictures(tmp_path / "in", names)
    done = quick_run(folder, tmp_path / "out.jsonl", timeout_s=1, ordered=1, local=1)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [Path(row["file"]).stem for row in rows] == names
    assert [bool(row["error"]) for row in rows] == [False] * 40 + [True] * 4
    died = "ended the process that read it, or took longer than 1 s, twice."
    assert [row["error"] for row in rows[-4:-1]] == [died] * 3
    assert "ZeroDivisionError: one over nothing" in rows[-1]["error"]
    assert done.tally.errors == 4


def test_one_watch_serves_the_pictures_of_a_moment_and_ends_none_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, ends = [0.0], []
    monkeypatch.setattr("tenfold.batch.worker.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(
        "tenfold.batch.worker.faulthandler.dump_traceback_later",
        lambda seconds, **_: ends.append(clock[0] + seconds),
    )
    with _watch(60.0) as begin:
        for now in (0.0, 0.005, 1.1, 1.3, 50.0):
            clock[0] = now
            begin()
            assert now + 60 <= ends[-1] <= now + 62
    assert len(ends) == 3


def workers_of(family: psutil.Process) -> list[psutil.Process]:
    """The children of its forkserver, at least one; none that ends while it is asked."""
    while True:
        try:
            found = [p for p in family.children(recursive=True) if p.parent() != family]
        except psutil.NoSuchProcess:
            continue
        if found:
            return found


def test_a_worker_that_is_killed_costs_nothing(folder: Path, tmp_path: Path) -> None:
    process = start(folder, tmp_path / "out.jsonl", 10, hold=10, local=1)
    family = psutil.Process(process.pid)
    for _ in range(2):
        worker = workers_of(family)[0]
        worker.kill()
        worker.wait(30)  # or the next one found may be this one, just before it is gone
    said, told = process.communicate("\n", timeout=60)
    assert said.split()[-2:] == [str(N), "whole"], told
    assert files(tmp_path / "out.jsonl") == once(folder)


def test_a_second_batch_on_one_output_is_refused(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    process = start(folder, out, 10, hold=10)
    with pytest.raises(BatchError, match=r"out\.jsonl: another batch is writing it"):
        quick_run(folder, out)
    said, _ = process.communicate("\n", timeout=60)
    assert said.split()[-2:] == [str(N), "whole"]
    assert files(out) == once(folder)


@pytest.mark.parametrize("form", ["jsonl", "sqlite", "parquet"])
def test_a_full_disk_is_told_and_it_goes_on_when_there_is_room(
    folder: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"out.{form}"
    command = [sys.executable, str(SMALL), str(folder), str(out)]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=little_room
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("tenfold.errors.BatchError: ")
    assert "cannot be written" in last
    assert "the same command then goes on where it stopped" in last
    assert not out.exists()
    assert quick_run(folder, out).tally.pictures == N
    assert files(out) == once(folder)


FILL = """
mount -t tmpfs -o size=64k full "$disk" || exit 77
"$@"; echo "exit $?" $(ls "$disk")
mount -o remount,size=8m "$disk"
"$@" && cp "$disk"/out.* "$kept"
"""


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite"])
def test_a_small_disk_that_is_really_full_is_told_and_it_goes_on_when_it_has_grown(
    folder: Path, tmp_path: Path, form: str
) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir(), kept.mkdir()
    batch = [sys.executable, str(SMALL), str(folder), str(disk / f"out.{form}")]
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "bash", "-c", FILL, "fill", *batch],
        env=os.environ | {"disk": str(disk), "kept": str(kept)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"no disk of one's own can be mounted here: {done.stderr.strip()}")
    filled, _, gone_on = done.stdout.partition("exit 1 ")
    names, first, *_ = gone_on.splitlines()
    assert set(names.split()) <= {f"out.{form}.part", f"out.{form}.journal"}
    [said] = [line for line in done.stderr.splitlines() if line.startswith("tenfold.errors.")]
    assert re.search("cannot be written; got .*(no space left on device|disk is full)[.]", said)
    assert said.endswith("the same command then goes on where it stopped.")
    # SQLite writes its pages before it commits: the disk may be full before the first row is.
    assert int(first) > 0 or form == "sqlite"
    assert int(first) <= int(filled.split()[-1]) < N
    assert files(kept / f"out.{form}") == once(folder)


def test_pictures_that_vanish_are_errors_and_new_ones_are_read(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "in", [f"{k:04d}" for k in range(900)])
    out = tmp_path / "out.jsonl"
    process = start(folder, out, 200, hold=200)
    for k in range(300, 600):
        (folder / f"{k:04d}.pgm").unlink()
    for k in range(2000, 2010):
        (folder / f"{k:04d}.pgm").write_bytes(PIXEL)
    killed(process)
    quick_run(folder, out)
    found = files(out)
    assert set(found.values()) == {1}
    assert found.keys() >= once(folder).keys()  # what lies there now, and what was read before
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    gone = [row["error"] for row in rows if not Path(row["file"]).exists() and row["error"]]
    assert set(gone) <= {"no such file."}


def test_names_of_any_bytes_are_kept_apart_and_told(tmp_path: Path) -> None:
    names = [
        "line\nbreak",
        "\N{PILE OF POO}",
        'a,b;"c"',
        os.fsdecode(b"\xff1"),
        os.fsdecode(b"\xfe1"),
    ]
    folder = pictures(tmp_path / "in", names)
    escaped = [name.encode("utf-8", "backslashreplace").decode() for name in names]
    for form in ("jsonl", "csv", "sqlite", "parquet"):
        out = tmp_path / f"out.{form}"
        assert quick_run(folder, out).tally.errors == 0
        wanted = names if form == "jsonl" else escaped
        assert files(out) == Counter(str(folder / f"{name}.pgm") for name in wanted), form


def test_the_clock_on_the_wall_may_jump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = iter(range(0, -(10**9), -1000))
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    folder = pictures(tmp_path / "in", [str(k) for k in range(100, 200)])
    done = quick_run(folder, tmp_path / "out.jsonl")
    assert (done.whole, done.tally.errors) == (True, 0)
    assert 0 < done.tally.seconds < 60
