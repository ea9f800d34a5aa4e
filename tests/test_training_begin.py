"""A run that goes on from an ONNX file: what it begins with, and what it refuses."""

import numpy as np
import pytest

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from lab_small import small  # noqa: E402
from line_small import WIDTH, tiny_lines  # noqa: E402
from line_small import small as small_line  # noqa: E402
from tenfold.canon import STRIP_STRIDE  # noqa: E402
from tenfold.errors import ModelError  # noqa: E402
from tenfold.export import Target  # noqa: E402
from tenfold.export.convert import proven  # noqa: E402
from tenfold.export.lines import pen_strips, proven_line  # noqa: E402
from tenfold.models import build, recipe  # noqa: E402
from tenfold.models.classifier import KerasClassifier, as_pixels, judged  # noqa: E402
from tenfold.opening import open_model  # noqa: E402
from tenfold.runtime import load_classifier, load_line_net, shipped, verify  # noqa: E402
from tenfold.training import train  # noqa: E402
from tenfold.training.begin import beginning_of  # noqa: E402
from tenfold.training.checkpoint import assign  # noqa: E402
from tenfold.training.folder import RunFolder  # noqa: E402
from tenfold.training.run import keep_beginning  # noqa: E402

# One step is all that the runs of a few lines take: it must not be the first of a long rise.
LEARNS = {"fit__learning_rate": 0.2, "fit__ema": 0.0, "fit__warmup_rate": 0.0}


def begun(name, file, batches, **model):
    """The plain net of a recipe with the weights that it begins with."""
    changes = {f"model.{key}": value for key, value in model.items()}
    settings = recipe(name).settings.changed({"fit.begin": file, **changes})
    net = build(recipe(name), settings)
    assign(net.weights, beginning_of(recipe(name), settings).weights(batches))
    return net


