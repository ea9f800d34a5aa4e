"""Measures a shipped classifier on MNIST's test digits, as arrays and as pictures.

python benchmarks/mnist.py

As arrays, the net sees the digits as they are. As pictures, each goes the whole
way of `tenfold read`, white on black, and only the exact text counts as right.
Rows go to results/mnist.csv.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track

from facts import FACTS, RESULTS, facts, merge_rows
from tenfold.data.mnist import load_mnist
from tenfold.evaluation import (
    brier_score,
    expected_calibration_error,
    negative_log_likelihood,
    wilson,
)
from tenfold.reading import Reader
from tenfold.runtime import DEFAULT_MODEL, load_classifier

KEY: Final = ("model", "way")
COLUMNS: Final = (
    *(*KEY, "n", "errors", "accuracy", "low", "high", "accepted_right", "accepted_wrong"),
    *("ece", "nll", "brier", *FACTS),
)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime")
Digits = NDArray[np.uint8]


def main(
    model: Annotated[str, typer.Argument(help="A shipped name.")] = DEFAULT_MODEL,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first digits.")] = None,
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "mnist.csv",
) -> None:
    """Measure both ways and write two rows."""
    split = load_mnist()
    x, y = split.test_x[:limit], split.test_y[:limit]
    rows = [as_arrays(model, x, y), as_pictures(model, x, y)]
    told = facts(PACKAGES)
    merge_rows(results, [{"model": model, **row, **told} for row in rows], KEY, COLUMNS)
    for row in rows:
        print(f"{row['way']}: {row['errors']} of {row['n']:,} wrong ({row['accuracy']} right)")


def as_arrays(model: str, x: Digits, y: Digits) -> dict[str, Any]:
    """The net alone."""
    chances = load_classifier(model).predict_proba(x)
    return {
        "way": "arrays",
        **counted(chances.argmax(axis=1) == y),
        "ece": f"{expected_calibration_error(chances, y):.5f}",
        "nll": f"{negative_log_likelihood(chances, y):.5f}",
        "brier": f"{brier_score(chances, y):.5f}",
    }


def as_pictures(model: str, x: Digits, y: Digits) -> dict[str, Any]:
    """The whole way from a 28x28 picture to a text."""
    reader = Reader(model)
    digits = track(x, description="reading", disable=not sys.stderr.isatty())
    readings = [reader.read(digit) for digit in digits]
    texts = ["".join(number.text for number in reading.numbers) for reading in readings]
    right = np.array([text == str(label) for text, label in zip(texts, y, strict=True)])
    accepted = np.array(
        [
            bool(reading.numbers) and all(n.status == "accepted" for n in reading.numbers)
            for reading in readings
        ]
    )
    return {
        "way": "pictures",
        **counted(right),
        "accepted_right": int((accepted & right).sum()),
        "accepted_wrong": int((accepted & ~right).sum()),
    }


def counted(right: Sequence[bool] | NDArray[np.bool_]) -> dict[str, Any]:
    """Errors, their rate and its 95 % Wilson interval, as accuracy.

    >>> row = counted([True] * 9 + [False])
    >>> row["errors"], row["accuracy"], row["low"], row["high"]
    (1, '0.9000', '0.5958', '0.9821')
    """
    n, errors = len(right), int(np.sum(~np.asarray(right)))
    low, high = wilson(errors, n)
    return {
        "n": n,
        "errors": errors,
        "accuracy": f"{1 - errors / n:.4f}",
        "low": f"{1 - high:.4f}",
        "high": f"{1 - low:.4f}",
    }


if __name__ == "__main__":
    typer.run(main)
