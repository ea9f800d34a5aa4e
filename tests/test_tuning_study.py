"""The study's file: what is refused, what is told, and what outlives a mishap."""

import sqlite3
from contextlib import closing

import pytest

pytest.importorskip("optuna")

from tenfold.errors import ConfigError, RunError
from tenfold.tuning.study import open_study

SETTINGS = {"fit.epochs": 3, "fit.seed": 0, "data.folder": "", "data.makers": 1}
FACTS = {"recipe": "dense128", "data sha256": "a" * 64}


def n_trials(path):
    with open_study(path, SETTINGS, FACTS) as study:
        return len(study.get_trials())


def add_trial(path):
    with open_study(path, SETTINGS, FACTS) as study:
        study.tell(study.ask(), 0.5)


def test_trials_are_there_again_when_the_file_is_opened_again(tmp_path):
    path = tmp_path / "new folder" / "a.db"
    assert n_trials(path) == 0
    add_trial(path)
    add_trial(path)
    assert n_trials(path) == 2


@pytest.mark.parametrize("name", ["a b.db", "{x}.db", "50%.db", "what?.db", "α#.db"])
def test_any_name_is_a_name(tmp_path, name):
    add_trial(tmp_path / name)
    assert n_trials(tmp_path / name) == 1
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    ("settings", "facts", "told"),
    [
        ({"fit.epochs": 4}, {}, r"its trials have fit\.epochs = 3; got 4\."),
        ({"fit.seed": 1}, {}, r"its trials have fit\.seed = 0; got 1\."),
        ({}, {"recipe": "convnet"}, "its trials have recipe = dense128; got convnet"),
        ({}, {"data sha256": "b" * 64}, r"its trials have data sha256 = a{12}…; got b{12}…"),
    ],
)
def test_trials_with_other_settings_or_digits_do_not_join(tmp_path, settings, facts, told):
    path = tmp_path / "a.db"
    add_trial(path)
    with (
        pytest.raises(ConfigError, match=told) as caught,
        open_study(path, SETTINGS | settings, FACTS | facts),
    ):
        pytest.fail("the study was opened")
    assert "--study" in caught.value.todo
    assert n_trials(path) == 1


def test_the_place_of_the_data_may_change(tmp_path):
    add_trial(tmp_path / "a.db")
    moved = {**SETTINGS, "data.folder": "/elsewhere", "data.makers": 8}
    with open_study(tmp_path / "a.db", moved, FACTS) as study:
        assert len(study.get_trials()) == 1


def test_two_cannot_have_a_study_at_the_same_time(tmp_path):
    with (
        open_study(tmp_path / "a.db", SETTINGS, FACTS),
        pytest.raises(RunError, match="is in use by another `tenfold tune`"),
        open_study(tmp_path / "a.db", SETTINGS, FACTS),
    ):
        pytest.fail("the study was opened twice")
    assert n_trials(tmp_path / "a.db") == 0


def test_a_file_that_is_no_study_is_left_as_it_is(tmp_path):
    text = tmp_path / "notes.db"
    text.write_text("milk, eggs, flour\n" * 100)
    with pytest.raises(RunError, match="not a study; got file is not a database"):
        n_trials(text)
    assert text.read_text() == "milk, eggs, flour\n" * 100


def test_another_programs_database_is_left_as_it_is(tmp_path):
    path = tmp_path / "songs.db"
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE songs (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(RunError, match="not a study; got a database of songs"):
        n_trials(path)
    assert path.read_bytes() == before


def test_a_place_where_no_folder_can_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="could not be written"):
        n_trials(tmp_path / "file" / "a.db")