def chances(net, batch):
    """What a line net says of strips with as much paper beside them as the runtime gives."""
    room = np.pad(batch, ((0, 0), (0, 0), (0, 32), (0, 0)))
    logits = np.asarray(net.predict_on_batch(room), np.float64)
    said = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return said[:, : batch.shape[2] // STRIP_STRIDE]


@pytest.fixture(scope="module")
def pictures(mnist_digits):
    return as_pixels(mnist_digits[:200])


@pytest.fixture(scope="module")
def strips():
    return pen_strips(24, WIDTH)


def test_nothing_is_begun_with_unless_it_is_asked_for():
    assert beginning_of(recipe("reader"), recipe("reader").settings) is None


@pytest.mark.parametrize(
    ("name", "file", "activation", "most"),
    [("dense128", "dense128", "softmax", 1e-4), ("reader", "tenfold", "linear", 0.05)],
)
def test_a_digit_net_says_what_its_file_says(name, file, activation, most, pictures):
    said = begun(name, file, [pictures]).predict_on_batch(pictures)
    temperature = shipped()[file].made["temperature"]
    found = judged(np.asarray(said), activation, temperature).probabilities
    assert np.abs(found - load_classifier(file).predict_proba(pictures)).max() < most


def test_a_digit_net_says_what_its_file_in_float32_says(pictures, tmp_path):
    file = tmp_path / "whole.onnx"
    source = KerasClassifier(begun("reader", "tenfold", [pictures]))
    with proven(source, Target.onnx, tmp_path) as (draft, _):
        draft.replace(file)
    said = begun("reader", str(file), [pictures]).predict_on_batch(pictures)
    found = judged(np.asarray(said), "linear", 1.0).probabilities
    assert np.abs(found - load_classifier(file).predict_proba(pictures)).max() < 1e-4


@pytest.mark.parametrize(("name", "width"), [("dense128", 200), ("reader", 24)])
def test_a_wider_digit_net_says_what_its_file_says(name, width, pictures):
    file = {"reader": "tenfold"}.get(name, name)
    wide = begun(name, file, [pictures], width=width)
    narrow = begun(name, file, [pictures])
    assert wide.count_params() > 1.4 * narrow.count_params()
    said, told = (net.predict_on_batch(pictures) for net in (wide, narrow))
    assert np.abs(said - told).max() < 1e-3


def test_a_line_net_says_what_its_file_says(strips):
    batch = strips[..., None] / np.float32(255)
    found = chances(begun("line", "line", [batch]), batch)
    told = np.stack(load_line_net().probabilities(list(strips)))
    # The file computes in 8 bits, the net does not.
    assert (found.argmax(axis=-1) == told.argmax(axis=-1)).mean() > 0.98
    assert np.abs(found - told).mean() < 2e-3


def test_a_line_net_says_what_its_file_in_float32_says(strips, tmp_path):
    batch = strips[..., None] / np.float32(255)
    file = tmp_path / "whole.onnx"
    with proven_line(begun("line", "line", [batch]), 1.0, tmp_path) as (draft, _):
        draft.replace(file)
    told = np.stack(load_line_net(file).probabilities(list(strips)))
    assert np.abs(chances(begun("line", str(file), [batch]), batch) - told).max() < 1e-3


def test_a_wider_line_net_says_what_the_narrow_one_says(strips):
    batch = strips[..., None] / np.float32(255)
    narrow, wide = begun("line", "line", [batch]), begun("line", "line", [batch], width=44)
    assert wide.count_params() > 1.15 * narrow.count_params()
    said, told = (np.asarray(net.predict_on_batch(batch)) for net in (wide, narrow))
    assert np.abs(said - told).max() < 1e-3 * np.abs(told).max()


def test_each_norm_has_the_statistics_of_the_pictures_it_begins_with(pictures):
    net = begun("reader", "tenfold", [pictures[:100], pictures[100:]])
    convolutions = [layer for layer in net.layers if isinstance(layer, keras.layers.Conv2D)]
    norms = [layer for layer in net.layers if isinstance(layer, keras.layers.BatchNormalization)]
    watched = keras.Model(net.input, [layer.output for layer in convolutions])
    for norm, output in zip(norms, watched.predict_on_batch(pictures), strict=True):
        rows = output.reshape(-1, output.shape[-1]).astype(np.float64)  # float32 sums err by 0.1 %
        np.testing.assert_allclose(norm.moving_mean, rows.mean(axis=0), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(norm.moving_variance, rows.var(axis=0), rtol=1e-3, atol=1e-4)


def test_a_run_at_a_rate_of_zero_keeps_the_answers_of_its_file(mnist_digits, tmp_path):
    config = small(model__width=128, fit__epochs=1, fit__learning_rate=0.0, fit__begin="dense128")
    run = train(config, tmp_path / "run")
    assert run.metrics["begin"] == {"name": "dense128", "sha256": shipped()["dense128"].sha256}
    found = open_model(run.folder).predict_proba(mnist_digits[:200])
    told = load_classifier("dense128").predict_proba(mnist_digits[:200])
    assert np.abs(found - told).max() < 1e-4


def kept_by(folder, **changes):
    """The weights of a short run that began with dense128; a run that is there goes on."""
    values = {"fit__epochs": 2, "fit__learning_rate": 0.01, **changes}
    config = small(model__width=128, fit__begin="dense128", **values)
    if folder.is_dir():
        folder.joinpath("config.toml").write_text(config.to_toml())
    run = train(config, folder, resume=folder.is_dir())
    return keras.models.load_model(run.folder / "model.keras", compile=False).get_weights()


def test_what_is_kept_is_a_mean_of_what_was_learnt_and_what_was_there(tmp_path):
    learnt, some, all_of_it = (
        kept_by(tmp_path / f"{rate}", fit__begin_rate=rate, fit__epochs=1)
        for rate in (0.0, 0.25, 1.0)
    )
    for a, b, c in zip(learnt, all_of_it, some, strict=True):
        assert np.abs(a - b).max() > 0.01
        np.testing.assert_allclose(c, 0.75 * a + 0.25 * b, atol=1e-6)


def test_a_run_that_is_resumed_keeps_the_same_part(tmp_path):
    whole = kept_by(tmp_path / "whole", fit__begin_rate=0.5)
    kept_by(tmp_path / "parts", fit__begin_rate=0.5, fit__epochs=1)
    for a, b in zip(whole, kept_by(tmp_path / "parts", fit__begin_rate=0.5), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.fixture
def said_alike(tmp_path, monkeypatch):
    """How many answers of a run of lines that began with the shipped net are that net's."""
    tf = pytest.importorskip("tensorflow")
    tiny_lines(monkeypatch, tmp_path)

    def share(**changes):
        config = small_line(
            model__width=40, fit__epochs=1, fit__begin="line", data__chunks=1, **changes
        )
        tf.config.run_functions_eagerly(True)
        try:
            run = train(config, tmp_path / "run")
        finally:
            tf.config.run_functions_eagerly(False)
        net = keras.models.load_model(run.folder / "model.keras", compile=False)
        strip = np.pad(pen_strips(1, WIDTH)[0], ((0, 0), (0, 32)))
        found = np.asarray(net(strip[None, ..., None] / np.float32(255)))[0, : WIDTH // 2]
        (told,) = load_line_net().probabilities([strip[:, :WIDTH]])
        return (found.argmax(axis=1) == told.argmax(axis=1)).mean()

    return share


def test_a_line_run_at_a_rate_of_zero_reads_as_its_file(said_alike):
    assert said_alike(fit__learning_rate=0.0) > 0.9


def test_weights_that_stay_as_they_began_read_as_their_file_whatever_is_learnt(said_alike):
    assert said_alike(**LEARNS, fit__begin_rate=1.0) > 0.9


def test_weights_that_do_not_stay_learn_something_else(said_alike):
    assert said_alike(**LEARNS) < 0.9


def test_a_run_that_is_resumed_begins_with_the_file_of_its_first_day(tmp_path):
    file = tmp_path / "net.onnx"
    file.write_bytes(verify("dense128").read_bytes())
    config = small(model__width=128, fit__epochs=1, fit__learning_rate=0.0, fit__begin=str(file))
    beginning = beginning_of(config.recipe, config.settings)
    folder = RunFolder(tmp_path / "run")
    folder.create()
    folder.write_text(folder.config, config.to_toml())
    keep_beginning(folder, beginning)
    file.unlink()  # killed before its first epoch; the file is another's meanwhile
    run = train(config, folder.path, resume=True)
    assert run.metrics["begin"] == beginning.told()
    assert run.metrics["test"]["errors"] < 0.1 * run.metrics["test"]["n"]


@pytest.mark.parametrize(
    ("name", "file", "says"),
    [
        ("reader", "dense128", "holds another net than the recipe reader"),
        ("reader", "line", "reads whole lines; what is needed here reads single digits"),
        ("reader", "tenfolt", 'no such shipped model. Did you mean "tenfold"'),
        ("reader", "nowhere.onnx", "nowhere.onnx: no such file"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_drawn(name, file, says):
    settings = recipe(name).settings.changed({"fit.begin": file})
    with pytest.raises(ModelError, match=says):
        beginning_of(recipe(name), settings)


def test_a_file_that_is_no_onnx_is_told(tmp_path):
    path = tmp_path / "x.onnx"
    path.write_bytes(b"\xff" * 40)
    settings = recipe("reader").settings.changed({"fit.begin": str(path)})
    with pytest.raises(ModelError, match="no ONNX file with weights of its own"):
        beginning_of(recipe("reader"), settings)


def test_a_file_whose_weights_lie_in_other_files_is_refused(tmp_path):
    import onnx

    file = onnx.load(verify("dense128"))
    path = tmp_path / "apart.onnx"
    onnx.save(file, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    settings = recipe("dense128").settings.changed({"fit.begin": str(path)})
    with pytest.raises(ModelError):
        beginning_of(recipe("dense128"), settings).weights([np.zeros((64, 28, 28), np.float32)])
