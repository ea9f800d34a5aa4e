"""`tenfold review`: keys on a terminal, lines without one, and the whole loop from read on."""

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from fake_reader import number
from review_small import picture, reading, scans, written
from tenfold.cli import app
from tenfold.data.folder import read_folder
from tenfold.data.pen import draw_number
from tenfold.picture import open_picture
from tenfold.results import Reading


def run(*words: object, said: str = "", code: int = 0) -> Result:
    """`tenfold review WORD...`, with this on stdin."""
    done = CliRunner().invoke(app, ["review", *map(str, words)], input=said)
    assert done.exit_code == code, done.output
    return done


def labels(folder: Path) -> list[tuple[str, str]]:
    with (folder / "labels.csv").open(newline="") as lines:
        return [(row["label"], row["kind"]) for row in csv.DictReader(lines)]


def test_lines_of_stdin_are_answers_where_there_is_no_terminal(tmp_path: Path) -> None:
    done = run(scans(tmp_path), said="y\nseven\ns\nu\n12,50\nx\n")
    kept = tmp_path / "scans" / "reviewed"
    assert labels(kept) == [("7", "confirmed"), ("12,50", "corrected"), ("none", "no number")]
    assert '"seven": Press a key, or type what is written' in done.stderr
    assert "1 of 3" in done.stdout
    assert "3 answers: 1 confirmed, 1 corrected, 1 no number, 0 left." in done.stdout
    assert f"tenfold calibrate {kept}" in done.stdout
    assert f"tenfold evaluate tenfold --data {kept}" in done.stdout
    assert [record.label for record in read_folder(kept)] == ["7", "12,50", "none"]


def test_a_sitting_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    out = scans(tmp_path)
    run(out, said="y\nq\n")
    done = run(out, said="9\nu\nu\n8\ns\n")
    assert "Going on: 1 were looked at before." in done.stdout
    assert "2 of 3" in done.stdout
    kept = tmp_path / "scans" / "reviewed"
    assert labels(kept) == [("8", "corrected")], "both were undone, the first of another sitting"
    assert "1 corrected, 0 no number, 2 left" in done.stdout


def test_nothing_doubtful_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    sure = number("7", confidence=0.99)
    out = written(tmp_path / "out.jsonl", reading(picture(tmp_path / "a.png"), sure))
    done = run(out)
    assert done.stdout == "Nothing to look at: all 1 numbers in 1 pictures were accepted.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "out.jsonl"}
    assert "1 of 1" in run(out, "--all", said="q\n").stdout


def test_what_cannot_be_shown_is_told_and_the_rest_is_asked(tmp_path: Path) -> None:
    out = scans(tmp_path)
    (tmp_path / "scans" / "b.png").unlink()
    picture(tmp_path / "scans" / "c.png", (120, 44))
    done = run(out, "--to", tmp_path / "mine", said="y\n", code=1)
    assert "b.png: is not there any more. Say where it is now: --pictures FOLDER." in done.stderr
    assert "c.png: has changed since it was read: 120x40 then, 120x44 now" in done.stderr
    assert "1 confirmed, 0 corrected, 0 no number, 0 left, 2 could not be shown" in done.stdout
    assert labels(tmp_path / "mine") == [("407", "confirmed")]


def test_pictures_without_an_answer_are_labelled_whole_when_asked_for(tmp_path: Path) -> None:
    blank, broken = picture(tmp_path / "blank.png"), tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    out = written(
        tmp_path / "out.jsonl",
        reading(blank),
        Reading(str(broken), 0, 0, error="not a picture."),
    )
    done = run(out, "--errors", "--to", tmp_path / "mine", said="y\n12|7\n", code=1)
    assert "no number was found in this picture" in done.stdout
    assert "Nothing was read that could be right" in done.stderr
    assert "broken.png: not a picture" in done.stderr
    [record] = read_folder(tmp_path / "mine")
    assert (record.label, open_picture(record.path).pixels.shape) == ("12|7", (40, 120))


def test_what_came_on_stdin_is_reviewed_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = picture(tmp_path / "a.png")
    out = written(tmp_path / "out.jsonl", reading("-", number("407")))
    lost = run(out, "--to", tmp_path / "x", said="y\n", code=1)
    assert labels(tmp_path / "x") == []
    assert "-: came on stdin and was not kept. Give its file: --pictures FILE." in lost.stderr
    run(out, "--pictures", file.name, said="y\n")
    assert labels(tmp_path / "reviewed") == [("407", "confirmed")]


def test_a_file_name_drives_no_terminal(tmp_path: Path) -> None:
    file = picture(tmp_path / "a\x1b[2J.png")
    out = written(tmp_path / "out.jsonl", reading(file, number("407")))
    assert "a\\x1b[2J.png" in run(out, said="y\n").stdout
    assert [record.label for record in read_folder(tmp_path / "reviewed")] == ["407"]


