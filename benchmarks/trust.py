"""Measures how far confidences can be trusted: python benchmarks/trust.py

MNIST's test digits by the net alone, as they are and spoilt in the 15 ways of
MNIST-C; and people's own pictures by the whole reader, beside RapidOCR's scores
on the same pictures. Rows go to results/trust.csv, figures to docs/pictures. A
set that is done keeps its rows: run it again and only the others are measured;
--again measures all.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track

from disputed import DISPUTED
from facts import FACTS, RESULTS, ROOT, facts, merge_rows, read_rows
from readers import RapidOCR, Tenfold
from scores import Reads, is_right, kind_of
from tenfold.data.cache import write_atomically
from tenfold.data.corruptions import CORRUPTIONS, corrupt
from tenfold.data.folder import read_folder
from tenfold.data.mnist import load_mnist
from tenfold.evaluation import RejectCurve, Reliability, error_reject, reliability_of
from tenfold.plots import save
from tenfold.plots.corruptions import corruptions
from tenfold.plots.rejection import rejection
from tenfold.plots.reliability import reliability
from tenfold.runtime import DEFAULT_MODEL, load_classifier

KEY: Final = ("reader", "set")
COLUMNS: Final = (
    *(*KEY, "n", "answers", "wrong", "ece", "nll", "brier", "mean_confidence", "aurc"),
    *("rejected_1", "rejected_0.5", "rejected_0.1", "rejected_0", "rejected_0_disputed"),
    *("accepted", "accepted_wrong", *FACTS),
)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime", "rapidocr")
REAL: Final = (
    *("single_digits", "photo_digits", "tablet_digits", "grid_cells", "numbers"),
    *("cheque_amounts", "not_digits"),
)
ALL_REAL: Final = "real, all"
PICTURES: Final = ROOT / "docs" / "pictures"

_LEAST: Final = 1e-12

Answers = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]
"""Of each answer: how sure, right or not, accepted or not."""


def main(
    data: Annotated[Path, typer.Argument(envvar="TENFOLD_DATA", help="The data sets.")],
    model: Annotated[str, typer.Option(help="A shipped name.")] = DEFAULT_MODEL,
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "trust.csv",
    figures: Annotated[Path, typer.Option(help="Where figures go.")] = PICTURES,
    peers: Annotated[bool, typer.Option(help="RapidOCR as well.")] = True,
    again: Annotated[bool, typer.Option("--again", help="Measure what is there too.")] = False,
    kept: Annotated[Path, typer.Option(help="Answers, for the figures of a later run.")] = Path(
        "/tmp/tenfold-trust"
    ),
) -> None:
    """Measure every set that is not in the table, and draw the figures."""
    kept.mkdir(parents=True, exist_ok=True)
    done = set() if again else {(row["reader"], row["set"]) for row in read_rows(results)}
    figures.mkdir(parents=True, exist_ok=True)
    noted = facts(PACKAGES)
    digits(model, results, figures, noted, done)
    readers: list[Reads] = [Tenfold(model)]
    if peers:
        readers.append(RapidOCR())
    curves, bins = {}, None
    for reader in readers:
        parts = []
        for name in REAL:
            store = kept / f"{reader.name}-{name}.json"
            if (reader.name, name) not in done or not store.is_file():
                found = asked(reader, data / "real" / name)
                write_atomically(store, json.dumps([part.tolist() for part in found]).encode())
                row = measured(found, n=len(read_folder(data / "real" / name)))
                write(results, reader.name, name, row, noted)
            parts.append(tuple(np.array(part) for part in json.loads(store.read_text())))
        together = tuple(np.concatenate(part) for part in zip(*parts, strict=True))
        row = measured(together, n=sum(len(read_folder(data / "real" / name)) for name in REAL))
        write(results, reader.name, ALL_REAL, row, noted)
        curves[reader.name] = error_reject(*together[:2])
        bins = bins or reliability_of(*together[:2])
    save(rejection(curves, "people's own pictures"), figures / "reject-real.png")
    save(reliability(bins), figures / "reliability-real.png")


def digits(
    model: str, results: Path, figures: Path, noted: dict[str, str], done: set[tuple[str, str]]
) -> None:
    """MNIST's test digits by the net alone, as they are and spoilt."""
    name = f"{model} (net)"
    names = [f"mnist, {kind}" for kind in CORRUPTIONS]
    if {(name, one) for one in ("mnist", *names)} <= done:
        return
    split = load_mnist()
    net, y = load_classifier(model), split.test_y
    clean, sure = net_answers(net.predict_proba(split.test_x), y)
    row = measured(clean, sure, n=len(y)) | disputed_aside(clean)
    write(results, name, "mnist", row, noted)
    curve = error_reject(clean[0], clean[1])
    curves: dict[str, RejectCurve] = {f"{model}, the net alone": curve}
    save(rejection(curves, "MNIST's test digits"), figures / "reject-mnist.png")
    save(reliability(reliability_of(*clean[:2])), figures / "reliability-mnist.png")
    accuracy, confidence = {"none": clean[1].mean()}, {"none": clean[0].mean()}
    for kind in track(CORRUPTIONS, "spoiling", disable=not sys.stderr.isatty()):
        found, sure = net_answers(net.predict_proba(corrupt(split.test_x, kind)), y)
        write(results, name, f"mnist, {kind}", measured(found, sure, n=len(y)), noted)
        accuracy[kind], confidence[kind] = found[1].mean(), found[0].mean()
    save(corruptions(accuracy, confidence), figures / "corruptions.png")


