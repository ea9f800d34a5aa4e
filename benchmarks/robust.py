"""Measures models on MNIST-C's 15 corruptions of MNIST's test digits.

python benchmarks/robust.py [MODEL...]

As arrays, a model sees the spoilt digits as they are. As pictures, each goes through
the reader's own normalisation first. A row a corruption and a mean over the 15 go to
results/robust.csv; what stands there for the same model file and n is not measured again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from facts import FACTS, RESULTS, facts, merge_rows, read_rows
from tenfold.data.corruptions import CORRUPTIONS, corrupt
from tenfold.data.mnist import load_mnist
from tenfold.evaluation import expected_calibration_error
from tenfold.finding.single import single_digit
from tenfold.opening import DigitModel, open_model
from tenfold.runtime import DEFAULT_MODEL, shipped

KEY: Final = ("model", "corruption")
FIGURES: Final = ("raw", "raw_ece", "pictures", "pictures_ece")
COLUMNS: Final = (*KEY, "n", *FIGURES, "sha256", *FACTS)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime")
MEAN: Final = "mean"
N_CORES: Final = 2
Digits = NDArray[np.uint8]


def main(
    models: Annotated[
        list[str] | None, typer.Argument(metavar="MODEL...", help="Shipped names or run folders.")
    ] = None,
    n: Annotated[int, typer.Option(min=1, help="Test digits, the first ones.")] = 10_000,
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "robust.csv",
) -> None:
    """Measure both ways and write a row for each corruption as soon as it is known."""
    split = load_mnist()
    x, y = split.test_x[:n], split.test_y[:n]
    named = models or [DEFAULT_MODEL]
    opened = {Path(name).name: (open_model(name), digest(name)) for name in named}
    for corruption in CORRUPTIONS:
        todo = {
            name: (net, sha)
            for name, (net, sha) in opened.items()
            if not _is_known(results, name, corruption, len(x), sha)
        }
        if not todo:
            continue
        raw = corrupt(x, corruption)
        pictures = normalised(raw)
        rows = [
            {"model": name, "corruption": corruption, "n": len(x), "sha256": sha}
            | figures(net, raw, pictures, y)
            for name, (net, sha) in todo.items()
        ]
        merge_rows(results, [row | facts(PACKAGES) for row in rows], KEY, COLUMNS)
        for row in rows:
            print(*(row[key] for key in (*KEY, *FIGURES)), sep="  ", flush=True)
    merge_rows(results, [row | facts(PACKAGES) for row in _means(results, opened)], KEY, COLUMNS)


def normalised(x: Digits) -> Digits:
    """Each picture after the reader's own normalisation, two processes at once."""
    with ProcessPoolExecutor(N_CORES, mp_context=get_context("forkserver")) as pool:
        return np.stack(list(pool.map(single_digit, x, chunksize=250)))


def figures(net: DigitModel, raw: Digits, pictures: Digits, y: NDArray[Any]) -> dict[str, str]:
    """Share of right answers and calibration error, both ways."""
    found = {}
    for way, x in (("raw", raw), ("pictures", pictures)):
        chances = net.judge(x).probabilities
        found[way] = f"{np.mean(chances.argmax(axis=1) == y):.4f}"
        found[f"{way}_ece"] = f"{expected_calibration_error(chances, y):.5f}"
    return found


def digest(model: str) -> str:
    """Tells one net from another of the same name: the file's sha256, its first 12 digits."""
    entries = shipped()
    if model in entries:
        return entries[model].sha256[:12]
    path = Path(model)
    file = path / "model.keras" if path.is_dir() else path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _is_known(results: Path, model: str, corruption: str, n: int, sha: str) -> bool:
    wanted = {"model": model, "corruption": corruption, "n": str(n), "sha256": sha}
    return any(wanted.items() <= row.items() for row in read_rows(results))


def _means(results: Path, models: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The mean over the 15 of each of these models."""
    rows = read_rows(results)
    for model in models:
        own = [row for row in rows if row["model"] == model and row["corruption"] in CORRUPTIONS]
        means = {key: f"{np.mean([float(row[key]) for row in own]):.5f}" for key in FIGURES}
        yield {
            "model": model,
            "corruption": MEAN,
            "n": own[0]["n"],
            "sha256": own[0]["sha256"],
        } | means


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    typer.run(main)
