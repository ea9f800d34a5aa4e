"""Models of every kind, opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.canon import STRIP_HEIGHT
from tenfold.errors import MissingExtraError, ModelError
from tenfold.opening.kinds import RUN_METRICS, RUN_MODEL, Found, Kind, find_model
from tenfold.runtime import Judgement, load_classifier

if TYPE_CHECKING:
    import keras

    from tenfold.models.classifier import Judged, KerasClassifier

EXTRA: Final = "train"


class DigitModel(Protocol):
    """What every opened model can do.

    Attributes:
        name: as it was given; messages call it so.
    """

    name: str

    def predict_proba(self, images: ArrayLike) -> NDArray[np.float32]:
        """(n, 10) probabilities of the digits, rows sum to 1.

        A net that ends in a softmax gives them as they are; ten sigmoids are
        divided by their sum; ten logits go through a softmax; so do the first
        ten of the reader's eleven.

        Args:
            images: (n, 28, 28), ink high: uint8 in 0..255 or float in [0, 1].
        """

    def judge(self, images: ArrayLike) -> Judgement | Judged:
        """The same `probabilities`, and `is_digit`, (n,): is it one digit at all?

        It is 1 everywhere where the model has no such output.
        """


def open_model(name: str | Path) -> DigitModel:
    """The model of that name or path; `tenfold.opening.kinds` tells what it may be.

    Raises:
        ModelError: there is none (the nearest names are given), its file cannot
            be opened, or its input or output does not fit (the message says which).
        MissingExtraError: the package that runs this kind is not installed.
    """
    found = find_model(name)
    if found.kind is Kind.shipped:
        return load_classifier(found.name)
    if found.kind is Kind.onnx:
        return load_classifier(found.path)
    with _its_packages():
        if found.kind is Kind.saved_model:
            from tenfold.opening.saved_model import open_saved_model

            return open_saved_model(found.name, found.path)
        if found.kind is Kind.tflite:
            from tenfold.opening.litert import open_tflite

            return open_tflite(found.name, found.path)
        return _open_keras(found)


def open_keras(name: str | Path) -> KerasClassifier:
    """A run folder, `.keras` or `.h5` as a classifier that holds the Keras model itself.

    Raises:
        ModelError: as `open_model` raises it, or the model is of another kind.
        MissingExtraError: Keras is not installed.
    """
    found = find_model(name)
    if found.kind not in (Kind.run, Kind.keras, Kind.h5):
        raise ModelError(
            found.name,
            "a run folder, .keras or .h5 is needed: others do not hold the net's layers",
            came=found.kind.value,
        )
    with _its_packages():
        return _open_keras(found)


@contextmanager
def _its_packages() -> Iterator[None]:
    """A package that is not there, told with the extra that brings it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise MissingExtraError((missing.name or "keras").partition(".")[0], EXTRA) from missing


def _open_keras(found: Found) -> KerasClassifier:
    from tenfold.models.classifier import KerasClassifier

    is_run = found.kind is Kind.run
    model = _load(found.name, found.path / RUN_MODEL if is_run else found.path)
    temperature = _temperature(found.path / RUN_METRICS) if is_run else 1.0
    return KerasClassifier(model, found.name, temperature=temperature)


def _load(name: str, path: Path) -> keras.Model:
    import keras

    from tenfold.models.held import held_signals

    try:
        # In safe mode a file's own Python code is refused, not run.
        with held_signals():
            model = keras.models.load_model(path, compile=False, safe_mode=True)
        inputs, outputs = len(model.inputs or ()), len(model.outputs or ())
    except Exception as error:  # Keras raises whatever its readers of zip, HDF5 and JSON raise
        reason = " ".join(str(error).split())[:300]
        if "safe_mode" in str(error):
            raise ModelError(
                name,
                "holds a program of its own, which is not run (a Lambda or TFSMLayer)",
                todo="If you trust whoever made it, open it with Keras and save it without these",
            ) from error
        raise ModelError(
            name,
            "Keras cannot open it",
            came=reason or type(error).__name__,
            todo="A file of weights alone is not enough; save the whole net with model.save(...)",
        ) from error
    if inputs == 1 and tuple(model.input_shape[1:]) == (STRIP_HEIGHT, None, 1):
        raise ModelError(
            name,
            "reads whole lines; what is needed here reads single digits",
            todo="A run of lines is for the reader: tenfold export RUN --ship line",
        )
    if (inputs, outputs) != (1, 1):
        which, n = ("input", inputs) if inputs != 1 else ("output", outputs)
        raise ModelError(name, f"the {which} does not fit: there should be one", came=str(n))
    return model


def _temperature(metrics: Path) -> float:
    """What the run's logits are divided by; a run that was killed has not measured it."""
    try:
        told: dict[str, Any] = json.loads(metrics.read_text(encoding="utf-8"))
        return float(told.get("temperature", 1.0))
    except FileNotFoundError:
        return 1.0
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise ModelError(str(metrics), "cannot be read", came=str(fault)) from fault
