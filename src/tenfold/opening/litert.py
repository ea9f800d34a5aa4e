"""A `.tflite` file, run by LiteRT, or by the interpreter that older TensorFlows hold."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ModelError
from tenfold.opening.graphs import BATCH, GraphModel

try:
    from ai_edge_litert.interpreter import Interpreter
except ModuleNotFoundError:
    import tensorflow

    Interpreter = tensorflow.lite.Interpreter


def open_tflite(name: str, path: Path) -> GraphModel:
    """The net in a `.tflite` file, on one thread.

    Raises:
        ModelError: the file cannot be opened, or its input or output does not fit.
    """
    try:
        with warnings.catch_warnings():
            # TensorFlow's own interpreter says that it will go; ours is the newer where it is.
            warnings.simplefilter("ignore")
            interpreter = Interpreter(model_path=str(path), num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(name, "LiteRT cannot open it", came=reason) from error
    inputs = interpreter.get_input_details()
    if len(inputs) != 1:
        raise ModelError(
            name, "the input does not fit: there should be one", came=f"{len(inputs)} inputs"
        )
    shape = tuple(int(side) for side in inputs[0]["shape_signature"])
    free = shape[:1] == (-1,)
    net = _Net(interpreter, inputs[0], None if free else int(shape[0]))
    return GraphModel(name, net.run, (None, *(side if side > 0 else None for side in shape[1:])))


class _Net:
    """Runs the pictures of a batch at once, or as many as the file was made for."""

    def __init__(self, interpreter: Any, taken: dict[str, Any], fixed: int | None) -> None:
        self._interpreter, self._input, self._fixed = interpreter, taken, fixed
        self._names = _output_names(interpreter)

    def run(self, pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        step = self._fixed or BATCH
        parts = [self._some(pixels[start : start + step]) for start in range(0, len(pixels), step)]
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}

    def _some(self, pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        n = len(pixels)
        if self._fixed is None:
            self._interpreter.resize_tensor_input(self._input["index"], pixels.shape)
            self._interpreter.allocate_tensors()
        elif n < self._fixed:
            pixels = np.concatenate([pixels, np.repeat(pixels[:1], self._fixed - n, axis=0)])
        self._interpreter.set_tensor(self._input["index"], _quantized(pixels, self._input))
        self._interpreter.invoke()
        return {
            self._names.get(given["index"], given["name"]): _plain(
                self._interpreter.get_tensor(given["index"]), given
            )[:n]
            for given in self._interpreter.get_output_details()
        }


def _output_names(interpreter: Any) -> dict[int, str]:
    """The outputs' names in the file's signature, by their index; tensors' own names say little."""
    found: dict[int, str] = {}
    for key in interpreter.get_signature_list():
        details = interpreter.get_signature_runner(key).get_output_details()
        found |= {given["index"]: name for name, given in details.items()}
    return found


def _quantized(pixels: NDArray[np.float32], taken: dict[str, Any]) -> NDArray[Any]:
    """The pictures as the input's type; whole numbers are steps of a scale from a zero point."""
    kind, (scale, zero) = taken["dtype"], taken["quantization"]
    if not scale:
        return pixels.astype(kind)
    limits = np.iinfo(kind)
    steps: NDArray[Any] = np.clip(np.rint(pixels / scale) + zero, limits.min, limits.max)
    return steps.astype(kind)


def _plain(values: NDArray[Any], given: dict[str, Any]) -> NDArray[Any]:
    scale, zero = given["quantization"]
    return values if not scale else (values.astype(np.float32) - zero) * np.float32(scale)
