"""A run of the line net: stopped and resumed, exported, shipped, and given to the wrong verb."""

import csv
import json

import numpy as np
import pytest

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")
onnx = pytest.importorskip("onnx")

from line_small import FEW, PITCH, WIDTH, small, strip_of, tiny_lines  # noqa: E402
from tenfold.canon import STRIP_HEIGHT, STRIP_VERSION, SYMBOLS  # noqa: E402
from tenfold.cli import doctor, models  # noqa: E402
from tenfold.cli.evaluate import opened  # noqa: E402
from tenfold.errors import (  # noqa: E402  # noqa: E402
    ConfigError,
    DataError,
    ExportError,
    ModelError,
    RunError,
    TenfoldError,
    WeightsError,
)
from tenfold.export import Target, export, quantized, ship  # noqa: E402
from tenfold.export import lines as export_lines  # noqa: E402
from tenfold.export.parity import TOLERANCE  # noqa: E402
from tenfold.opening import open_keras, open_model  # noqa: E402
from tenfold.runtime import (  # noqa: E402
    FLOAT32,
    INT8,
    LINE,
    golden,
    load_classifier,
    load_line_net,
    shipped,
    verify,
)
from tenfold.training import line_run, train  # noqa: E402
from tenfold.training.line_maker import Chunks, keep  # noqa: E402
from tenfold.tuning import tune  # noqa: E402

FILES = {
    "config.toml", "checkpoint.npz", "history.csv", "model.keras", "metrics.json", "curves.png",
}  # fmt: skip
# What carries state from one epoch to the next: dropout, a running mean, a schedule, momentum.
RESTLESS = {"model__dropout": 0.3, "fit__ema": 0.9}


def rows(folder):
    """The history without its seconds."""
    with (folder / "history.csv").open() as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


