"""Whether a file answers as its source does, in the runtime that will run it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_canon
from tenfold.data.pen import draw_debris, draw_digit
from tenfold.errors import ExportError, MissingExtraError
from tenfold.export.graph import INPUT, IS_DIGIT, PROBABILITIES
from tenfold.export.targets import Target
from tenfold.export.triton import ONNX_FILE
from tenfold.models.classifier import Judged, as_pixels
from tenfold.opening import SAVED_MODEL_PREFIX, DigitModel, open_model

N_IMAGES: Final = 100
N_DEBRIS: Final = 20
TOLERANCE: Final = 1e-4
"""Runtimes add in other orders; float32 sums of these nets differ by about 1e-6."""


def pen_images(n: int, seed: int = 0) -> NDArray[np.uint8]:
    """(n, 28, 28) canonical pictures of our own pen: the digits in turn, one in five debris."""
    rng = np.random.Generator(np.random.Philox(seed))
    n_debris = n * N_DEBRIS // N_IMAGES
    inks = [draw_digit(k % 10, rng) for k in range(n - n_debris)]
    inks += [draw_debris(rng) for _ in range(n_debris)]
    return np.stack([to_canon(ink) for ink in inks])


def largest_difference(source: DigitModel, path: Path, target: Target) -> float:
    """How far the file's probabilities are from its source's, over 100 pictures.

    The file is opened anew in its own runtime. Every output counts.

    Raises:
        ExportError: the runtime refuses the file.
    """
    images = pen_images(N_IMAGES)
    judge = partial(_openvino, path) if target is Target.openvino else reopened(path, target).judge
    found = judge(images)
    expected = source.judge(images)
    pairs = (
        (found.probabilities, expected.probabilities),
        (found.is_digit, expected.is_digit),
    )
    if any(not np.isfinite(a).all() for a, _ in pairs):
        raise ExportError(str(path), "gives answers that are not numbers")
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def check_difference(item: str, written: str, difference: float, tolerance: float) -> None:
    """Refuse a file that answers otherwise than its source.

    Args:
        item: what was written.
        written: in which way, for the message.
        difference: the largest of a probability.
        tolerance: what it may be.

    Raises:
        ExportError: it is larger, or no number.

    >>> check_difference("runs/a", "as onnx", 3e-7, TOLERANCE)
    """
    if not difference <= tolerance:
        raise ExportError(
            item,
            f"{written} answers otherwise than its source: "
            f"probabilities may differ by {tolerance:g}",
            came=f"{difference:.2g}",
            todo="No file was left. Please tell us, with the versions of `tenfold doctor`",
        )


def reopened(path: Path, target: Target) -> DigitModel:
    """The exported file, opened as anybody would; Triton's own runtime is ONNX Runtime."""
    if target is Target.saved_model:
        return open_model(f"{SAVED_MODEL_PREFIX}{path}")
    return open_model(path / ONNX_FILE if target is Target.triton else path)


def _openvino(path: Path, images: NDArray[np.uint8]) -> Judged:
    """What OpenVINO makes of the images."""
    try:
        import openvino
    except ModuleNotFoundError as missing:
        raise MissingExtraError("openvino", "train") from missing
    # Left to itself it computes in bfloat16 where the processor can: two digits, not seven.
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    net = openvino.Core().compile_model(str(path), "CPU", exact)
    answers = net({INPUT: as_pixels(images)})
    named = {name: value for port, value in answers.items() for name in port.get_names()}
    is_digit = named.get(IS_DIGIT, np.ones(len(images), np.float32))
    return Judged(named[PROBABILITIES], is_digit)
