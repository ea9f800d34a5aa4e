"""The whole way, with the shipped net: the example pictures are read as they were written."""

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"

Run = Callable[..., subprocess.CompletedProcess[str]]


def labels() -> dict[str, str]:
    with (EXAMPLES / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["label"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, object]]:
    """What `tenfold read` says of each example."""
    from typer.testing import CliRunner

    from tenfold.cli import app

    done = CliRunner().invoke(app, ["read", "--json", str(EXAMPLES)])
    assert done.exit_code == 0, done.output
    read = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(row["file"]).name: row for row in read}


def test_every_example_is_labelled_and_read(rows: dict[str, dict[str, object]]) -> None:
    assert rows.keys() == labels().keys()
    assert len(rows) >= 4


@pytest.mark.parametrize(("file", "label"), labels().items())
def test_an_example_is_read_as_it_was_written(
    rows: dict[str, dict[str, object]], file: str, label: str
) -> None:
    assert "|".join(number["text"] for number in rows[file]["numbers"]) == label


def test_boxes_lie_in_the_picture_and_digits_in_their_number(
    rows: dict[str, dict[str, object]],
) -> None:
    for row in rows.values():
        for number in row["numbers"]:
            assert inside(number["box"], [0, 0, row["width"], row["height"]])
            assert all(inside(digit["box"], number["box"]) for digit in number["digits"])
            assert len(number["digits"]) == len(number["text"])


def inside(inner: list[int], outer: list[int]) -> bool:
    (x, y, width, height), (left, top, wide, high) = inner, outer
    return left <= x and top <= y and x + width <= left + wide and y + height <= top + high


def test_python_and_the_command_line_say_the_same(rows: dict[str, dict[str, object]]) -> None:
    import tenfold

    reading = tenfold.Reader().read(EXAMPLES / "ruled.png").to_dict()
    assert reading == {**rows["ruled.png"], "file": str(EXAMPLES / "ruled.png")}