@pytest.fixture(scope="module", autouse=True)
def lines(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        tiny_lines(patch, folder)
        yield folder


def trained(folder, **how):
    """A run, each step made as it comes: tracing the graphs takes longer than these few steps."""
    tf = pytest.importorskip("tensorflow")
    tf.config.run_functions_eagerly(True)
    try:
        return train(small(**RESTLESS), folder, **how)
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of three epochs that nobody stopped."""
    return trained(tmp_path_factory.mktemp("runs") / "whole")


@pytest.fixture(scope="module")
def lively(whole, tmp_path_factory):
    """The same run with a net that has opinions: untrained, but loud."""
    folder = tmp_path_factory.mktemp("runs") / "lively"
    folder.mkdir()
    for name in ("config.toml", "metrics.json"):
        (folder / name).write_bytes((whole.folder / name).read_bytes())
    model = keras.models.load_model(whole.folder / "model.keras", compile=False)
    kernel, bias = model.get_layer("symbols").get_weights()
    loud = np.random.default_rng(1).normal(0, 2, kernel.shape).astype(np.float32)
    model.get_layer("symbols").set_weights([loud, bias])
    model.save(folder / "model.keras")
    return folder


@pytest.fixture(scope="module")
def shelf(lively, tmp_path_factory):
    """A folder of weights with this net in it."""
    folder = tmp_path_factory.mktemp("weights")
    ship(lively, "tiny-line", folder=folder)
    return folder


def test_a_run_folder_holds_everything(whole):
    assert {path.name for path in whole.folder.iterdir()} == FILES
    metrics = json.loads((whole.folder / "metrics.json").read_text())
    assert metrics["test"]["n"] == metrics["validation"]["n"] == FEW
    assert metrics["epochs"] == 3
    assert metrics["parameters"] > 1000
    history = rows(whole.folder)
    assert float(history[-1]["loss"]) < 0.9 * float(history[0]["loss"])


def test_a_stopped_run_goes_on_to_the_figures_of_one_that_never_stopped(
    whole, tmp_path, monkeypatch
):
    made = []

    class Noted(line_run.Stop):
        def __init__(self):
            super().__init__()
            made.append(self)

    def steps(display, n_done, n_all, loss, accuracy):
        if display.epoch == 2:
            made[-1]._wish(0, None)

    with monkeypatch.context() as patch:
        patch.setattr(line_run, "Stop", Noted)
        patch.setattr(line_run.Display, "steps", steps)
        stopped = trained(tmp_path / "run")
    assert "Stopped by hand" in stopped.summary
    assert len(rows(stopped.folder)) == 1
    resumed = trained(tmp_path / "run", resume=True)
    assert rows(resumed.folder) == rows(whole.folder)
    for ours, theirs in zip(
        *(
            keras.models.load_model(run.folder / "model.keras", compile=False).get_weights()
            for run in (resumed, whole)
        ),
        strict=True,
    ):
        assert np.array_equal(ours, theirs)
    assert resumed.metrics["test"] == whole.metrics["test"]


def test_a_run_does_not_go_on_with_other_digits(whole, monkeypatch):
    monkeypatch.setattr(line_run, "fingerprint_of", lambda settings: "f" * 64)
    with pytest.raises(RunError, match="was trained on other digits"):
        trained(whole.folder, resume=True)


def test_a_chunk_is_drawn_once_and_anew_where_its_file_is_damaged(lines):
    chunks = Chunks("d" * 64, 77)
    first = chunks(0)
    path = chunks.path(0)
    assert path.is_relative_to(lines)
    keep(path, ([strip_of("9", WIDTH)], ["9"]))
    assert chunks(0)[1] == ["9"]
    path.write_bytes(b"no archive")
    strips, texts = chunks(0)
    assert texts == first[1]
    assert all(np.array_equal(a, b) for a, b in zip(strips, first[0], strict=True))
    assert path.read_bytes() != b"no archive"


def test_the_onnx_file_answers_as_the_net_does(lively, tmp_path):
    model = keras.models.load_model(lively / "model.keras", compile=False)
    with export_lines.proven_line(model, 1.5, tmp_path) as (draft, difference):
        assert difference < TOLERANCE
        net = load_line_net(draft)
        strip = strip_of("40718", WIDTH)
        (found,) = net.probabilities([strip])
    padded = np.pad(strip, ((0, 0), (0, 32)))[None, ..., None] / np.float32(255)
    logits = np.asarray(model(padded))[0, : WIDTH // 2] / 1.5
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert found.shape == (WIDTH // 2, len(SYMBOLS) + 1)
    assert np.abs(found - expected).max() < TOLERANCE
    assert found.std() > 0.05
    assert not list(tmp_path.iterdir())


def test_a_file_that_answers_otherwise_is_not_kept(lively, tmp_path, monkeypatch):
    monkeypatch.setattr(export_lines, "_difference", lambda *_: 0.01)
    model = keras.models.load_model(lively / "model.keras", compile=False)
    with (
        pytest.raises(ExportError, match="answers otherwise than its source"),
        export_lines.proven_line(model, 1.0, tmp_path),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_a_shipped_line_net_is_verified_and_told_of(shelf):
    entry = shipped(shelf)["tiny-line"]
    assert (entry.kind, entry.canon, entry.recipe) == (LINE, STRIP_VERSION, "line")
    assert entry.classes == (*SYMBOLS, "blank")
    assert entry.measured["synthetic_lines"]["n"] == FEW
    path = verify("tiny-line", shelf)
    with (shelf / "tiny-line.golden.npz").open("rb") as file, np.load(file) as golden:
        found = np.stack(load_line_net(path).probabilities(list(golden["inputs"])))
        assert np.abs(found - golden["probabilities"]).max() < 1e-5
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1])
        with pytest.raises(WeightsError, match="must have sha256"):
            verify("tiny-line", shelf)
    finally:
        path.write_bytes(whole)


def test_a_line_net_that_computes_in_8_bits_says_the_same(lively, shelf, tmp_path, monkeypatch):
    monkeypatch.setattr(quantized, "ALIKE", 0.9)  # an untrained net wavers more than others
    ship(lively, "tiny-line", folder=tmp_path, int8=True)
    assert shipped(tmp_path)["tiny-line"].computes == INT8
    assert shipped(shelf)["tiny-line"].computes == FLOAT32
    files = [load_line_net(verify("tiny-line", folder)) for folder in (shelf, tmp_path)]
    strips = [strip_of(text, 16 + PITCH * len(text)) for text in ("40718", "123456", "98", "3")]
    exact, found = (np.concatenate(file.probabilities(strips)) for file in files)
    assert 0 < np.abs(exact - found).mean() < 0.03  # of an untrained net, and a loud one
    assert (exact.argmax(axis=1) == found.argmax(axis=1)).mean() > 0.85


def test_models_tells_of_a_shipped_line_net(shelf, monkeypatch, capsys):
    monkeypatch.setattr("tenfold.runtime.shipped", lambda: shipped(shelf))
    models.models()
    said = capsys.readouterr().out
    assert "tiny-line" in said
    assert f"of {FEW} wrong" in said


def test_doctor_asks_a_shipped_line_net_for_its_stored_answers(shelf, monkeypatch):
    monkeypatch.setattr("tenfold.runtime.shipped", lambda: shipped(shelf))
    monkeypatch.setattr(golden, "shipped", lambda: shipped(shelf))
    monkeypatch.setattr(golden, "verify", lambda name: verify(name, shelf))
    monkeypatch.setattr(golden, "load_line_net", lambda name: load_line_net(shelf / f"{name}.onnx"))
    (check,) = doctor._weights()
    assert (check.what, check.state) == ("model tiny-line", "ok")
    assert "of the stored answers" in check.detail
    with (shelf / "tiny-line.golden.npz").open("rb") as file, np.load(file) as stored:
        answers = dict(stored)
    answers["probabilities"][0, 0, 0] += 0.1
    monkeypatch.setattr(golden, "_answers", lambda name, inputs: answers["probabilities"])
    (check,) = doctor._weights()
    assert check.state == "broken"


def test_strips_of_a_batch_do_not_change_one_another(shelf):
    net = load_line_net(shelf / "tiny-line.onnx")
    strips = [strip_of("7", 20), strip_of("40718", 64), strip_of("123456", 63), strip_of("3", 2)]
    together = net.probabilities(strips)
    for strip, found in zip(strips, together, strict=True):
        (alone,) = net.probabilities([strip])
        assert found.shape == alone.shape == (-(-strip.shape[1] // 2), 15)
        assert np.abs(found - alone).max() < 1e-5
        assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    assert net.probabilities([]) == []


@pytest.mark.parametrize(
    ("strip", "came"),
    [
        (np.zeros((28, 40), np.uint8), r"uint8 \(28, 40\)"),
        (np.zeros((STRIP_HEIGHT, 40), np.float32), "float32"),
        (np.zeros((STRIP_HEIGHT, 0), np.uint8), r"uint8 \(32, 0\)"),
        (np.zeros((STRIP_HEIGHT, 4, 3), np.uint8), r"uint8 \(32, 4, 3\)"),
    ],
)
def test_what_is_no_strip_is_named(shelf, strip, came):
    net = load_line_net(shelf / "tiny-line.onnx")
    with pytest.raises(DataError, match=f"strip 1: must be uint8 .* got {came}"):
        net.probabilities([strip_of("1", 20), strip])


def test_a_net_of_other_strips_is_refused(shelf, tmp_path):
    model = onnx.load(shelf / "tiny-line.onnx")
    onnx.helper.set_model_props(model, {"tenfold.strip": str(STRIP_VERSION + 1)})
    onnx.save(model, tmp_path / "later.onnx")
    with pytest.raises(ModelError, match=f"strips of version {STRIP_VERSION + 1}"):
        load_line_net(tmp_path / "later.onnx")


def test_a_digit_net_is_no_line_net_and_the_other_way_round(shelf):
    with pytest.raises(ModelError, match="reads single digits; what is needed here reads whole"):
        load_line_net("dense128")
    with pytest.raises(ModelError):
        load_classifier(shelf / "tiny-line.onnx")


@pytest.mark.parametrize(
    "use",
    [open_model, open_keras, opened, lambda run: export(run, Target.onnx)],
    ids=["open_model", "explain", "evaluate", "export"],
)
def test_verbs_for_digits_refuse_a_run_of_lines_in_clear_words(lively, use):
    with pytest.raises(TenfoldError, match="reads whole lines; what is needed here reads single"):
        use(str(lively))


def test_a_net_of_lines_cannot_be_tuned_yet(tmp_path):
    with pytest.raises(ConfigError, match="nets of lines cannot be tuned yet"):
        tune(small(), tmp_path / "study.db")
    assert not list(tmp_path.iterdir())
