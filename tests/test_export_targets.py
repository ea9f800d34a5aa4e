import json

import numpy as np
import pytest

from lab_small import small

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")
pytest.importorskip("mlxtend")
onnx = pytest.importorskip("onnx")

from tenfold.errors import ExportError, ModelError  # noqa: E402
from tenfold.export import Target, convert, export, quantized, ship  # noqa: E402
from tenfold.export.calibration import digits_of  # noqa: E402
from tenfold.export.parity import TOLERANCE, pen_images, reopened  # noqa: E402
from tenfold.export.targets import INT8  # noqa: E402
from tenfold.models import build, recipe  # noqa: E402
from tenfold.models.rounded import rounded  # noqa: E402
from tenfold.models.settings import ModelSettings, Settings  # noqa: E402
from tenfold.opening import open_model  # noqa: E402
from tenfold.runtime import golden_path, load_classifier, shipped, verify  # noqa: E402
from tenfold.training import Config, train  # noqa: E402
from tenfold.training.norms import settle_norms  # noqa: E402

TEMPERATURE = 1.7


@pytest.fixture(scope="module")
def images():
    return pen_images(100, seed=5)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of a small dense net, whose weights take eight bits."""
    folder = tmp_path_factory.mktemp("runs") / "dense"
    train(small(data__validation_rate=0.2, fit__epochs=2, model__weight_bits=8), folder)
    return folder


@pytest.fixture(scope="module")
def reader_run(run, tmp_path_factory):
    """A run folder around a small reader with eleven lively logits and a temperature."""
    folder = tmp_path_factory.mktemp("runs") / "reader"
    folder.mkdir()
    keras.utils.set_random_seed(3)
    model = build(recipe("reader"), Settings(model=ModelSettings(width=4)))
    # Untrained, but with norms that fit and loud last weights, it has opinions.
    settle_norms(model, pen_images(256, seed=2) / np.float32(255))
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel * 4, bias + 3 * np.eye(11)[10]])
    model.save(folder / "model.keras")
    config = (run / "config.toml").read_text()
    (folder / "config.toml").write_text(config.replace('"dense128"', '"reader"'))
    metrics = json.loads((run / "metrics.json").read_text())
    metrics |= {"recipe": "reader", "temperature": TEMPERATURE}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


def test_the_sample_is_neither_trivial_nor_hopeless(reader_run, images):
    judged = open_model(reader_run).judge(images)
    assert len(set(judged.probabilities.argmax(axis=1))) > 1
    assert np.ptp(judged.is_digit) > 0.05
    assert 0.05 < judged.is_digit.mean() < 0.95


@pytest.mark.parametrize("target", Target)
def test_every_kind_of_file_answers_as_the_run_does(target, run, images, tmp_path):
    if target is Target.openvino:
        pytest.importorskip("openvino")
    made = export(run, target, tmp_path / f"net{target.suffix}")
    assert made.difference <= TOLERANCE
    assert made.path.exists()
    if target is not Target.openvino:  # its runtime is the proof's alone
        found = reopened(made.path, target).predict_proba(images)
        assert found == pytest.approx(open_model(run).predict_proba(images), abs=1e-5)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {made.path.name} | ({"net.bin"} if target is Target.openvino else set())


@pytest.mark.parametrize("target", [Target.triton, Target.saved_model, Target.litert])
def test_the_readers_temperature_and_its_eleventh_class_are_in_the_graph(
    target, reader_run, images, tmp_path
):
    made = export(reader_run, target, tmp_path / f"net{target.suffix}")
    found = reopened(made.path, target).judge(images)
    model = keras.models.load_model(reader_run / "model.keras")
    logits = model.predict(images / np.float32(255), verbose=0).astype(np.float64)
    scaled = np.exp(logits[:, :10] / TEMPERATURE)
    plain = np.exp(logits)
    assert found.probabilities == pytest.approx(scaled / scaled.sum(1, keepdims=True), abs=1e-5)
    assert found.is_digit == pytest.approx(1 - plain[:, 10] / plain.sum(1), abs=1e-5)


def test_the_onnx_form_is_that_of_the_design(reader_run, tmp_path):
    path = export(reader_run, "onnx", tmp_path / "net.onnx").path
    graph = onnx.load(path).graph
    shapes = {
        node.name: [d.dim_param or d.dim_value for d in node.type.tensor_type.shape.dim]
        for node in (*graph.input, *graph.output)
    }
    assert shapes == {"images": ["n", 28, 28], "probabilities": ["n", 10], "is_digit": ["n"]}
    assert [node.name for node in graph.output] == ["probabilities", "is_digit"]
    assert "BatchNormalization" not in {node.op_type for node in graph.node}
    for n in (1, 7):
        assert load_classifier(path).predict_proba(np.zeros((n, 28, 28))).shape == (n, 10)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The widest net of the recipe `tiny` that has at most 10,000 weights, as it would be kept."""
    file = tmp_path_factory.mktemp("tiny") / "net.keras"
    keras.utils.set_random_seed(4)
    net = build(recipe("tiny"), recipe("tiny").settings.changed({"model.width": 9}))
    assert 9_000 < net.count_params() <= 10_000
    settle_norms(net, pen_images(256, seed=2) / np.float32(255))
    for layer in net.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            layer.kernel.assign(rounded(layer.kernel.numpy(), bits=8))
    net.save(file)
    return file


