"""An ONNX file that computes in 8 bits: a convolution takes a third of the time, a weight a byte.

By ONNX Runtime's static quantizer. Every tensor between two layers gets the range that it has on
pictures like those that will come (Jacob et al., "Quantization and Training of Neural Networks
for Efficient Integer-Arithmetic-Only Inference", 2018).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ExportError

Floats = NDArray[np.float32]

ALIKE: Final = 0.99
"""The least share of held-out answers that must stay as they were."""

HEAVY: Final = ("Conv", "Gemm", "MatMul")
"""Where the arithmetic is. Probabilities rounded to 8 bits no longer sum to 1."""

_FEWEST: Final = 3


def quantize(path: Path, batches: Iterable[Floats]) -> None:
    """Let the file compute in 8 bits; it is replaced.

    The first and the last layer stay in float32: they cost next to nothing, and rounding
    them costs most. Weights have 7 bits: processors without instructions of their own for
    it add two products of bytes in 16 bits, which 8 overflow; so all of them answer alike.

    Args:
        path: an ONNX file of one input.
        batches: what it is given in its work, in float32 and any number at a time.

    Raises:
        ExportError: it has no layer between its first and its last one.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = path.with_name(f"{path.stem}-ready.onnx")
    quant_pre_process(path, ready, skip_symbolic_shape=True)
    file = onnx.load(ready)
    ready.unlink()
    heavy = [node for node in file.graph.node if node.op_type in HEAVY]
    if len(heavy) < _FEWEST:
        raise ExportError(
            str(path),
            "has no layer between its first and its last one, which stay in float32",
            came=f"{len(heavy)} layers",
            todo="Ship it without --int8",
        )
    for k, node in enumerate(heavy):
        node.name = f"heavy_{k}"  # some have none, and those left out are known by their names
    quantize_static(
        file,
        path,
        Feed(file.graph.input[0].name, batches),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=list(HEAVY),
        nodes_to_exclude=[heavy[0].name, heavy[-1].name],
    )


def check_alike(item: str, expected: Sequence[Floats], found: Sequence[Floats]) -> None:
    """Refuse a file that answers otherwise where its source is asked the same.

    Args:
        item: what was quantized.
        expected: probabilities of the source, (..., n_classes) each.
        found: those of the file.

    Raises:
        ExportError: fewer than `ALIKE` of the likeliest classes are the same.

    >>> check_alike("runs/a", [np.eye(3)], [np.eye(3)])
    """
    pairs = zip(expected, found, strict=True)
    same = np.concatenate([(a.argmax(-1) == b.argmax(-1)).ravel() for a, b in pairs])
    if not same.mean() >= ALIKE:
        raise ExportError(
            item,
            f"computes too coarsely in 8 bits: {100 * ALIKE:g} % of its answers must stay",
            came=f"{100 * same.mean():.1f} %",
            todo="Ship it without --int8",
        )


class Feed:
    """Batches one after the other, as ONNX Runtime's calibrator asks for them."""

    def __init__(self, name: str, batches: Iterable[Floats]) -> None:
        self._name, self._batches = name, iter(batches)

    def get_next(self) -> dict[str, Any] | None:
        """The next batch, or None."""
        batch = next(self._batches, None)
        return None if batch is None else {self._name: batch}