def disputed_aside(found: Answers) -> dict[str, str]:
    """What must be rejected of MNIST's test digits, that no error but disputed labels is left."""
    sure, right, _ = found
    disputed = np.isin(np.arange(len(right)), DISPUTED)
    return {"rejected_0_disputed": f"{error_reject(sure, right | disputed).rejected_for(0):.5f}"}


def net_answers(
    probabilities: NDArray[np.float32], y: NDArray[np.uint8]
) -> tuple[Answers, tuple[float, float]]:
    """A net's answers, none of them accepted or not; and their NLL and Brier over ten digits."""
    from tenfold.evaluation import brier_score, negative_log_likelihood

    p = probabilities.astype(np.float64)
    right = p.argmax(axis=1) == y
    scores = negative_log_likelihood(p, y), brier_score(p, y)
    return (p.max(axis=1), right, np.zeros(len(y), bool)), scores


def asked(reader: Reads, folder: Path) -> Answers:
    """What a reader says of each picture of a folder in which it finds any number."""
    found = []
    title = f"{reader.name}: {folder.name}"
    for record in track(read_folder(folder), title, disable=not sys.stderr.isatty()):
        kind = kind_of(record.label)
        answer = reader.read(record.path, kind)
        if answer.n_numbers:
            right = kind != "not_digit" and is_right(record.label, answer)
            found.append((answer.confidence, right, answer.accepted))
    sure, right, accepted = zip(*found, strict=True) if found else ((), (), ())
    return np.array(sure, float), np.array(right, bool), np.array(accepted, bool)


def measured(found: Any, scores: tuple[float, float] | None = None, *, n: int) -> dict[str, Any]:
    """The figures of some answers.

    Args:
        found: see `Answers`.
        scores: NLL and Brier over all classes; over right and wrong if None.
        n: pictures that were asked about.
    """
    sure, right, accepted = found
    row: dict[str, Any] = {"n": n, "answers": len(sure), "wrong": int((~right).sum())}
    if not len(sure):
        return row
    bins: Reliability = reliability_of(sure, right)
    curve = error_reject(sure, right)
    nll, brier = scores or binary_scores(sure, right)
    row |= {
        "ece": f"{bins.expected_error:.5f}",
        "nll": f"{nll:.5f}",
        "brier": f"{brier:.5f}",
        "mean_confidence": f"{sure.mean():.5f}",
        "aurc": f"{curve.area:.6f}",
    }
    for percent in (1, 0.5, 0.1, 0):
        row[f"rejected_{percent:g}"] = f"{curve.rejected_for(percent / 100):.5f}"
    if accepted.any():
        row |= {"accepted": int(accepted.sum()), "accepted_wrong": int((accepted & ~right).sum())}
    return row


def binary_scores(
    sure: Sequence[float] | NDArray[Any], right: Iterable[bool]
) -> tuple[float, float]:
    """NLL in nats and Brier score in [0, 1] of the statement "this answer is right".

    >>> [round(score, 4) for score in binary_scores([0.5, 1.0], [False, True])]
    [0.3466, 0.125]
    """
    p, true = np.asarray(sure, float), np.asarray(right, bool)
    chance = np.where(true, p, 1 - p)
    return float(-np.log(np.maximum(chance, _LEAST)).mean()), float(((p - true) ** 2).mean())


def write(
    results: Path, reader: str, name: str, row: dict[str, Any], noted: dict[str, str]
) -> None:
    merge_rows(results, [{"reader": reader, "set": name, **row, **noted}], KEY, COLUMNS)
    told = ", ".join(
        f"{key} {row[key]}" for key in ("answers", "wrong", "ece", "aurc") if key in row
    )
    print(f"{reader} on {name}: {told}")


if __name__ == "__main__":
    typer.run(main)
