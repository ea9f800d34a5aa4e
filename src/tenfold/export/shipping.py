"""A run as weights that lie in the package: the ONNX file, its manifest entry, golden answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ExportError
from tenfold.export import lines
from tenfold.export.calibration import Digits, Strips, digits_of, strips_of
from tenfold.export.convert import proven
from tenfold.export.entries import entry_of
from tenfold.export.halves import HALF_TOLERANCE, halve
from tenfold.export.parity import check_difference, largest_difference, pen_images
from tenfold.export.quantized import check_alike, quantize
from tenfold.export.targets import Target
from tenfold.opening import open_keras
from tenfold.runtime import (
    FLOAT32,
    INT8,
    MANIFEST_SCHEMA,
    WEIGHTS,
    ManifestEntry,
    golden_path,
    load_classifier,
    load_line_net,
    shipped,
)
from tenfold.training.config import Config
from tenfold.training.folder import RunFolder, writing
from tenfold.training.run import n_trainable

N_GOLDEN: Final = 20
GOLDEN_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model that now lies in the package.

    Attributes:
        path: the ONNX file.
        difference: largest difference of a probability from the Keras net's.
        entry: what the manifest says of it.
    """

    path: Path
    difference: float
    entry: ManifestEntry


def ship(run: str | Path, name: str, *, folder: Path = WEIGHTS, int8: bool = False) -> Shipped:
    """Put a run's net among the weights of the package, under a name.

    A model that was shipped under the name is replaced. The manifest is
    written last, so a stop half-way leaves files that `runtime` refuses, never
    a net under another one's figures.

    Args:
        run: a finished run folder; its `metrics.json` is where the figures come from.
        name: what `tenfold read --model` will call it.
        folder: where the manifest lies.
        int8: let the net compute in 8 bits; else it computes in float32 and stores two
            bytes a weight.

    Raises:
        ModelError: the run has no model.
        ExportError: it has no figures, the name is none, or the proof failed.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ExportError(name, "no name for a model", todo="Use small letters, digits and dashes")
    figures, config = _facts(Path(run))
    folder.mkdir(parents=True, exist_ok=True)
    entries = shipped(folder) if (folder / "manifest.json").is_file() else {}
    reads_lines = config.recipe.reads_lines
    prove = _proven_line if reads_lines else _proven_digits
    with prove(Path(run), config, folder, int8) as proof:
        data = proof.draft.read_bytes()
        computes = INT8 if int8 else FLOAT32
        told = figures if proof.test is None else figures | {"test": proof.test}
        entry = entry_of(f"{name}.onnx", data, told, config, proof.n_parameters, computes)
        if reads_lines:
            answers = lines.golden(proof.draft, N_GOLDEN, GOLDEN_SEED)
        else:
            answers = _golden(proof.draft)
        path = folder / entry.file
        proof.draft.replace(path)
    with golden_path(path).open("wb") as file:
        np.savez_compressed(file, **answers)
    models = {key: old.to_dict() for key, old in entries.items()} | {name: entry.to_dict()}
    manifest = {"schema": MANIFEST_SCHEMA, "models": dict(sorted(models.items()))}
    with writing(folder / "manifest.json") as draft:
        draft.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return Shipped(path, proof.difference, entry)


class _Proof(NamedTuple):
    """An ONNX file that was proven; one that computes in 8 bits was tested anew if it can be."""

    draft: Path
    difference: float
    n_parameters: int
    test: dict[str, Any] | None = None


@contextmanager
def _proven_digits(run: Path, config: Config, folder: Path, int8: bool) -> Iterator[_Proof]:
    classifier = open_keras(run)
    seen = digits_of(config.settings) if int8 else None
    with proven(classifier, Target.onnx, folder) as (draft, _):
        difference = _made_small(
            str(run), draft, seen,
            answers=lambda images: [load_classifier(draft).predict_proba(images)],
            difference=lambda: largest_difference(classifier, draft, Target.onnx),
        )  # fmt: skip
        test = seen.tested(load_classifier(draft)) if seen else None
        yield _Proof(draft, difference, n_trainable(classifier.model), test)


@contextmanager
def _proven_line(run: Path, config: Config, folder: Path, int8: bool) -> Iterator[_Proof]:
    model, temperature = open_line(run), float(_facts(run)[0]["temperature"])
    with lines.proven_line(model, temperature, folder) as (draft, _):
        difference = _made_small(
            str(run), draft, strips_of(config.settings) if int8 else None,
            answers=lambda strips: load_line_net(draft).probabilities(strips),
            difference=lambda: lines.line_difference(model, temperature, draft),
        )  # fmt: skip
        yield _Proof(draft, difference, n_trainable(model))


def _made_small(
    item: str,
    draft: Path,
    seen: Digits | Strips | None,
    *,
    answers: Callable[[Any], list[NDArray[np.float32]]],
    difference: Callable[[], float],
) -> float:
    """Let the file compute in 8 bits as far as `seen` tells it the ranges, or halve its bytes.

    Returns:
        The largest difference of a probability from the Keras net's.
    """
    if seen is None:
        halve(draft)
        found = difference()
        check_difference(item, "in half the bytes", found, HALF_TOLERANCE)
        return found
    expected = answers(seen.held)
    quantize(draft, seen.batches())
    check_alike(item, expected, answers(seen.held))
    return difference()


def open_line(run: Path) -> keras.Model:
    """The net of a run of lines.

    Raises:
        ExportError: there is none, or it cannot be read.
    """
    path = RunFolder(run).model
    try:
        return keras.models.load_model(path, compile=False)
    except (OSError, ValueError) as fault:
        raise ExportError(str(path), "no line net that can be read", came=str(fault)) from fault


def _golden(draft: Path) -> dict[str, Any]:
    """Pictures, and what the file says of them."""
    inputs = pen_images(N_GOLDEN, GOLDEN_SEED)
    judged = load_classifier(draft).judge(inputs)
    return {
        "inputs": inputs,
        "probabilities": judged.probabilities,
        "is_digit": judged.is_digit,
    }


def _facts(run: Path) -> tuple[dict[str, Any], Config]:
    """What a finished run measured, and what it was made from."""
    place = RunFolder(run)
    try:
        figures: dict[str, Any] = json.loads(place.metrics.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise ExportError(
            str(run),
            "a finished run folder with its metrics.json is needed",
            todo="Train one: tenfold train reader",
        ) from fault
    return figures, Config.from_toml(place.config)
