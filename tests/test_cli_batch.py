"""`tenfold batch`, whole: its rows are those of `tenfold read`, whatever it reads and writes."""

import csv
import io
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tenfold.cli import app

EXAMPLES = Path(__file__).parents[1] / "examples"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of every fate: read, blank, several pages, damaged, none."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("in")
    for name in ("digit.png", "ruled.png", "cell.png"):
        shutil.copy(EXAMPLES / name, folder)
    Image.new("L", (60, 40), 250).save(folder / "blank.png")
    pages = [Image.open(EXAMPLES / name).convert("L") for name in ("cell.png", "digit.png")]
    pages[0].save(folder / "pages.tif", save_all=True, append_images=pages[1:])
    (folder / "cut.png").write_bytes((EXAMPLES / "ruled.png").read_bytes()[:900])
    (folder / "none.jpg").write_text("hello")
    return folder


def invoke(*arguments: object, code: int = 1) -> Any:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def rows(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def want(folder: Path) -> str:
    """What `tenfold read` prints of it."""
    return invoke("read", "--json", folder).stdout


def test_json_lines_are_those_of_tenfold_read_letter_for_letter(
    folder: Path, tmp_path: Path, want: str
) -> None:
    done = invoke("batch", folder, "--out", tmp_path / "out.jsonl", "--ordered")
    assert (tmp_path / "out.jsonl").read_text() == want
    assert "pictures 8, " in done.stderr
    assert done.stdout == ""
    counts = [row["error"] is not None for row in rows(want)]
    assert (len(counts), sum(counts)) == (8, 2)


def test_csv_is_that_of_tenfold_read(folder: Path, tmp_path: Path) -> None:
    options = ["--length", "1", "--max-error", "0.01", "--pages", "1", "--min-confidence", "0.9"]
    invoke("batch", folder, "--out", tmp_path / "out.csv", "--ordered", *options)
    wanted = invoke("read", "--format", "csv", folder, *options).stdout
    assert (tmp_path / "out.csv").read_text() == wanted
    assert len(list(csv.reader(io.StringIO(wanted)))) >= 8


def test_the_csv_of_a_grid_is_that_of_tenfold_read(folder: Path, tmp_path: Path) -> None:
    options = ["--rows", "1", "--cols", "2"]
    invoke("batch", folder, "--out", tmp_path / "out.csv", "--ordered", *options)
    wanted = invoke("read", "--format", "csv", folder, *options).stdout
    assert (tmp_path / "out.csv").read_text() == wanted


def test_parquet_and_sqlite_hold_the_same_objects(folder: Path, tmp_path: Path, want: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs the extra [batch]")
    for name in ("out.parquet", "out.sqlite"):
        invoke("batch", folder, "--out", tmp_path / name, "--ordered")
    assert parquet.read_table(tmp_path / "out.parquet").to_pylist() == rows(want)
    with sqlite3.connect(tmp_path / "out.sqlite") as base:
        told = base.execute("SELECT json, file, page, error FROM pictures ORDER BY id").fetchall()
        numbers = base.execute(
            "SELECT file, text, status, confidence, x, y, numbers.width, numbers.height"
            " FROM numbers JOIN pictures ON picture = id ORDER BY id, place"
        ).fetchall()
    assert [json.loads(text) for text, *_ in told] == rows(want)
    assert [tuple(more) for _, *more in told] == [
        (row["file"], row["page"], row["error"]) for row in rows(want)
    ]
    assert numbers == [
        (row["file"], n["text"], n["status"], n["confidence"], *n["box"])
        for row in rows(want)
        for n in row["numbers"]
    ]


def test_out_of_an_archive_and_a_table_come_the_same_answers(
    folder: Path, tmp_path: Path, want: str
) -> None:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs the extra [batch]")
    from pyarrow import parquet

    files = sorted({row["file"] for row in rows(want)}, key=[r["file"] for r in rows(want)].index)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for file in files:
            archive.write(file, Path(file).name)
    data = [Path(file).read_bytes() for file in files]
    parquet.write_table(pa.table({"image": data}), tmp_path / "x.parquet")
    for source, names in (
        ("x.zip", {file: f"{tmp_path}/x.zip/{Path(file).name}" for file in files}),
        ("x.parquet", {file: f"{tmp_path}/x.parquet#{k}" for k, file in enumerate(files, 1)}),
    ):
        out = tmp_path / f"{source}.jsonl"
        invoke("batch", tmp_path / source, "--out", out, "--ordered")
        wanted = [row | {"file": names[row["file"]]} for row in rows(want)]
        assert rows(out.read_text()) == wanted


def test_shards_together_are_the_whole(folder: Path, tmp_path: Path, want: str) -> None:
    parts = []
    for k in (1, 2, 3):
        out = tmp_path / f"{k}.jsonl"
        done = CliRunner().invoke(
            app, ["batch", str(folder), "--out", str(out), "--shard", f"{k}/3", "--workers", "1"]
        )
        assert done.exit_code in (0, 1)
        parts += rows(out.read_text())

    def place(row: Any) -> Any:
        return row["file"], row["page"] or 0

    assert sorted(parts, key=place) == sorted(rows(want), key=place)


def test_the_summary_says_what_was_counted(folder: Path, tmp_path: Path, want: str) -> None:
    summary = tmp_path / "summary.json"
    invoke("batch", folder, "--out", tmp_path / "out.jsonl", "--summary", summary)
    told = json.loads(summary.read_text())
    numbers = [n for row in rows(want) for n in row["numbers"]]
    assert told["pictures"] == len(rows(want))
    assert told["errors"] == 2
    assert told["without_numbers"] == 1
    assert told["accepted"] + told["review"] == told["numbers"] == len(numbers)
    assert told["accepted"] == sum(n["status"] == "accepted" for n in numbers)
    assert (told["whole"], told["runs"], told["shard"]) == (True, 1, "1/1")
    again = invoke("batch", folder, "--out", tmp_path / "out.jsonl", "--summary", summary)
    assert again.stderr.startswith("Nothing is left to read.")
    assert json.loads(summary.read_text()) == told


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with one picture."""
    (tmp_path / "in").mkdir()
    shutil.copy(EXAMPLES / "digit.png", tmp_path / "in")
    return tmp_path / "in"


def test_what_was_begun_with_other_options_is_not_gone_on_with(alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    invoke("batch", alone, "--out", out, "--workers", "1", code=0)
    before = out.read_text()
    done = invoke("batch", alone, "--out", out, "--layout", "digit", code=2)
    assert "was begun with --layout auto; got digit." in done.stderr
    assert "--overwrite" in done.stderr
    assert out.read_text() == before
    arguments = ["--overwrite", "--layout", "digit", "--workers", "1"]
    invoke("batch", alone, "--out", out, *arguments, code=0)
    assert rows(out.read_text())[0]["numbers"][0]["text"] == "7"


def test_a_file_of_others_is_not_overwritten(alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    out.write_text("precious")
    done = invoke("batch", alone, "--out", out, code=2)
    assert "is there already" in done.stderr
    assert out.read_text() == "precious"
    assert {path.name for path in tmp_path.iterdir()} == {"in", "mine.csv"}
    (tmp_path / "x.jsonl.journal").write_text("no database at all, by any means" * 99)
    done = invoke("batch", alone, "--out", tmp_path / "x.jsonl", code=1)
    assert "is no journal of a batch" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["in", "--out", "out.xls"], "names no format"),
        (["in", "--out", "none/out.csv"], "lies in no folder"),
        (["in", "--out", "in"], "names no format"),
        (["in", "--out", "in", "--format", "csv"], "is a folder"),
        (["gone", "--out", "out.csv"], "gone: no such file or folder"),
        (["in", "--out", "out.csv", "--shard", "9/3"], "--shard"),
        (["in", "--out", "out.csv", "--model", "tenfould"], "tenfould"),
        (["in", "--out", "out.csv", "--pages", "0"], "pages"),
        (["in", "--out", "out.csv", "--workers", "0"], "--workers"),
    ],
)
def test_wrong_usage_is_told_and_leaves_nothing_behind(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("batch", *arguments, code=2)
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_where_nothing_can_be_written_it_says_so(alone: Path, tmp_path: Path) -> None:
    # Even root writes nothing here, and a chmod would not stop it elsewhere.
    done = invoke("batch", alone, "--out", "/proc/self/out.jsonl")
    assert "/proc/self/out.jsonl.journal: cannot be written" in done.stderr
    (tmp_path / "out.csv.part").mkdir()
    done = invoke("batch", alone, "--out", tmp_path / "out.csv", "--workers", "1")
    assert "out.csv.part: cannot be written" in done.stderr


def test_pictures_that_change_while_they_are_read_have_one_row_each(tmp_path: Path) -> None:
    whole = (EXAMPLES / "digit.png").read_bytes()
    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    folder.mkdir()
    paths = [folder / f"{k}.png" for k in range(60)]
    for path in paths:
        path.write_bytes(whole)
    (tmp_path / "list.txt").write_text("\n".join(map(str, paths)))
    changing = ChangingFiles(paths, whole)
    changing.start()
    invoke("batch", tmp_path / "list.txt", "--out", out, "--workers", "1", code=1)
    changing.enough.set()
    changing.join()
    found = rows(out.read_text("utf-8"))
    assert Counter(row["file"] for row in found) == Counter(map(str, paths))
    read = [row for row in found if not row["error"]]
    assert 0 < len(read) < len(found)
    assert all([number["text"] for number in row["numbers"]] == ["7"] for row in read)
    assert all("Error" not in row["error"] for row in found if row["error"])  # in our words


class ChangingFiles(threading.Thread):
    """Cuts pictures short, empties them, makes folders of them and mends them, over and over."""

    def __init__(self, paths: list[Path], whole: bytes) -> None:
        super().__init__(daemon=True)
        self.paths, self.whole, self.enough = paths, whole, threading.Event()

    def run(self) -> None:
        rng = random.Random(5)
        while not self.enough.is_set():
            path = rng.choice(self.paths)
            if path.is_dir():
                path.rmdir()
            path.unlink(missing_ok=True)
            match rng.randrange(6):
                case 0:
                    path.mkdir()
                case 1:
                    path.write_bytes(self.whole[: rng.randrange(len(self.whole))])
                case _:
                    path.write_bytes(self.whole)


def test_corrupt_weights_are_named_and_leave_nothing_behind(
    alone: Path, tmp_path: Path, run_tenfold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "site/tenfold"
    shutil.copytree(EXAMPLES.parent / "src/tenfold", copy)
    net = copy / "weights/line.onnx"
    net.write_bytes(net.read_bytes()[:-1] + b"x")
    monkeypatch.setenv("PYTHONPATH", str(copy.parent))
    done = run_tenfold("batch", alone, "--out", "out.jsonl")
    assert done.returncode == 2
    assert "sha256" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_no_cache_is_needed(alone: Path, run_tenfold: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, "/proc/nowhere")
    done = run_tenfold("batch", alone, "--out", "out.jsonl", "--workers", "1")
    assert done.returncode == 0, done.stderr


def test_a_list_can_come_on_stdin(alone: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tenfold", "batch", "-", "--out", str(tmp_path / "out.csv")]
    names = f"{alone}/digit.png\n{alone}/gone.png\n{alone}/digit.png\n"
    done = subprocess.run(
        [*command, "--ordered"], input=names, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    with (tmp_path / "out.csv").open() as lines:
        found = [(Path(r["file"]).name, r["number"], r["error"]) for r in csv.DictReader(lines)]
    assert found == [("digit.png", "7", ""), ("gone.png", "", "no such file.")]