@pytest.mark.parametrize("target", INT8)
def test_a_net_of_ten_thousand_weights_of_eight_bits_fits_in_13_kb(target, tiny, images):
    made = export(tiny, target)
    assert made.path.name == f"net-int8{target.suffix}"
    assert made.path.stat().st_size <= 13_000
    expected = open_model(tiny).predict_proba(images)
    assert len(set(expected.argmax(axis=1))) > 1
    assert open_model(made.path).predict_proba(images) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("target", INT8)
def test_a_net_whose_weights_are_not_whole_steps_is_told_how_to_train(target, tmp_path):
    build(recipe("dense128")).save(tmp_path / "net.keras")
    with pytest.raises(ExportError, match=r"Train with model.weight_bits=8"):
        export(tmp_path / "net.keras", target)
    assert [path.name for path in tmp_path.iterdir()] == ["net.keras"]


def test_no_two_kinds_have_the_same_default_name():
    ends = [target.default_end for target in Target]
    assert len(set(ends)) == len(ends)


def test_a_model_for_triton_says_in_tritons_words_what_the_net_takes(reader_run, tmp_path):
    config_of = pytest.importorskip("tritonclient.grpc.model_config_pb2")
    text_format = pytest.importorskip("google.protobuf.text_format")
    folder = export(reader_run, "triton", tmp_path / "digits").path
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")) == [
        "digits/1/model.onnx",
        "digits/config.pbtxt",
    ]
    config = text_format.Parse((folder / "config.pbtxt").read_text(), config_of.ModelConfig())
    assert (config.backend, config.name) == ("onnxruntime", "")  # Triton takes the folder's name
    assert config.max_batch_size > 1
    assert config.HasField("dynamic_batching")
    tensors = {
        node.name: (node.data_type, list(node.dims), node.HasField("reshape"))
        for node in (*config.input, *config.output)
    }
    float32 = config_of.TYPE_FP32
    assert tensors == {
        "images": (float32, [28, 28], False),
        "probabilities": (float32, [10], False),
        "is_digit": (float32, [1], True),
    }
    [is_digit] = [node for node in config.output if node.name == "is_digit"]
    assert list(is_digit.reshape.shape) == []
    # What Triton would hand over and get back, batch first, is what the file takes and gives.
    session = pytest.importorskip("onnxruntime").InferenceSession(folder / "1" / "model.onnx")
    found = session.run([node.name for node in config.output], {
        config.input[0].name: np.zeros((3, *config.input[0].dims), np.float32)
    })  # fmt: skip
    shapes = [
        (3, *(node.reshape.shape if node.HasField("reshape") else node.dims))
        for node in config.output
    ]
    assert [answer.shape for answer in found] == shapes


def test_sigmoids_are_exported_as_parts_of_their_sum(images, tmp_path):
    model = build(recipe("dense100-sigmoid"))
    model.save(tmp_path / "net.keras")
    path = export(tmp_path / "net.keras", "onnx").path
    assert path == tmp_path / "net.onnx"
    outputs = model.predict(images / np.float32(255), verbose=0)
    expected = outputs / outputs.sum(axis=1, keepdims=True)
    assert load_classifier(path).predict_proba(images) == pytest.approx(expected, abs=1e-6)


def test_a_file_that_answers_otherwise_is_not_kept(monkeypatch, run, tmp_path):
    def spoiled(classifier, target, path):
        other = build(recipe("dense128"))
        real(convert.KerasClassifier(other, "other"), target, path)

    real = convert.write
    monkeypatch.setattr(convert, "write", spoiled)
    with pytest.raises(ExportError, match="as onnx answers otherwise than its source"):
        export(run, "onnx", tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("net.keras", "onnx", "net.keras: the ending of onnx is .onnx; got .keras."),
        (
            "net.pb",
            "saved-model",
            "net.pb: a model for saved-model is a folder and has no ending; got .pb.",
        ),
        ("there.onnx", "onnx", "there.onnx: exists already. Give another --out, or remove it"),
        ("deep/net.onnx", "onnx", "deep: no such folder. Make it first."),
    ],
)
def test_a_place_that_will_not_do_is_told_first(run, name, target, words, tmp_path):
    (tmp_path / "there.onnx").write_text("mine")
    with pytest.raises(ExportError) as caught:
        export(run, target, tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path}/{words}")
    assert (tmp_path / "there.onnx").read_text() == "mine"


def test_only_keras_models_can_be_exported(run, tmp_path):
    path = export(run, "onnx", tmp_path / "net.onnx").path
    with pytest.raises(ModelError, match=r"a run folder, .keras or .h5 is needed"):
        export(path, "litert", tmp_path / "net.tflite")


