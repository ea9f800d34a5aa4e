import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import tenfold.reading
from fake_reader import FakeReader
from tenfold.cli import app
from tenfold.cli.inputs import BESIDE
from tenfold.results import Reading

Run = Callable[..., SimpleNamespace]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs, with a few pictures."""
    for name in ("7", "10_405", "9", "blank"):
        Image.fromarray(np.full((40, 90), 240, np.uint8)).save(tmp_path / f"{name}.png")
    whole = (tmp_path / "7.png").read_bytes()
    (tmp_path / "broken.png").write_bytes(whole[: len(whole) // 2])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(FakeReader, "made", [], raising=False)
    monkeypatch.setattr(tenfold.reading, "Reader", FakeReader)

    def call(*arguments: str, stdin: bytes = b"") -> SimpleNamespace:
        result = CliRunner().invoke(app, ["read", *arguments], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)

    return call


def lines(out: str) -> list[Any]:
    return [json.loads(line) for line in out.splitlines()]


def test_the_table_has_a_line_for_every_number_and_every_picture_without_one(run: Run) -> None:
    done = run("10_405.png", "broken.png", "7.png", "blank.png", "gone.png")
    assert done.code == 1
    table = [line.split(maxsplit=3) for line in done.out.splitlines()]
    assert table[:4] == [
        ["picture", "number", "confidence", "status"],
        ["10_405.png", "10", "0.60", "review"],
        ["10_405.png", "405", "0.60", "review"],
        ["broken.png", "-", "error:", table[3][3]],
    ]
    assert table[3][3].startswith("the picture is damaged or cut short")
    assert table[4:] == [
        ["7.png", "7", "0.60", "review"],
        ["blank.png", "-", "no", "number"],
        ["gone.png", "-", "error:", "no such file."],
    ]
    assert done.err == "2 of 5 pictures could not be read.\n"


def test_json_lines_keep_the_order_with_one_line_a_picture(run: Run) -> None:
    names = ["9.png", "gone.png", "7.png", "broken.png", "blank.png", "7.png"]
    done = run("--format", "jsonl", *names)
    assert done.code == 1
    rows = lines(done.out)
    assert [row["file"] for row in rows] == names
    assert [bool(row["error"]) for row in rows] == [False, True, False, True, False, False]
    assert all(Reading.from_dict(row).to_dict() == row for row in rows)
    assert done.out == run("--json", *names).out


def test_json_is_an_object_for_one_picture_and_a_list_for_several(run: Run) -> None:
    assert json.loads(run("--format", "json", "7.png").out)["numbers"][0]["text"] == "7"
    assert [r["file"] for r in json.loads(run("--format", "json", "7.png", "9.png").out)] == [
        "7.png",
        "9.png",
    ]


def test_a_folder_is_a_list_even_when_it_holds_one_picture(run: Run, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "7.png").rename(folder / "sub" / "7.png")
    rows = json.loads(run("--format", "json", "sub").out)
    assert [row["file"] for row in rows] == ["sub/7.png"]


def test_csv_has_a_row_for_every_number_and_every_picture_without_one(run: Run) -> None:
    done = run("--format", "csv", "10_405.png", "blank.png", "gone.png")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["file"], row["number"], row["x"], row["error"]) for row in rows] == [
        ("10_405.png", "10", "2", ""),
        ("10_405.png", "405", "42", ""),
        ("blank.png", "", "", ""),
        ("gone.png", "", "", "no such file."),
    ]
    assert rows[0]["confidence"] == "0.6000"


def test_exit_is_0_when_all_is_read_blank_pages_too(run: Run) -> None:
    done = run("7.png", "blank.png")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["7.png", "--format", "xml"],
        ["7.png", "--polarity", "sideways"],
        ["7.png", "--min-confidence", "1.5"],
        ["7.png", "--min-confidence", "nan"],
        ["7.png", "--colour"],
    ],
)
def test_exit_is_2_for_wrong_usage_and_nothing_is_printed(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_a_folder_stands_for_its_pictures_in_natural_order(run: Run, folder: Path) -> None:
    (folder / "notes.txt").write_text("no picture")
    (folder / "sub.png").mkdir()
    files = [row["file"] for row in lines(run("--json", ".").out)]
    assert files == ["7.png", "9.png", "10_405.png", "blank.png", "broken.png"]


def test_a_pattern_that_the_shell_left_alone_is_expanded(run: Run) -> None:
    assert [r["file"] for r in lines(run("--json", "[79].png").out)] == ["7.png", "9.png"]
    done = run("--json", "8*.png")
    assert done.code == 1
    assert [r["error"] for r in lines(done.out)] == ["no file has a name of this pattern."]


def test_a_file_whose_name_looks_like_a_pattern_is_read_as_itself(run: Run, folder: Path) -> None:
    (folder / "7.png").rename(folder / "a[1].png")
    assert [r["file"] for r in lines(run("--json", "a[1].png").out)] == ["a[1].png"]


def test_a_dash_reads_the_picture_from_stdin(run: Run, folder: Path) -> None:
    done = run("--json", "-", stdin=(folder / "7.png").read_bytes())
    (row,) = lines(done.out)
    assert (done.code, row["file"], row["numbers"][0]["text"]) == (0, "-", "405")
    empty = run("--json", "-")
    assert empty.code == 1
    assert lines(empty.out)[0]["error"] == "nothing came on stdin."


def test_what_lies_beside_pictures_is_passed_over_and_said(run: Run, folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\n7.png,7\n")
    done = run("--json", "7.png", "labels.csv", "9.png")
    assert done.code == 0
    assert [row["file"] for row in lines(done.out)] == ["7.png", "9.png"]
    assert done.err == "labels.csv: passed over; it lies beside pictures and is none.\n"
    alone = run("--json", "labels.csv")
    assert alone.code == 1
    assert lines(alone.out)[0]["error"].startswith("not a picture")


def test_an_empty_folder_and_an_empty_name_are_named(run: Run, folder: Path) -> None:
    (folder / "sub").mkdir()
    errors = [row["error"] for row in lines(run("--json", "sub", "").out)]
    assert errors[0].startswith("the folder holds no pictures. Endings known: .bmp ")
    assert errors[1] == "no such file."


def test_no_model_is_loaded_where_no_picture_is_found(run: Run) -> None:
    assert run("gone.png", "8*.png").code == 1
    assert FakeReader.made == []
    run("gone.png", "7.png")
    assert FakeReader.made == [{"model": "tenfold", "polarity": "auto"}]


def test_model_and_polarity_reach_the_reader(run: Run) -> None:
    run("7.png", "--model", "other.onnx", "--polarity", "light-on-dark")
    assert FakeReader.made == [{"model": "other.onnx", "polarity": "light-on-dark"}]


def test_digits_less_sure_than_the_floor_are_printed_as_question_marks(run: Run) -> None:
    def told(floor: str) -> list[tuple[str, str]]:
        (row,) = lines(run("--json", "10_405.png", "--min-confidence", floor).out)
        return [(number["text"], number["status"]) for number in row["numbers"]]

    assert told("0") == told("0.61") == [("10", "review"), ("405", "review")]
    assert told("0.62") == [("1?", "review"), ("4?5", "review")]
    assert told("1") == [("??", "review"), ("???", "review")]


def test_masked_digits_stay_in_the_json(run: Run) -> None:
    (row,) = lines(run("--json", "9.png", "--min-confidence", "1").out)
    assert row["numbers"][0]["text"] == "?"
    assert row["numbers"][0]["digits"][0]["digit"] == 9


def test_annotate_writes_one_picture_for_each_that_was_read(run: Run, folder: Path) -> None:
    before = (folder / "7.png").read_bytes()
    (folder / "sub").mkdir()
    (folder / "9.png").rename(folder / "sub" / "7.png")
    assert run("7.png", "sub/7.png", "broken.png", "--annotate", "out/deep").code == 1
    written = sorted(path.name for path in (folder / "out" / "deep").iterdir())
    assert written == ["7-2-read.png", "7-read.png"]
    assert (folder / "7.png").read_bytes() == before


def test_an_annotated_picture_shows_a_frame_in_the_colour_of_its_status(
    run: Run, folder: Path
) -> None:
    run("7.png", "--annotate", ".")
    pixels = np.asarray(Image.open(folder / "7-read.png").convert("RGB"))
    orange = (pixels == (0xD5, 0x5E, 0x00)).all(axis=2)
    scale = pixels.shape[1] / 90
    assert pixels.shape[0] / 40 == scale
    margin = 4  # px of the drawing, between the ink and its frame
    frame = orange[round(4 * scale) - margin, round(2 * scale) : round(12 * scale) - 1]
    assert 0.3 < frame.mean() < 0.9  # dashed: a person should look
    assert not orange[:, round(60 * scale) :].any()


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_read(run: Run) -> None:
    done = run("7.png", "--annotate", "9.png")
    assert (done.code, done.out) == (1, "")
    assert done.err == "9.png: cannot be written (File exists).\n"
    assert FakeReader.made == []


def test_an_annotated_picture_that_cannot_be_written_is_named_and_leaves_nothing(
    run: Run, folder: Path
) -> None:
    (folder / "out" / "7-read.png").mkdir(parents=True)
    done = run("7.png", "--annotate", "out")
    assert done.code == 1
    assert done.err == "out/7-read.png: cannot be written (Is a directory).\n"
    assert [path.name for path in (folder / "out").iterdir()] == ["7-read.png"]


def test_control_characters_in_a_file_name_do_not_reach_the_terminal(
    run: Run, folder: Path
) -> None:
    (folder / "7.png").rename(folder / "\x1b[31m7.png")
    assert "\\x1b[31m7.png" in run("\x1b[31m7.png").out


def test_the_document_names_the_endings_that_are_passed_over() -> None:
    text = (Path(__file__).parents[1] / "docs" / "format.md").read_text("utf-8")
    (sentence,) = re.findall(r"those that end in (.*?)\nare passed over", text)
    assert set(re.findall(r"`(\.\w+)`", sentence)) == BESIDE


@pytest.fixture
def scan(folder: Path) -> Path:
    """A TIFF of three pages, the second wider than the others."""
    first, *rest = [Image.new("L", (width, 40), 240) for width in (90, 120, 90)]
    first.save(folder / "77.tif", save_all=True, append_images=rest)
    return folder / "77.tif"


def test_every_page_of_a_file_is_an_entry(run: Run, scan: Path) -> None:
    rows = lines(run("--json", "77.tif", "7.png").out)
    assert [(r["file"], r["page"], r["width"]) for r in rows] == [
        ("77.tif", 1, 90),
        ("77.tif", 2, 120),
        ("77.tif", 3, 90),
        ("7.png", None, 90),
    ]
    assert len(json.loads(run("--format", "json", "77.tif").out)) == 3
    table = run("77.tif").out.splitlines()
    assert [line.split("  ")[0] for line in table[1:]] == [f"77.tif, page {k}" for k in (1, 2, 3)]
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv", "77.tif", "7.png").out)))
    assert [row["page"] for row in rows] == ["1", "2", "3", ""]


def test_pages_are_chosen_and_one_alone_is_one_object(run: Run, scan: Path) -> None:
    assert [r["page"] for r in lines(run("--json", "--pages", "3,1", "77.tif").out)] == [3, 1]
    assert json.loads(run("--format", "json", "--pages", "2", "77.tif").out)["page"] == 2
    done = run("--json", "--pages", "4", "77.tif")
    assert done.code == 1
    assert lines(done.out)[0]["error"] == "has no page 4; got 3 pages."


def test_each_page_is_annotated_under_its_number(run: Run, scan: Path, folder: Path) -> None:
    run("77.tif", "--annotate", "out")
    written = sorted((folder / "out").iterdir())
    assert [path.name for path in written] == [f"77-page{k}-read.png" for k in (1, 2, 3)]
    ratios = []
    for path in written:
        with Image.open(path) as image:
            ratios.append(image.width / image.height)
    assert ratios == [90 / 40, 120 / 40, 90 / 40]


def test_a_region_outside_fails_that_picture_only(run: Run) -> None:
    Image.new("L", (200, 40), 240).save("wide.png")
    done = run("--json", "--region", "100,0,10,10", "7.png", "wide.png")
    assert done.code == 1
    assert [bool(row["error"]) for row in lines(done.out)] == [True, False]
    assert run("7.png", "--region", "10%,0,50%,100%").code == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--region", "1,2,3"), ("--region", "0,0,0,5"), ("--pages", "0")]
)
def test_parts_in_another_form_are_wrong_usage(run: Run, option: str, value: str) -> None:
    done = run("7.png", option, value)
    assert (done.code, done.out) == (2, "")
    assert f'got "{value}"' in done.err
