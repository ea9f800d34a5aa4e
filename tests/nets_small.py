"""A small Keras net as a file of every kind."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save_model

WIDTH = 12


def net(
    last: str = "softmax",
    *,
    n_outputs: int = 10,
    shape: tuple[int, ...] = (28, 28),
    scale: float = 1.0,
) -> keras.Model:
    """An untrained net whose answers differ from picture to picture."""
    keras.utils.set_random_seed(7)
    images = keras.layers.Input(shape, name="images")
    x = keras.layers.Flatten()(images)
    x = keras.layers.Dense(WIDTH, activation="relu")(x)
    start = keras.initializers.RandomNormal(stddev=scale, seed=3)
    outputs = keras.layers.Dense(n_outputs, activation=last, kernel_initializer=start)(x)
    return keras.Model(images, outputs)


def as_onnx(model: keras.Model, path: Path) -> Path:
    """The net of `net()`, node by node."""
    (w1, b1), (w2, b2) = (layer.get_weights() for layer in model.layers if layer.get_weights())
    given = {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "flat": np.array([-1, len(w1)], np.int64)}
    steps = [
        ("Reshape", ["images", "flat"], "x"),
        ("MatMul", ["x", "w1"], "m1"),
        ("Add", ["m1", "b1"], "a1"),
        ("Relu", ["a1"], "hidden"),
        ("MatMul", ["hidden", "w2"], "m2"),
        ("Add", ["m2", "b2"], "a2"),
        ("Softmax", ["a2"], "probabilities"),
    ]
    graph = helper.make_graph(
        [helper.make_node(kind, taken, [result]) for kind, taken, result in steps],
        "small",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(value, name) for name, value in given.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    save_model(helper.make_model(graph, opset_imports=opset, ir_version=9), str(path))
    return path


def as_run(model: keras.Model, folder: Path, **metrics: Any) -> Path:
    folder.mkdir()
    model.save(folder / "model.keras")
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


def as_saved_model(model: keras.Model, folder: Path) -> Path:
    model.export(folder, format="tf_saved_model", verbose=False)
    return folder


def as_tflite(
    model: keras.Model, path: Path, *, whole_numbers_for: np.ndarray | None = None
) -> Path:
    """The net for LiteRT; with pictures to measure on, its numbers become int8."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if whole_numbers_for is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([x[None]] for x in whole_numbers_for)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    with warnings.catch_warnings():
        # It asks for statistics that the pictures above are there to give.
        warnings.simplefilter("ignore", UserWarning)
        path.write_bytes(converter.convert())
    return path


def as_h5(model: keras.Model, path: Path) -> Path:
    model.save(path)
    return path


WRITERS: dict[str, Callable[[keras.Model, Path], Path | str]] = {
    "keras": lambda model, folder: as_h5(model, folder / "a.keras"),
    "h5": lambda model, folder: as_h5(model, folder / "a.h5"),
    "run": lambda model, folder: as_run(model, folder / "run"),
    "saved-model": lambda model, folder: f"saved-model:{as_saved_model(model, folder / 'saved')}",
    "onnx": lambda model, folder: as_onnx(model, folder / "a.onnx"),
    "tflite": lambda model, folder: as_tflite(model, folder / "a.tflite"),
}
