"""One net, seven kinds of file, the same answers."""

import hashlib
import importlib.util
import json
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from tenfold.canon import CANON_VERSION
from tenfold.errors import MissingExtraError, ModelError
from tenfold.opening import DigitModel, open_keras, open_model
from tenfold.runtime import manifest, weights

keras = pytest.importorskip("keras")
pytest.importorskip("onnx")

from nets_small import WRITERS, as_h5, as_onnx, as_run, as_tflite, net  # noqa: E402

pytestmark = pytest.mark.train

SHIPPED = "small"
GRAPHS = {"saved-model", "tflite"}
TOLERANCE = 1e-5


def needs(kind: str) -> None:
    if kind in GRAPHS and importlib.util.find_spec("tensorflow") is None:
        pytest.skip(f"{kind} files are written and run by TensorFlow, which is not installed")


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (600, 28, 28), dtype=np.uint8)


def written(kind: str, model: "keras.Model", folder: Path) -> Path | str:
    needs(kind)
    return WRITERS[kind](model, folder)


def ship(folder: Path, monkeypatch: pytest.MonkeyPatch, file: Path) -> str:
    """Let the ONNX file be the one shipped model."""
    data = file.read_bytes()
    entry = {
        "file": file.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data),
        "parameters": 1, "recipe": "dense", "canon": CANON_VERSION, "input": "images",
        "classes": list(range(10)), "data": [], "measured": {}, "licence": "MIT", "made": {},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "models": {SHIPPED: entry}}))
    for function in (manifest.shipped, weights.shipped_bytes):
        monkeypatch.setattr(function, "__defaults__", (folder,))
    return SHIPPED


def check_answers(opened: DigitModel, expected: np.ndarray, images: np.ndarray) -> None:
    found = opened.judge(images)
    assert found.probabilities.dtype == np.float32
    np.testing.assert_allclose(found.probabilities, expected, atol=TOLERANCE)
    np.testing.assert_array_equal(opened.predict_proba(images), found.probabilities)
    floats = images[:3].astype(np.float32) / 255
    np.testing.assert_allclose(opened.predict_proba(floats), expected[:3], atol=TOLERANCE)


def raw(model: "keras.Model", images: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(images / np.float32(255))).astype(np.float64)


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", [*WRITERS, "shipped"])
def test_every_kind_gives_the_answers_of_the_net_itself(
    kind: str, images: np.ndarray, tmp_path: Path, monkeypatch
) -> None:
    model = net()
    expected = raw(model, images)
    assert expected.std(axis=0).min() > 0.01  # pictures differ, or equality would prove little
    if kind == "shipped":
        name: str | Path = ship(tmp_path, monkeypatch, as_onnx(model, tmp_path / "small.onnx"))
    else:
        name = written(kind, model, tmp_path)
    opened = open_model(name)
    assert opened.name == str(name)
    check_answers(opened, expected, images)
    np.testing.assert_array_equal(opened.judge(images).is_digit, 1)


@pytest.mark.parametrize("kind", ["keras", "saved-model", "tflite"])
def test_sigmoids_are_divided_by_their_sum(kind: str, images: np.ndarray, tmp_path: Path) -> None:
    model = net("sigmoid")
    sigmoids = raw(model, images)
    assert abs(sigmoids.sum(axis=1) - 1).min() > 0.1
    opened = open_model(written(kind, model, tmp_path))
    check_answers(opened, sigmoids / sigmoids.sum(axis=1, keepdims=True), images)


@pytest.mark.parametrize("kind", ["keras", "saved-model", "tflite"])
def test_logits_go_through_a_softmax(kind: str, images: np.ndarray, tmp_path: Path) -> None:
    model = net("linear")
    logits = raw(model, images)
    assert logits.min() < -0.5
    check_answers(open_model(written(kind, model, tmp_path)), softmax(logits), images)


@pytest.mark.parametrize("kind", ["keras", "saved-model", "tflite"])
def test_the_readers_eleven_logits_give_ten_digits_and_whether_it_is_one(
    kind: str, images: np.ndarray, tmp_path: Path
) -> None:
    model = net("linear", n_outputs=11)
    logits = raw(model, images)
    opened = open_model(written(kind, model, tmp_path))
    check_answers(opened, softmax(logits[:, :10]), images)
    is_digit = 1 - softmax(logits)[:, 10]
    assert is_digit.std() > 0.01
    np.testing.assert_allclose(opened.judge(images).is_digit, is_digit, atol=TOLERANCE)


