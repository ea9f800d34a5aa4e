import csv
import doctest
import itertools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import facts
import read as bench
import readers
import scores
import sheets
from fake_reader import FakeReader
from scores import Answer, Outcome
from tenfold.data.folder import Record, read_folder
from tenfold.evaluation import wilson
from tenfold.results import Box, Number, Reading

texts = st.text("0123456789", max_size=3)
answers = st.builds(
    lambda text, stands_by: Answer((text,), 0.5, 1, stands_by) if text else Answer(),
    texts,
    st.integers(0, 1),
)
labels = st.sampled_from(["1", "12", "012", "letter:A"])
outcomes = st.lists(
    st.builds(
        lambda label, source, answer, seconds, error: Outcome(
            Record(Path("a.png"), label, source), Answer() if error else answer, seconds, error
        ),
        labels,
        st.sampled_from(["ann", "bob", "eve"]),
        answers,
        st.floats(0.001, 1),
        st.sampled_from(["", "", "", "PictureError: broken"]),
    ),
    min_size=1,
    max_size=12,
)


class Spoken:
    """A reader behind the benchmark's protocol that says what a picture's file name says."""

    name, version, model, model_bytes = "spoken", "9.9", "none.onnx", 7

    def __init__(self) -> None:
        FakeReader.made = []
        self._reader = FakeReader()

    def read(self, path: Path, kind: scores.Kind) -> Answer:
        return readers.answer_of(self._reader.read(path))


