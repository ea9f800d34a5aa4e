"""How each kind of file is written."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import keras

from tenfold.canon import CANON_SIZE, CANON_VERSION
from tenfold.errors import ExportError, MissingExtraError
from tenfold.export.graph import INPUT, PROBABILITIES, with_named_outputs
from tenfold.export.int8 import NotWholeStepsError, in_int8
from tenfold.export.targets import Target
from tenfold.export.triton import ONNX_FILE, write_config
from tenfold.models.classifier import KerasClassifier
from tenfold.runtime.session import CANON_KEY

_KERAS_WORDS = {
    Target.onnx: "onnx",
    Target.onnx_int8: "onnx",
    Target.saved_model: "tf_saved_model",
    Target.litert: "litert",
    Target.litert_int8: "litert",
    Target.openvino: "openvino",
    Target.triton: "onnx",
}


def write(classifier: KerasClassifier, target: Target, path: Path) -> None:
    """Write the net as this kind of file.

    Raises:
        ExportError: the converter cannot do it.
        MissingExtraError: the converter is not installed.
    """
    with converting(classifier.name, target.value):
        if target.is_graph:
            _write_graph(with_named_outputs(classifier), target, path)
        else:
            classifier.model.save(path)


@contextlib.contextmanager
def converting(name: str, kind: str) -> Iterator[None]:
    """Inside, converters are not heard, and what they raise becomes an error of ours.

    They print progress, warn of each other's old names, and Keras of .h5.

    Raises:
        ExportError: the net of this name cannot be written as this kind of file.
        MissingExtraError: the converter is not installed.
    """
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), _no_log():
        warnings.simplefilter("ignore")
        try:
            yield
        except NotWholeStepsError as fault:
            raise ExportError(
                name,
                f"cannot be written as {kind}: its weights are not made of whole steps",
                came=str(fault),
                todo="Train with model.weight_bits=8",
            ) from fault
        except ImportError as missing:
            package = (missing.name or kind).partition(".")[0]
            raise MissingExtraError(package, "train") from missing
        except Exception as fault:  # every converter has exceptions of its own
            reason = " ".join(str(fault).split())[:300] or type(fault).__name__
            raise ExportError(name, f"cannot be written as {kind}", came=reason) from fault


@contextlib.contextmanager
def _no_log() -> Iterator[None]:
    """Log messages up to warnings are not heard inside."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _write_graph(model: keras.Model, target: Target, path: Path) -> None:
    signature = keras.InputSpec(shape=(None, CANON_SIZE, CANON_SIZE), dtype="float32", name=INPUT)
    file = path / ONNX_FILE if target is Target.triton else path
    file.parent.mkdir(parents=True, exist_ok=True)
    model.export(str(file), format=_KERAS_WORDS[target], verbose=False, input_signature=[signature])
    if file.suffix == Target.onnx.suffix:
        _tidy(file, int8=target is Target.onnx_int8)
    if target is Target.litert_int8:
        from tenfold.export import int8_litert

        file.write_bytes(int8_litert.in_int8(file.read_bytes()))
    if target is Target.triton:
        write_config(path)


def _tidy(path: Path, *, int8: bool) -> None:
    """Say in the ONNX file what its numbers are: the free axis, the order, the canon.

    With `int8` its weights take a byte each.
    """
    import onnx

    file = onnx.load(path)
    for node in (*file.graph.input, *file.graph.output):
        node.type.tensor_type.shape.dim[0].dim_param = "n"
    outputs = sorted(file.graph.output, key=lambda node: node.name != PROBABILITIES)
    del file.graph.output[:]
    file.graph.output.extend(outputs)
    onnx.helper.set_model_props(file, {CANON_KEY: str(CANON_VERSION)})
    file.doc_string = "images: (n, 28, 28) in [0, 1], ink high, in Tenfold's canonical form"
    if int8:
        file = in_int8(file)
    onnx.checker.check_model(file)
    onnx.save(file, path)
