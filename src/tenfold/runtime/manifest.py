"""What the package says of the weights that it ships: src/tenfold/weights/manifest.json."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tenfold.errors import ModelError
from tenfold.trust import SetTable

DEFAULT_MODEL: Final = "tenfold"
COMPANY_MODEL: Final = "company"
"""The digit net that the default one has beside it, for digits that stand beside others."""

MANIFEST_SCHEMA: Final = 1
DIGIT: Final = "digit"
LINE: Final = "line"
KINDS: Final = (DIGIT, LINE)
"""What a model is given: single digits in canonical form, or strips of writing."""

FLOAT32: Final = "float32"
INT8: Final = "int8"
"""What a net computes in; with int8 its first and last layer are in float32 all the same."""

WEIGHTS: Final = Path(__file__).parents[1] / "weights"

_MEND: Final = "Install tenfold again: pip install --force-reinstall tenfold"


def company_of(model: str) -> str:
    """The name of the net that judges digits in company for this model, where none is named.

    >>> company_of("tenfold"), company_of("dense128")
    ('company', 'dense128')
    """
    return COMPANY_MODEL if model == DEFAULT_MODEL else model


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One shipped model: which file, what it takes, how it was made, what it reached.

    Attributes:
        file: name of the ONNX file beside the manifest.
        sha256: of that file, in hex.
        bytes: its size.
        parameters: trainable numbers in the net.
        recipe: the name that `tenfold train` knows it by.
        canon: the version of the form that it was trained on: of the 28x28 form,
            or, for a line net, of the strip.
        input: the contract of its input, in words or values.
        classes: the labels of its outputs, in order.
        data: what it was trained on.
        measured: figures, each with its count and n; those of MNIST's test digits are this
            file's, the others those of the net as it was trained, in float32.
        licence: of the weights.
        made: versions and the command that made the file.
        kind: one of `KINDS`.
        computes: `FLOAT32` or `INT8`.
        sets: the table of prediction sets of a digit net (`tenfold.trust`), if it has one.
    """

    file: str
    sha256: str
    bytes: int
    parameters: int
    recipe: str
    canon: int
    input: Any
    classes: tuple[Any, ...]
    data: Any
    measured: Mapping[str, Any]
    licence: str
    made: Mapping[str, Any]
    kind: str = DIGIT
    computes: str = FLOAT32
    sets: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The entry as JSON values."""
        values = {part.name: getattr(self, part.name) for part in dataclasses.fields(self)}
        return values | {"classes": list(self.classes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ManifestEntry:
        """The entry that `to_dict` wrote; keys that this version does not know are left out.

        Raises:
            KeyError: a key is missing.
        """
        old = {"kind": DIGIT, "computes": FLOAT32, "sets": None}  # not every manifest names these
        stated = old | dict(data)
        values = {part.name: stated[part.name] for part in dataclasses.fields(cls)}
        return cls(**values | {"classes": tuple(data["classes"])})


def shipped(folder: Path = WEIGHTS) -> dict[str, ManifestEntry]:
    """Every model that lies in the package, by name.

    Raises:
        ModelError: the manifest is missing or damaged, or has another schema.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        schema = manifest["schema"]
        if schema == MANIFEST_SCHEMA:
            return {
                name: ManifestEntry.from_dict(entry) for name, entry in manifest["models"].items()
            }
    except FileNotFoundError:
        raise ModelError(str(path), "the manifest of the weights is missing", todo=_MEND) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        came = f"{type(error).__name__}: {error}"
        raise ModelError(
            str(path), "the manifest of the weights is damaged", came=came, todo=_MEND
        ) from None
    raise ModelError(
        str(path), f"must have schema {MANIFEST_SCHEMA}", came=f"schema {schema!r}", todo=_MEND
    )


def shipped_sets(name: str) -> SetTable:
    """The table of prediction sets of a shipped model.

    Raises:
        ModelError: there is no such model, or it was shipped without one.
    """
    entry = shipped().get(name)
    if entry is None or entry.sets is None:
        raise ModelError(
            name,
            "has no table of prediction sets",
            todo="Fit one on held-out digits with tenfold.trust.fit_sets, and give it as table",
        )
    return SetTable.from_dict(entry.sets)