def test_a_shipped_net_is_verified_and_gives_its_golden_answers(reader_run, tmp_path):
    made = ship(reader_run, "small", folder=tmp_path)
    assert verify("small", tmp_path) == made.path == tmp_path / "small.onnx"
    entry = shipped(tmp_path)["small"]
    assert entry.bytes == made.path.stat().st_size
    assert 2 * entry.parameters < entry.bytes < 3 * entry.parameters  # two bytes a weight
    assert entry.parameters == sum(
        int(np.prod(w.shape))
        for w in keras.models.load_model(reader_run / "model.keras").trainable_weights
    )
    test = json.loads((reader_run / "metrics.json").read_text())["test"]
    assert entry.measured["mnist_test"]["errors"] == test["errors"]
    low, high = entry.measured["mnist_test"]["interval"]
    assert low < test["errors"] / test["n"] < high
    with np.load(golden_path(made.path)) as golden:
        assert golden["inputs"].shape == (20, 28, 28)
        answers = load_classifier(made.path).judge(golden["inputs"])
        assert np.array_equal(golden["probabilities"], answers.probabilities)
        assert np.array_equal(golden["is_digit"], answers.is_digit)


def test_a_net_that_computes_in_8_bits_says_so_and_answers_alike(
    reader_run, images, tmp_path, monkeypatch
):
    monkeypatch.setattr(quantized, "ALIKE", 0.9)  # an untrained net wavers more than others
    made = ship(reader_run, "small", folder=tmp_path, int8=True)
    entry = shipped(tmp_path)["small"]
    assert (entry.computes, entry.bytes) == ("int8", made.path.stat().st_size)
    found = load_classifier(verify("small", tmp_path)).judge(images)
    expected = open_model(reader_run).judge(images)
    assert made.difference > TOLERANCE
    seen = digits_of(Config.from_toml(reader_run / "config.toml").settings)
    wrong = load_classifier(made.path).predict_proba(seen.test_x).argmax(axis=1) != seen.test_y
    assert entry.measured["mnist_test"]["errors"] == wrong.sum()
    assert entry.measured["mnist_test"]["n"] == len(wrong) > 100
    assert np.abs(found.probabilities - expected.probabilities).max() < 0.2
    assert np.abs(found.is_digit - expected.is_digit).max() < 0.2
    with np.load(golden_path(made.path)) as golden:
        answers = load_classifier(made.path).judge(golden["inputs"])
        assert np.array_equal(golden["probabilities"], answers.probabilities)


def test_a_net_that_8_bits_make_another_one_of_is_not_shipped(reader_run, tmp_path, monkeypatch):
    monkeypatch.setattr(quantized, "ALIKE", 1.01)
    with pytest.raises(ExportError, match="computes too coarsely in 8 bits"):
        ship(reader_run, "small", folder=tmp_path, int8=True)
    assert list(tmp_path.iterdir()) == []


def test_a_net_without_a_layer_between_its_first_and_last_is_not_shipped_in_8_bits(run, tmp_path):
    with pytest.raises(ExportError, match=r"no layer between .* Ship it without --int8"):
        ship(run, "dense", folder=tmp_path, int8=True)
    assert list(tmp_path.iterdir()) == []


def test_shipping_replaces_its_own_name_and_keeps_the_others(run, reader_run, tmp_path):
    first = ship(reader_run, "small", folder=tmp_path)
    ship(run, "other", folder=tmp_path)
    again = ship(run, "small", folder=tmp_path)
    entries = shipped(tmp_path)
    assert sorted(entries) == ["other", "small"]
    assert entries["small"] == again.entry
    assert again.entry.sha256 != first.entry.sha256
    assert verify("small", tmp_path)


@pytest.mark.parametrize("name", ["Small", "a/b", "", "../x"])
def test_a_name_that_is_no_file_name_is_refused(run, name, tmp_path):
    with pytest.raises(ExportError, match="no name for a model"):
        ship(run, name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_net_without_figures_is_not_shipped(run, tmp_path):
    with pytest.raises(ExportError, match=r"a finished run folder with its metrics.json is needed"):
        ship(run / "model.keras", "small", folder=tmp_path)


def test_the_verb_prints_the_file_and_the_difference(run_tenfold, run, tmp_path):
    done = run_tenfold("export", run, "--to", "onnx", "--out", "net.onnx", timeout=300)
    assert (done.returncode, done.stdout) == (0, "net.onnx\n"), done.stderr
    assert done.stderr.startswith("100 pictures: probabilities differ by ")
    assert (tmp_path / "net.onnx").is_file()


def test_the_verb_computes_in_8_bits_only_what_it_ships(run_tenfold, run):
    done = run_tenfold("export", run, "--to", "onnx", "--int8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--int8: goes with --ship only" in done.stderr


def test_the_verb_wants_one_thing_to_do(run_tenfold, run):
    done = run_tenfold("export", run)
    assert (done.returncode, done.stdout) == (2, "")
    assert "either --to or --ship is needed" in done.stderr
