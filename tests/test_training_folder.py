import errno
from dataclasses import dataclass

import pytest

from tenfold.errors import RunError
from tenfold.training.folder import RunFolder


@dataclass
class Row:
    epoch: int
    loss: float
    validation: float | None


def test_a_folder_that_exists_is_not_touched(tmp_path):
    place = RunFolder(tmp_path / "run")
    place.create()
    (place.path / "mine.txt").write_text("kept")
    with pytest.raises(RunError) as caught:
        place.create()
    assert str(caught.value) == (
        f"{place.path}: exists already. Give another --name, or go on with it: "
        f"tenfold train --resume {place.path}."
    )
    assert (place.path / "mine.txt").read_text() == "kept"


def test_a_place_that_is_no_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="could not be written; got not a directory"):
        RunFolder(tmp_path / "file" / "run").create()


def test_a_folder_without_a_config_is_no_run(tmp_path):
    with pytest.raises(RunError, match="no run folder"):
        RunFolder(tmp_path).check()


def test_a_draft_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "metrics.json"
    path.write_text("old")

    def fail(draft):
        draft.write_text("half")
        raise KeyError

    with pytest.raises(KeyError):
        RunFolder(tmp_path).write(path, fail)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.json"]


def test_no_space_left_says_that_nothing_is_lost(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("old")

    def full(draft):
        draft.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RunError) as caught:
        RunFolder(tmp_path).write(path, full)
    assert str(caught.value) == (
        f"{path}: could not be written; got no space left on device. Make room or give another "
        "--out; what was saved before is untouched, and `tenfold train --resume` goes on from "
        "there."
    )
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["model.keras"]


def test_a_written_file_is_readable_by_everyone(tmp_path):
    RunFolder(tmp_path).write_text(tmp_path / "a.txt", "text")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_rows_become_csv_with_empty_fields_for_none(tmp_path):
    place = RunFolder(tmp_path)
    place.write_rows(place.history, (Row(1, 0.5, None), Row(2, 0.25, 0.125)))
    assert place.history.read_text() == "epoch,loss,validation\n1,0.5,\n2,0.25,0.125\n"


def test_a_killed_writers_drafts_are_swept_and_nothing_else(tmp_path):
    for name in (".abc.tmp.keras", ".x1.tmp.npz", "model.keras", ".gitignore", "a.tmp"):
        (tmp_path / name).write_text("")
    RunFolder(tmp_path).sweep()
    assert {path.name for path in tmp_path.iterdir()} == {"model.keras", ".gitignore", "a.tmp"}
