"""What a person means by MODEL, before anything is opened."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tenfold.errors import ModelError
from tenfold.opening import Kind, find_model
from tenfold.runtime import manifest


@pytest.fixture(autouse=True)
def _one_shipped_model_in_an_empty_folder(tmp_path: Path, monkeypatch) -> None:
    """`small` is shipped; the current folder is tmp_path."""
    monkeypatch.setattr(
        "tenfold.opening.kinds.shipped", lambda: {"small": SimpleNamespace(kind="digit")}
    )
    monkeypatch.chdir(tmp_path)


def made(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


@pytest.mark.parametrize(
    ("file", "name", "kind"),
    [
        ("a.keras", "a.keras", Kind.keras),
        ("a.H5", "a.H5", Kind.h5),
        ("a.hdf5", "a.hdf5", Kind.h5),
        ("deep/a.onnx", "deep/a.onnx", Kind.onnx),
        ("a.tflite", "a.tflite", Kind.tflite),
        ("runs/one/model.keras", "runs/one", Kind.run),
        ("saved/saved_model.pb", "saved-model:saved/", Kind.saved_model),
        ("saved.h5/saved_model.pb", "saved-model:saved.h5", Kind.saved_model),
        ("other", "small", Kind.shipped),
        ("small/notes.txt", "small", Kind.shipped),  # a folder of that name without a model
        ("small/model.keras", "small", Kind.run),
        ("small/model.keras", "./small", Kind.run),
    ],
)
def test_a_name_is_told_by_its_ending_or_by_what_the_folder_holds(
    file: str, name: str, kind: Kind
) -> None:
    made(file)
    assert find_model(name).kind is kind


def refused(name: str) -> str:
    with pytest.raises(ModelError) as caught:
        find_model(name)
    return str(caught.value)


def test_the_nearest_models_are_named_shipped_ones_runs_and_files() -> None:
    made("runs/dense128-a/model.keras", "runs/empty/config.toml", "net.onnx")
    assert refused("smal") == 'smal: no such model. Did you mean "small"?'
    assert refused("runs/dense128-b").endswith('Did you mean "runs/dense128-a"?')
    assert refused("nett.onnx") == 'nett.onnx: no such file. Did you mean "net.onnx"?'


def test_a_recipe_is_no_model_and_the_way_to_one_is_told() -> None:
    assert refused("dense128") == (
        "dense128: no such model. It is a recipe: tenfold train dense128, then give the run folder."
    )


def test_a_name_far_from_everything_gets_what_may_be_given() -> None:
    assert refused("x/y").endswith(
        "Give a shipped name (tenfold models), a run folder or a model file."
    )


def test_a_run_that_was_stopped_before_its_first_model_can_be_gone_on_with() -> None:
    made("runs/one/config.toml")
    assert refused("runs/one") == (
        "runs/one: a run that has no model yet. Go on with it: tenfold train --resume runs/one."
    )


def test_a_folder_without_a_model_says_what_it_holds_instead() -> None:
    made(*(f"pictures/{n}.png" for n in range(5)))
    assert refused("pictures").endswith("got 0.png, 1.png, 2.png, 3.png ….")
    Path("empty").mkdir()
    assert refused("empty").endswith("got an empty one.")


def test_a_file_of_another_ending_is_no_model() -> None:
    made("notes.txt")
    assert refused("./notes.txt") == (
        "./notes.txt: no model by its ending; got .txt. Known: .keras, .h5, .hdf5, .onnx, .tflite."
    )


def test_a_saved_model_is_run_only_when_it_is_asked_for_as_one() -> None:
    made("served/saved_model.pb", "other/notes.txt")
    assert refused("served") == (
        "served: a SavedModel is a program: it can read and write files with your rights. "
        "If you trust whoever made it, give it as saved-model:served."
    )
    assert "a folder that holds saved_model.pb" in refused("saved-model:other")
    assert "a folder that holds saved_model.pb" in refused("saved-model:none")


def test_a_damaged_installation_does_not_hide_a_file_that_is_there(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("tenfold.opening.kinds.shipped", lambda: manifest.shipped(tmp_path))
    made("a.keras", "run/model.keras")
    assert find_model("a.keras").kind is Kind.keras
    assert find_model("run").kind is Kind.run
    assert "manifest" in refused("small")
