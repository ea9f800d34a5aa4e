"""What a person means by MODEL: looked up by its name and place, before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from tenfold.errors import ModelError, did_you_mean
from tenfold.models import RECIPES
from tenfold.runtime.manifest import DIGIT, shipped

RUNS: Final = Path("runs")
RUN_CONFIG: Final = "config.toml"
RUN_MODEL: Final = "model.keras"
RUN_METRICS: Final = "metrics.json"
SAVED_MODEL: Final = "saved_model.pb"
SAVED_MODEL_PREFIX: Final = "saved-model:"
"""Before a folder's path: the asking without which no SavedModel is run."""


class Kind(StrEnum):
    """The kinds of model that can be opened."""

    shipped = "shipped"
    run = "run"
    keras = "keras"
    h5 = "h5"
    saved_model = "saved-model"
    onnx = "onnx"
    tflite = "tflite"


ENDINGS: Final = {
    ".keras": Kind.keras,
    ".h5": Kind.h5,
    ".hdf5": Kind.h5,
    ".onnx": Kind.onnx,
    ".tflite": Kind.tflite,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A model that is there; whether it can be opened is not known yet.

    Attributes:
        name: as it was given.
        kind: what it is.
        path: the file or folder; of a shipped model, its name.
    """

    name: str
    kind: Kind
    path: Path


def find_model(name: str | Path) -> Found:
    """What and where a model is.

    A word without an ending or a folder is a shipped model, if there is one of that name.
    A SavedModel is a program, so it must be asked for as one: `saved-model:FOLDER`.

    Raises:
        ModelError: there is nothing of that name (the nearest names are given),
            or it is no model, or a SavedModel that was not asked for.
    """
    word = str(name)
    asked = word.startswith(SAVED_MODEL_PREFIX)
    path = Path(word.removeprefix(SAVED_MODEL_PREFIX)).expanduser()
    if asked:
        if not (path / SAVED_MODEL).is_file():
            raise ModelError(word, f"a SavedModel is a folder that holds {SAVED_MODEL}")
        return Found(word, Kind.saved_model, path)
    kind = ENDINGS.get(path.suffix.lower())
    if kind is not None and not path.is_dir():
        if not path.is_file():
            raise ModelError(word, "no such file", todo=_near(word, path))
        return Found(word, kind, path)
    kind = _kind_of_folder(path)
    if kind is Kind.saved_model:
        raise ModelError(
            word,
            "a SavedModel is a program: it can read and write files with your rights",
            todo=f"If you trust whoever made it, give it as {SAVED_MODEL_PREFIX}{word}",
        )
    if kind is not None:
        return Found(word, kind, path)
    if path.name == word and word in shipped():
        return Found(word, Kind.shipped, path)
    if path.is_dir():
        raise _no_model_in(word, path)
    if path.exists():
        raise ModelError(
            word, "no model by its ending", came=path.suffix or "none", todo=_KNOWN_ENDINGS
        )
    raise ModelError(word, "no such model", todo=_near(word, path))


_KNOWN_ENDINGS: Final = f"Known: {', '.join(ENDINGS)}"


def _kind_of_folder(folder: Path) -> Kind | None:
    """Run or SavedModel; None for everything else."""
    if (folder / RUN_MODEL).is_file():
        return Kind.run
    return Kind.saved_model if (folder / SAVED_MODEL).is_file() else None


def _no_model_in(name: str, folder: Path) -> ModelError:
    if (folder / RUN_CONFIG).is_file():
        return ModelError(
            name,
            "a run that has no model yet",
            todo=f"Go on with it: tenfold train --resume {folder}",
        )
    holds = sorted(path.name for path in folder.iterdir())
    return ModelError(
        name,
        f"a folder without a model; a run holds {RUN_MODEL}, a SavedModel {SAVED_MODEL}",
        came=", ".join(holds[:4]) + (" …" if len(holds) > 4 else "") if holds else "an empty one",
    )


def _near(word: str, path: Path) -> str:
    """What may have been meant instead."""
    if word in RECIPES:
        return f"It is a recipe: tenfold train {word}, then give the run folder"
    known = [str(found) for place in {path.parent, RUNS} for found in _models_in(place)]
    if path.name == word and not path.suffix:
        known += [name for name, entry in shipped().items() if entry.kind == DIGIT]
    if not known:
        return "Give a shipped name (tenfold models), a run folder or a model file"
    return did_you_mean(word, known)


def _models_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in ENDINGS or _kind_of_folder(path) is not None
    ]