@pytest.fixture
def labelled(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder: file name, label and source of each picture."""

    def make(rows: list[tuple[str, str, str]], name: str = "set") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file, _, _ in rows:
            Image.fromarray(np.full((20, 60), 255, np.uint8)).save(folder / file)
        with (folder / "labels.csv").open("w", newline="") as lines:
            csv.writer(lines).writerows([("file", "label", "source"), *rows])
        return folder

    return make


@given(outcomes)
def test_a_score_is_what_counting_one_by_one_gives(found: list[Outcome]) -> None:
    right = accepted_right = accepted_wrong = empty = errors = 0
    for one in found:
        said, letter = one.answer, one.record.label == "letter:A"
        stands_by = said.n_numbers == 1 and said.n_accepted == 1
        good = not one.error and (not stands_by if letter else said.text == one.record.label)
        right += good
        accepted_right += stands_by and good
        accepted_wrong += stands_by and not good
        empty += said.text == ""
        errors += one.error != ""
    figures = scores.score(found)
    assert (figures.n, figures.right, figures.errors) == (len(found), right, errors)
    assert (figures.accepted_right, figures.accepted_wrong) == (accepted_right, accepted_wrong)
    assert figures.empty == empty
    low, high = wilson(right, len(found))
    assert (figures.low, figures.high) == pytest.approx((low, high), abs=1e-12)
    assert figures.ms_median == pytest.approx(1000 * np.median([one.seconds for one in found]))


def test_sources_weigh_the_same_however_many_pictures_they_have() -> None:
    def outcome(source: str, read: str) -> Outcome:
        return Outcome(Record(Path("a.png"), "1", source), Answer((read,), 0.9, 1, 1), 0.1)

    found = [outcome("large", "1")] * 9 + [outcome("small", "1"), outcome("small", "7")]
    figures = scores.score(found)
    assert figures.by_source == {"large": 1.0, "small": 0.5}
    assert figures.mean_over_sources == 0.75
    assert figures.right_rate == pytest.approx(10 / 11)


def test_one_accepted_number_is_enough_for_a_letter_not_to_be_refused() -> None:
    beside = Answer(("4", "1"), 0.3, n_numbers=2, n_accepted=1)
    figures = scores.score([Outcome(Record(Path("a.png"), "letter:H"), beside, 0.1)])
    assert (figures.right, figures.accepted_right, figures.accepted_wrong) == (0, 0, 1)


@given(st.lists(texts, max_size=5), st.lists(texts, max_size=5))
def test_lines_found_are_the_longest_that_both_hold_in_order(
    wanted: list[str], read: list[str]
) -> None:
    def in_order(part: tuple[str, ...], whole: list[str]) -> bool:
        rest = iter(whole)
        return all(line in rest for line in part)

    longest = max(
        len(part)
        for n in range(len(wanted) + 1)
        for part in itertools.combinations(wanted, n)
        if in_order(part, read)
    )
    assert scores.n_lines_found(wanted, read) == longest


def test_pages_count_lines_found_and_invented_and_leave_words_out() -> None:
    page = Record(Path("page.png"), "Eng|total 3 5 5|12")
    figures = scores.score([Outcome(page, Answer(("7", "355"), 0.9, 2, 2), 0.1)])
    assert (figures.lines, figures.lines_found, figures.lines_invented) == (2, 1, 1)
    assert figures.right == 0
    assert scores.is_right(page.label, Answer(("355", "12"), 0.9, 2, 2))


def test_numbers_side_by_side_are_one_line_and_numbers_below_are_another() -> None:
    def number(text: str, box: Box) -> Number:
        return Number(text, 0.5, "review", box, ())

    numbers = number("12", Box(0, 0, 20, 10)), number("3", Box(40, 4, 9, 10))
    below = number("4", Box(60, 20, 9, 10))
    answer = readers.answer_of(Reading("a.png", 99, 99, (*numbers, below)))
    assert answer.lines == ("123", "4")
    assert answer.confidence == pytest.approx(0.125)
    assert (answer.n_numbers, answer.n_accepted) == (3, 0)


def test_a_broken_picture_is_an_outcome_and_the_others_are_still_read(
    labelled: Callable[..., Path],
) -> None:
    folder = labelled([("12.png", "12", "ann"), ("7.png", "7", "ann"), ("5.png", "6", "bob")])
    (folder / "12.png").write_bytes(b"no picture")
    found = bench.run([Spoken()], read_folder(folder), "set")["spoken"]
    assert [one.answer.text for one in found] == ["", "7", "5"]
    assert [one.right for one in found] == [False, True, False]
    assert found[0].error.startswith("NotAPictureError: ")
    cells = bench.row(Spoken(), "set", found)
    assert (cells["n"], cells["right"], cells["errors"], cells["n_sources"]) == (3, 1, 1, 2)
    assert cells["mean_over_sources"] == "0.2500"
    failed = bench.failed({("spoken", "set"): found})
    assert [(one["file"], one["label"], one["read"]) for one in failed] == [
        ("12.png", "12", ""),
        ("5.png", "6", "5"),
    ]


def test_readers_take_turns_so_that_a_slow_minute_is_all_of_theirs(
    labelled: Callable[..., Path],
) -> None:
    turns: list[tuple[str, str]] = []

    class Noting(Spoken):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def read(self, path: Path, kind: scores.Kind) -> Answer:
            turns.append((self.name, path.name))
            return super().read(path, kind)

    files = [f"{k}.png" for k in range(bench.AT_A_TIME + 2)]
    folder = labelled([(file, "1", "ann") for file in files])
    names = ["one", "other"]
    found = bench.run([Noting(name) for name in names], read_folder(folder), "set")
    first, rest = files[: bench.AT_A_TIME], files[bench.AT_A_TIME :]
    assert turns[:2] == [("one", "0.png"), ("other", "0.png")]
    assert turns[2:] == [(name, file) for some in (first, rest) for name in names for file in some]
    for name in names:
        assert [outcome.record.path.name for outcome in found[name]] == files


def test_a_row_has_no_column_that_the_table_lacks(labelled: Callable[..., Path]) -> None:
    folder = labelled([("1_2.png", "1|2", "ann")])
    found = bench.run([Spoken()], read_folder(folder), "set")
    cells = bench.row(Spoken(), "set", found["spoken"])
    noted = facts.facts(["numpy"])
    assert {**cells, **noted}.keys() == set(bench.COLUMNS)
    assert f"numpy {np.__version__}" in noted["versions"]


def test_a_new_run_replaces_its_own_rows_and_keeps_all_others(tmp_path: Path) -> None:
    table = tmp_path / "results" / "reading.csv"
    key, columns = ("reader", "folder"), ("reader", "folder", "right")

    def write(*rows: tuple[str, str, int]) -> None:
        merged = [dict(zip(columns, row, strict=True)) for row in rows]
        facts.merge_rows(table, merged, key, columns)

    write(("tenfold", "pages", 1), ("tesseract", "pages", 2))
    write(("tenfold", "numbers", 3), ("tenfold", "pages", 4))
    assert [tuple(row.values()) for row in facts.read_rows(table)] == [
        ("tenfold", "pages", "4"),
        ("tesseract", "pages", "2"),
        ("tenfold", "numbers", "3"),
    ]
    assert [path.name for path in table.parent.iterdir()] == ["reading.csv"]


def test_the_command_names_places_that_others_have_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path))
    words = [
        str(facts.ROOT / "benchmarks" / "read.py"),
        str(tmp_path / "real" / "pages"),
        "--peers",
    ]
    assert facts.command(words) == "python benchmarks/read.py $TENFOLD_DATA/real/pages --peers"


def test_the_sheet_shows_every_failure_and_says_what_was_read(
    labelled: Callable[..., Path],
) -> None:
    rows = [(f"{i}.png", "10", "ann") for i in range(sheets.N_COLUMNS + 1)]
    one = labelled(rows, "one")
    other = labelled([("3.png", "4", "bob")], "other")
    found = [
        missed
        for folder in (one, other)
        for missed in bench.run([Spoken()], read_folder(folder), folder.name)["spoken"]
    ]
    alone = sheets.failure_sheet(found[:-1])
    both = sheets.failure_sheet(found)
    assert both.width == alone.width
    assert both.height > alone.height + sheets.CELL_PX[1]
    first_cell = np.asarray(both.crop((0, 30, sheets.CELL_PX[0], 30 + sheets.CELL_PX[1])))
    assert (first_cell == 255).mean() > 0.3  # the white paper of the picture
    with pytest.raises(ValueError, match="at least one failure"):
        sheets.failure_sheet([])


@pytest.mark.parametrize("module", [scores, readers, sheets])
def test_the_examples_in_the_benchmarks_docstrings_are_right(module: ModuleType) -> None:
    n_failed, n_tried = doctest.testmod(module)
    assert n_tried > 0
    assert n_failed == 0