@pytest.mark.parametrize("kind", ["saved-model", "tflite"])
def test_outputs_that_are_named_say_what_they_are(
    kind: str, images: np.ndarray, tmp_path: Path
) -> None:
    model = net()
    inked = keras.ops.max(model.input, axis=(1, 2))
    named = {
        "is_digit": keras.layers.Identity(name="is_digit")(inked),
        "probabilities": keras.layers.Identity(name="probabilities")(model.output),
    }
    file = written(kind, keras.Model(model.input, named), tmp_path)
    found = open_model(file).judge(images)
    np.testing.assert_allclose(found.probabilities, raw(model, images), atol=TOLERANCE)
    np.testing.assert_allclose(found.is_digit, images.max(axis=(1, 2)) / 255, atol=TOLERANCE)


def test_a_run_divides_its_logits_by_the_temperature_that_it_measured(
    images: np.ndarray, tmp_path: Path
) -> None:
    model = net("linear")
    logits = raw(model, images)
    warm = open_model(as_run(model, tmp_path / "warm", temperature=2.0))
    check_answers(warm, softmax(logits / 2), images)
    plain = as_run(model, tmp_path / "killed")
    (plain / "metrics.json").unlink()
    check_answers(open_model(plain), softmax(logits), images)


@pytest.mark.parametrize("kind", ["keras", "saved-model", "tflite"])
@pytest.mark.parametrize("shape", [(28, 28, 1), (784,)])
def test_nets_that_take_the_same_pixels_in_another_shape_are_served(
    kind: str, shape: tuple[int, ...], images: np.ndarray, tmp_path: Path
) -> None:
    model = net(shape=shape)
    expected = raw(model, images.reshape(-1, *shape))
    check_answers(open_model(written(kind, model, tmp_path)), expected, images)


@pytest.mark.parametrize("n", [1, 8])
def test_a_tflite_file_made_for_n_pictures_runs_n_at_a_time(
    n: int, images: np.ndarray, tmp_path: Path
) -> None:
    needs("tflite")
    model = net()
    fixed = keras.Input(batch_shape=(n, 28, 28))
    file = as_tflite(keras.Model(fixed, model(fixed)), tmp_path / "fixed.tflite")
    check_answers(open_model(file), raw(model, images[:20]), images[:20])


def test_a_tflite_file_of_whole_numbers_gives_nearly_the_same(
    images: np.ndarray, tmp_path: Path
) -> None:
    needs("tflite")
    model = net()
    pixels = images[:100].astype(np.float32) / 255
    file = as_tflite(model, tmp_path / "int8.tflite", whole_numbers_for=pixels)
    found = open_model(file).predict_proba(images[:100])
    difference = np.abs(found - raw(model, images[:100]))
    assert 0 < difference.mean() < 0.02
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=TOLERANCE)


@pytest.mark.parametrize("kind", ["saved-model", "tflite"])
def test_no_pictures_have_no_answers(kind: str, tmp_path: Path) -> None:
    found = open_model(written(kind, net(), tmp_path)).judge(np.zeros((0, 28, 28), np.uint8))
    assert found.probabilities.shape == (0, 10)
    assert found.is_digit.shape == (0,)


def refused(name: Path | str) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(name)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["keras", "h5", "run", "saved-model", "tflite"])
def test_a_net_of_another_form_says_whether_input_or_output_does_not_fit(
    kind: str, tmp_path: Path
) -> None:
    for part in ("wide", "five"):
        (tmp_path / part).mkdir()
    wide = refused(written(kind, net(shape=(32, 32)), tmp_path / "wide"))
    assert "the input does not fit: it should be (n, 28, 28); got (n, 32, 32)." in wide
    five = refused(written(kind, net(n_outputs=5), tmp_path / "five"))
    assert "the output does not fit: " in five
    assert "(n, 10) or (n, 11); got (n, 5)." in five


