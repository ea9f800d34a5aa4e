"""The line net as an ONNX file: strips in, probabilities of symbols out, proven."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import cv2
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from tenfold.canon import STRIP_HEIGHT, STRIP_VERSION, SYMBOLS
from tenfold.data.pen import draw_digit
from tenfold.export.convert import drafts
from tenfold.export.parity import TOLERANCE, check_difference
from tenfold.export.targets import Target
from tenfold.export.writers import converting
from tenfold.models.held import held_signals
from tenfold.models.line import N_OUTPUTS
from tenfold.runtime import load_line_net
from tenfold.runtime.line import STRIP_KEY, room_of

INPUT: Final = "strips"
OUTPUT: Final = "symbols"
BLANK_NAME: Final = "blank"
WIDTHS: Final = (2, 33, 96, 160, 417)
"""Columns that the proof is made at: hardly any, an odd number, usual ones, a long line."""

GOLDEN_WIDTH: Final = 96


@contextmanager
def proven_line(
    model: keras.Model, temperature: float, folder: Path
) -> Iterator[tuple[Path, float]]:
    """An ONNX file that answers as the net does, and its largest difference.

    Args:
        model: a line net in float32, its last layer gives logits.
        temperature: divides them.
        folder: where the file is made; it is gone in the end unless it was moved.

    Raises:
        ExportError: it could not be made, or answers otherwise.
    """
    with drafts(folder) as place:
        draft = place / "model.onnx"
        with held_signals():
            _write(model, temperature, draft)
            difference = line_difference(model, temperature, draft)
        check_difference(model.name, "as ONNX", difference, TOLERANCE)
        yield draft, difference


def line_difference(model: keras.Model, temperature: float, draft: Path) -> float:
    """How far the file's probabilities are from the net's, over lines of all widths."""
    return max(_difference(model, temperature, draft, width) for width in WIDTHS)


def pen_strips(n: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """(n, 32, width) strips filled with digits of our own pen."""
    rng = np.random.Generator(np.random.Philox(seed))
    strips = np.zeros((n, STRIP_HEIGHT, width), np.uint8)
    for strip in strips:
        left = 4
        while left < width - 4:
            ink = draw_digit(int(rng.integers(10)), rng)
            scale = 22 / max(ink.shape)
            size = (max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1))
            digit = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA))
            room = strip[5 : 5 + size[1], left : left + size[0]]
            room[:] = digit[:, : room.shape[1]]
            left += size[0] + int(rng.integers(1, 6))
    return strips


def golden(draft: Path, n: int, seed: int) -> dict[str, Any]:
    """Strips, and what the file says of them."""
    strips = pen_strips(n, GOLDEN_WIDTH, seed)
    return {
        "inputs": strips,
        "probabilities": np.stack(load_line_net(draft).probabilities(list(strips))),
    }


def contract() -> dict[str, Any]:
    """What the manifest says of the input."""
    return {
        "name": INPUT,
        "shape": ["n", STRIP_HEIGHT, "w"],
        "dtype": "float32",
        "range": [0, 1],
        "ink": "high",
    }


def classes() -> tuple[str, ...]:
    """The names of the outputs, in order."""
    return (*SYMBOLS, BLANK_NAME)


def _difference(model: keras.Model, temperature: float, draft: Path, width: int) -> float:
    """How far the file's probabilities are from the net's, in the runtime that will run it."""
    strips = pen_strips(4, width)
    found = np.stack(load_line_net(draft).probabilities(list(strips)))
    # The runtime gives every strip paper to its right; so the net is asked of the same.
    paper = np.pad(strips, ((0, 0), (0, 0), (0, room_of(width) - width)))
    logits = model.predict_on_batch(paper[..., None].astype(np.float32) / np.float32(255))
    expected = np.asarray(keras.ops.softmax(logits / temperature))[:, : found.shape[1]]
    return float(np.abs(found - expected).max())


def _write(model: keras.Model, temperature: float, path: Path) -> None:
    strips = layers.Input((STRIP_HEIGHT, None), name=INPUT)
    logits = model(keras.ops.expand_dims(strips, -1))
    symbols = layers.Identity(name=OUTPUT)(keras.ops.softmax(logits / temperature))
    graph = keras.Model(strips, {OUTPUT: symbols}, name=model.name)
    spec = keras.InputSpec(shape=(None, STRIP_HEIGHT, None), dtype="float32", name=INPUT)
    with converting(model.name, Target.onnx.value):
        graph.export(str(path), format="onnx", verbose=False, input_signature=[spec])
    _tidy(path)


def _tidy(path: Path) -> None:
    """Say in the file what its numbers are."""
    import onnx

    file = onnx.load(path)
    names = [("n", str(STRIP_HEIGHT), "w"), ("n", "t", str(N_OUTPUTS))]
    for node, axes in zip((*file.graph.input, *file.graph.output), names, strict=True):
        for dim, axis in zip(node.type.tensor_type.shape.dim, axes, strict=True):
            if not axis.isdecimal():
                dim.dim_param = axis
    onnx.helper.set_model_props(file, {STRIP_KEY: str(STRIP_VERSION)})
    file.doc_string = "strips: (n, 32, w) in [0, 1], ink high; symbols: every two columns"
    onnx.checker.check_model(file)
    onnx.save(file, path)