@pytest.mark.parametrize(
    ("text", "told"),
    [(None, "cannot be read (No such file"), ("hello", "not a reading in JSON")],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    if text:
        (tmp_path / "out.jsonl").write_text(text)
    done = run(tmp_path / "out.jsonl", code=1)
    assert done.stdout == ""
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_heavy_and_no_model_is_loaded_to_review(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = ['review', 'out.jsonl']\n"
        "from tenfold.cli import app\n"
        "try: app()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    scans(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], input="q\n", capture_output=True, text=True, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    assert "1 of 3" in done.stdout
    assert {"onnxruntime", "keras", "matplotlib"}.isdisjoint(done.stderr.split())


class Terminal:
    """`tenfold review` on a terminal of its own."""

    def __init__(
        self,
        folder: Path,
        *arguments: object,
        size: tuple[int, int] = (40, 90),
        before: str = "",
    ) -> None:
        pexpect = pytest.importorskip("pexpect", reason="needs a terminal of POSIX")
        line = shlex.join([sys.executable, "-m", "tenfold", "review", *map(str, arguments)])
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        self.child = pexpect.spawn(
            "/bin/sh", ["-c", f"{before} exec {line}"],
            cwd=folder, dimensions=size, timeout=60, encoding="utf-8",
            env={**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )  # fmt: skip
        self.end = pexpect.EOF

    def sees(self, *words: str) -> None:
        for word in words:
            self.child.expect_exact(word)

    def press(self, keys: str) -> None:
        self.child.send(keys)

    def ends(self) -> int:
        self.child.expect(self.end)
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)


def test_one_key_confirms_and_typing_corrects_on_a_terminal(tmp_path: Path) -> None:
    on = Terminal(tmp_path, scans(tmp_path))
    on.sees("1 of 3", "b.png", "▀", "read as 7", "or 8", "quit")
    on.press("y")
    on.sees("Kept: 7, confirmed.", "2 of 3", "quit")
    on.press("18x\x7f\r")  # a typed letter is rubbed out; inside a text no key is an answer
    on.sees("Kept: 18, corrected.", "3 of 3", "quit")
    on.press("u")
    on.sees("Taken back.", "2 of 3", "quit")
    on.press("x")
    on.sees("Kept: no number.", "3 of 3", "quit")
    on.press("s")
    on.sees("3 answers: 1 confirmed, 0 corrected, 1 no number, 1 left.")
    assert on.ends() == 0
    kept = tmp_path / "scans" / "reviewed"
    assert labels(kept) == [("7", "confirmed"), ("none", "no number")]


def test_keys_pressed_ahead_are_not_lost_and_a_refused_text_can_be_mended(tmp_path: Path) -> None:
    on = Terminal(tmp_path, scans(tmp_path), "--in-order")
    on.press("y7\r")
    on.sees("Kept: 407, confirmed.", "Kept: 7, confirmed.", "3 of 3", "quit")
    on.press("1,\r")
    on.sees("Press a key, or type what is written")
    on.press("5\r")
    on.sees("3 answers: 2 confirmed, 1 corrected")
    assert on.ends() == 0
    assert labels(tmp_path / "scans" / "reviewed")[2] == ("1,5", "corrected")


def test_results_may_come_by_a_pipe_and_keys_from_the_terminal(tmp_path: Path) -> None:
    scans(tmp_path)
    on = Terminal(tmp_path, "-", "--to", "mine", before="cat out.jsonl |")
    on.sees("1 of 3", "quit")
    on.press("yyq")
    on.sees("3 answers: 2 confirmed")
    assert on.ends() == 0
    assert labels(tmp_path / "mine") == [("7", "confirmed"), ("52", "confirmed")]


def test_a_killed_sitting_has_lost_nothing(tmp_path: Path) -> None:
    out = scans(tmp_path)
    on = Terminal(tmp_path, out)
    on.sees("1 of 3", "quit")
    on.press("y")
    on.sees("2 of 3", "quit")
    on.child.kill(signal.SIGKILL)
    on.ends()
    again = Terminal(tmp_path, out)
    again.sees("Going on: 1 were looked at before.", "2 of 3", "quit")
    again.press("\x03")
    again.sees("1 confirmed, 0 corrected, 0 no number, 2 left", "Stopped.")
    assert again.ends() == 130
    assert labels(tmp_path / "scans" / "reviewed") == [("7", "confirmed")]


def test_a_narrow_terminal_breaks_no_line_of_the_picture(tmp_path: Path) -> None:
    on = Terminal(tmp_path, scans(tmp_path), size=(12, 24))
    on.sees("quit")
    drawn = [line for line in on.child.before.splitlines() if "▀" in line]
    on.press("q")
    assert on.ends() == 0
    assert len(drawn) >= 3
    assert len({line.count("▀") for line in drawn}) == 1
    assert 0 < drawn[0].count("▀") <= 24


def test_what_a_person_said_is_what_evaluate_and_calibrate_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole loop: read, review by keys, evaluate, calibrate."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(11)
    Path("scans").mkdir()
    for text in ("7", "3", "40718"):
        ink = np.pad(draw_number(text, rng, 60, 0.3)[0], 24)
        Image.fromarray(255 - ink).save(f"scans/{text}.png")
    out = Path("out.jsonl")
    out.write_text(CliRunner().invoke(app, ["read", "--json", "scans"]).stdout)
    texts = [one["numbers"][0]["text"] for one in map(json.loads, out.read_text().splitlines())]
    on = Terminal(tmp_path, out, "--all", "--in-order")
    for k, text in enumerate(texts):
        on.sees(f"{k + 1} of 3", f"read as {text}", "quit")
        on.press("y" if k else "9\r")  # the first is told to be a 9, and everything is confirmed
    on.sees("3 answers: 2 confirmed, 1 corrected")
    assert on.ends() == 0
    told = CliRunner().invoke(app, ["evaluate", "tenfold", "--data", "scans/reviewed", "--json"])
    assert json.loads(told.stdout)["n"] == 2, told.output
    told = CliRunner().invoke(app, ["calibrate", "scans/reviewed", "--json"])
    known = json.loads(told.stdout)
    assert (known["pictures"], known["answers"], known["wrong"]) == (3, 3, 1), told.output