@pytest.mark.parametrize("kind", ["keras", "saved-model", "tflite"])
def test_a_net_with_two_inputs_is_refused(kind: str, tmp_path: Path) -> None:
    model = net()
    other = keras.Input((3,))
    both = keras.layers.Add()([model.output, keras.layers.Dense(10)(other)])
    file = written(kind, keras.Model([model.input, other], both), tmp_path)
    assert "the input does not fit: there should be one; got " in refused(file)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.keras", "Keras cannot open it"),
        ("a.h5", "Keras cannot open it"),
        ("saved/saved_model.pb", "TensorFlow cannot open it"),
        ("a.tflite", "LiteRT cannot open it"),
        ("a.onnx", "ONNX Runtime cannot open it"),
    ],
)
def test_a_damaged_file_is_refused_in_words(name: str, words: str, tmp_path: Path) -> None:
    needs({"a.tflite": "tflite", "saved/saved_model.pb": "saved-model"}.get(name, ""))
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a damaged file, long enough to be read")
    assert words in refused(f"saved-model:{path.parent}" if path.name == "saved_model.pb" else path)


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_python_in_the_file_of_another_is_not_run(ending: str, tmp_path: Path) -> None:
    mark, file = str(tmp_path / "ran"), tmp_path / f"a.{ending}"
    images = keras.Input((28, 28))
    # A folder tells that it ran.
    code = keras.layers.Lambda(lambda x: (__import__("os").mkdir(mark), x)[1], (28, 28))
    answers = keras.layers.Dense(10)(keras.layers.Flatten()(code(images)))
    keras.Model(images, answers).save(file)
    code(np.zeros((1, 28, 28)))
    Path(mark).rmdir()
    assert "holds a program of its own, which is not run" in refused(file)
    assert not Path(mark).exists()


def test_a_net_that_brings_in_a_saved_model_is_refused(tmp_path: Path) -> None:
    needs("saved-model")
    inner = net()
    inner.export(tmp_path / "inner", verbose=False)
    layer = keras.layers.TFSMLayer(str(tmp_path / "inner"), call_endpoint="serve")
    keras.Sequential([keras.Input((28, 28)), layer]).save(tmp_path / "a.keras")
    assert "holds a program of its own, which is not run" in refused(tmp_path / "a.keras")


def test_weights_alone_are_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    net().save_weights(tmp_path / "a.weights.h5")
    assert "save the whole net with model.save(...)" in refused(tmp_path / "a.weights.h5")


def test_only_files_that_hold_layers_are_opened_as_keras_nets(tmp_path: Path) -> None:
    file = as_h5(net(), tmp_path / "a.keras")
    assert open_keras(file).model.count_params() > 0
    with pytest.raises(ModelError, match="others do not hold the net's layers; got onnx"):
        open_keras(as_onnx(net(), tmp_path / "a.onnx"))


def test_a_package_that_is_not_there_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = as_h5(net(), tmp_path / "a.keras")
    monkeypatch.delitem(sys.modules, "tenfold.models.classifier")
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingExtraError, match=r"keras: .* pip install 'tenfold\[train\]'"):
        open_model(file)
    with pytest.raises(MissingExtraError, match="keras"):
        open_keras(file)


def test_a_saved_model_without_the_serving_signature_says_which_there_are(tmp_path: Path) -> None:
    needs("saved-model")
    import tensorflow as tf

    module = tf.Module()
    tf.saved_model.save(module, str(tmp_path / "bare"))
    assert 'the signature "serving_default" is missing; got none.' in refused(
        f"saved-model:{tmp_path / 'bare'}"
    )


def test_ctrl_c_that_keras_loses_while_it_opens_a_net_stops_all_the_same(
    tmp_path: Path, monkeypatch
) -> None:
    path = written("keras", net(), tmp_path)
    # A job in the background starts with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def lost(*args, **settings) -> None:
        signal.raise_signal(signal.SIGINT)
        raise ValueError("no such attribute")

    monkeypatch.setattr(keras.models, "load_model", lost)
    try:
        with pytest.raises(KeyboardInterrupt):
            open_keras(path)
    finally:
        signal.signal(signal.SIGINT, before)
