"""`tenfold calibrate`, and `tenfold read` under promises and rules."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import tenfold.reading
from fake_reader import FakeReader
from tenfold.cli import app
from tenfold.cli.calibrate import answered
from tenfold.data.folder import read_folder
from tenfold.results import Box, Number, Reading
from tenfold.trust import load_promise, steps

BAR = np.full((60, 60), 250, np.uint8)
BAR[10:50, 28:33] = 40


def run(*words: object, code: int = 0):
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == code, result.output
    return result


class Sure:
    """Reads 1 in every picture, and is surer of wider ones."""

    def __init__(self, model: str = "tenfold") -> None:
        self.model = model

    def read(self, path: Path) -> Reading:
        with Image.open(path) as picture:
            width = picture.width
        number = Number("1", width / 1000, "review", Box(0, 0, 1, 1), ())
        return Reading(path.name, width, 1, (number,))


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """200 pictures, the k-th 700 + k wide; of the narrower ones every tenth is a 7."""
    folder = tmp_path / "mine"
    folder.mkdir()
    rows = ["file,label"]
    for k in range(200):
        Image.new("L", (700 + k, 4), 255).save(folder / f"{k}.png")
        rows.append(f"{k}.png,{7 if k < 60 and k % 10 == 0 else 1}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenfold.reading, "Reader", Sure)


@pytest.mark.usefixtures("sure")
def test_calibrate_says_what_is_promised_and_how_many_pictures_more_would_take(
    labelled: Path,
) -> None:
    told = run("calibrate", labelled, "--max-error", "0.03", "--max-error", "0.001").stdout
    lines = told.splitlines()
    assert lines[0].startswith("200 pictures; a number was found in 200, 6 of these answers")
    promised, refused = (next(x for x in lines if x.startswith(y)) for y in ("3 %", "0.1 %"))
    # The surest 149 are right; after one wrong answer of 150 the bound is 3.1 %.
    assert promised.split()[2:] == ["149", "(74", "%)", "0", "1.99", "%", "0.7510"]
    assert "too few answers, 200: at least 2,995 are needed" in refused


@pytest.mark.usefixtures("sure")
def test_the_promise_that_was_written_is_what_read_keeps(labelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.json"
    done = run("calibrate", labelled, "--out", out, "--json", "--max-error", "0.03")
    told = json.loads(done.stdout)
    pairs, failed = answered(Sure(), read_folder(labelled))
    known = steps(*zip(*pairs, strict=True)).accept(0.03)
    assert failed == []
    assert told["promises"][0]["threshold"] == known.threshold
    assert (told["answers"], told["wrong"]) == (200, sum(not right for _, right in pairs))
    assert load_promise(out).threshold(0.03) == known.threshold
    assert str(out) in done.stderr


def test_calibrate_reads_real_pictures_and_names_those_that_cannot_be(tmp_path: Path) -> None:
    for label in "17":
        (tmp_path / label).mkdir()
        Image.fromarray(BAR).save(tmp_path / label / "bar.png")
    (tmp_path / "1" / "broken.png").write_bytes(b"no picture")
    done = run("calibrate", tmp_path, code=1)
    assert done.stdout.startswith("3 pictures; a number was found in 2, 1 of these answers")
    assert "broken.png" in done.stderr


def test_calibrate_refuses_what_cannot_be_before_it_reads(tmp_path: Path) -> None:
    run("calibrate", tmp_path / "gone", code=1)
    (tmp_path / "1").mkdir()
    Image.fromarray(BAR).save(tmp_path / "1" / "bar.png")
    assert "between 0 and 1" in run("calibrate", tmp_path, "--max-error", "2", code=2).stderr


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.fromarray(BAR).save(tmp_path / "one.png")
    return tmp_path / "one.png"


def status(picture: Path, *options: object) -> str:
    done = run("read", "--json", picture, *options)
    return str(json.loads(done.stdout)["numbers"][0]["status"])


def promise(folder: Path, confidence: float) -> Path:
    """A promise that accepts from this confidence on, at 1 % and above."""
    made = {
        "schema": 1, "model": "tenfold", "about": {},
        "steps": {"threshold": [confidence], "accepted": [400], "wrong": [0]},
    }  # fmt: skip
    (folder / "promise.json").write_text(json.dumps(made))
    return folder / "promise.json"


def test_read_accepts_as_the_promise_in_a_file_says(picture: Path, tmp_path: Path) -> None:
    lenient = promise(tmp_path, 0.01)
    assert status(picture, "--promise", lenient, "--max-error", "0.01") == "accepted"
    strict = promise(tmp_path, math.nextafter(1, 2))
    assert status(picture, "--promise", strict, "--max-error", "0.01") == "review"


def test_read_refuses_a_promise_that_cannot_be_kept(picture: Path, tmp_path: Path) -> None:
    few = promise(tmp_path, 0.5)
    told = run("read", picture, "--promise", few, "--max-error", "0.001", code=2).stderr
    assert "too few answers, 400: at least 2,995 are needed" in told
    assert "tenfold calibrate FOLDER" in told
    (tmp_path / "promise.json").write_text("{}")
    assert "is no promise" in run("read", picture, "--promise", few, code=2).stderr
    assert "cannot be read" in run("read", picture, "--promise", "gone.json", code=2).stderr


def test_the_shipped_promise_keeps_the_default() -> None:
    from tenfold.reading import accept_from

    assert 0.5 < accept_from() <= 1
    assert accept_from(0.02) <= accept_from()


def test_a_promise_for_another_model_is_told(picture: Path, tmp_path: Path) -> None:
    made = promise(tmp_path, 0.01)
    made.write_text(made.read_text().replace('"tenfold"', '"mine.onnx"'))
    told = run("read", picture, "--promise", made, "--max-error", "0.01").stderr
    assert "fitted on the answers of mine.onnx, not of tenfold" in told


def test_read_holds_numbers_to_rules_and_carries_both_texts(picture: Path, tmp_path: Path) -> None:
    number = json.loads(run("read", "--json", picture, "--length", "1").stdout)["numbers"][0]
    assert (number["text"], number["unruled"]) == ("1", "1")
    plates = tmp_path / "plates.txt"
    plates.write_text("25\n26\n")
    number = json.loads(run("read", "--json", picture, "--choices", plates).stdout)["numbers"][0]
    assert (number["text"], number["unruled"], number["status"]) == ("", "1", "review")
    table = run("read", picture, "--choices", plates).stdout
    assert table.splitlines()[1].split(None, 1)[1] == "-       0.00        review, without rules 1"
    rows = csv.DictReader(run("read", "--format", "csv", picture, "--min", "2").stdout.splitlines())
    assert [(row["number"], row["unruled"]) for row in rows] == [("", "1")]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--pattern", "12(3"], "--pattern: no regular expression"),
        (["--length", "many"], '--length: must be N or N-M, as in 5 or 3-6; got "many"'),
        (["--min", "5", "--max", "4"], "--min: no number is at least 5 and at most 4"),
        (["--near", "5"], "--near: says nothing without within"),
        (["--max", "1,5"], "--max: must be a number"),
        (["--checksum", "lunh"], '--checksum: no such kind; got "lunh". Did you mean "luhn"?'),
        (["--choices", "gone.txt"], "gone.txt: the choices cannot be read"),
    ],
)
def test_a_rule_that_is_none_is_told_before_anything_is_read(
    options: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeReader.made = []
    monkeypatch.setattr(tenfold.reading, "Reader", FakeReader)
    done = run("read", "any.png", *options, code=2)
    assert done.stderr.startswith(told)
    assert (done.stdout, FakeReader.made) == ("", [])
