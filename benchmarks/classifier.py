"""Trains the recipes best and tiny over several seeds and tells how right each net of ours is.

python benchmarks/classifier.py                 all of them, the seeds that are still missing
python benchmarks/classifier.py best --seeds 3

docs/protocol.md has the rules: the last epoch counts, MNIST's 10,000 test digits
are looked at once a run, and the members of an ensemble are the first seeds. Each
run is a row of results/classifier_runs.csv and keeps its folder, with its answers
to the test digits; runs that are there are not made again, and one that was
killed goes on. results/classifier.csv has a row a model, the shipped net too, and
`fast` as results/fast.csv has it (`python benchmarks/fast.py`, run that first).
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from disputed import DISPUTED
from facts import FACTS, RESULTS, facts, keys_in, merge_rows, read_rows
from fast import SCHEDULES
from seeds import mean, over_seeds
from tenfold.data.cache import write_atomically
from tenfold.data.mnist import load_mnist
from tenfold.export import Target, export
from tenfold.models import build, recipe
from tenfold.opening import open_model
from tenfold.runtime import DEFAULT_MODEL, load_classifier, shipped
from tenfold.training import Config, train

N_TEST: Final = 10_000
KEY: Final = ("model", "seed")
RUN_COLUMNS: Final = (
    *(*KEY, "parameters", "bytes", "epochs", "backend", "test_accuracy"),
    *("test_errors", "errors_undisputed", "seconds", *FACTS),
)
COLUMNS: Final = (
    *("model", "what", "seeds", "mean", "spread", "lowest", "highest", "low", "high"),
    *("errors", "errors_undisputed", "n", "parameters", "bytes", "epochs", "seconds", *FACTS),
)
PACKAGES: Final = ("tenfold", "keras", "tensorflow-cpu", "torch", "numpy", "onnxruntime")


@dataclass(frozen=True)
class Model:
    """What is trained under a name.

    Attributes:
        what: in a few words.
        recipe: of `tenfold train`.
        seeds: how many runs.
        target: the file whose bytes count.
        teachers: seeds of `best` that teach it.
        epochs: in place of the recipe's, where it learns longer.
    """

    what: str
    recipe: str
    seeds: int
    target: Target = Target.onnx
    teachers: int = 0
    epochs: int | None = None


MODELS: Final = {
    "best": Model("MNIST alone", "best", 5),
    "best-taught": Model("MNIST alone, taught by the ensemble", "best", 1, teachers=5, epochs=15),
    "tiny": Model("at most 10,000 parameters, int8", "tiny", 5, Target.onnx_int8),
}

_ANSWERS: Final = "answers.npy"  # of the test digits, (10000, 10)


def main(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="MODEL...", help=", ".join(MODELS))
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Seeds of each.")] = None,
    runs: Annotated[Path, typer.Option(help="Where run folders are made.")] = Path(
        "runs/classifier"
    ),
    results: Annotated[Path, typer.Option(help="Where the two tables lie.")] = RESULTS,
) -> None:
    """Train what is missing, then write both tables."""
    console = Console(stderr=True)
    table = results / "classifier_runs.csv"
    for name in names or list(MODELS):
        for seed in range(seeds or MODELS[name].seeds):
            if (name, str(seed)) not in keys_in(table, KEY):
                console.rule(f"{name}, seed {seed}")
                merge_rows(table, [_run(name, seed, runs, console)], KEY, RUN_COLUMNS)
    merge_rows(results / "classifier.csv", _summaries(table, runs), ("model",), COLUMNS)


def _run(name: str, seed: int, runs: Path, console: Console) -> dict[str, Any]:
    """One run, or the rest of it, as a row; its answers stay in its folder."""
    model, folder = MODELS[name], runs / f"{name}-{seed}"
    longer = {"fit.epochs": model.epochs} if model.epochs else {}
    config = Config.of(model.recipe, {"fit.seed": seed, **longer, **_taught(model, runs)})
    metrics = train(config, folder, resume=folder.is_dir(), console=console).metrics
    if not metrics or metrics["stopped"]:
        raise typer.Exit(1)
    answers = open_model(folder).predict_proba(load_mnist().test_x)
    _keep(folder, answers)
    file = folder / f"shipped{model.target.suffix}"
    if not file.is_file():
        export(folder, model.target, file)
    wrong = errors(answers)
    return {
        "model": name,
        "seed": seed,
        "parameters": metrics["parameters"],
        "bytes": file.stat().st_size,
        "epochs": metrics["epochs"],
        "backend": metrics["versions"]["backend"],
        "test_accuracy": f"{1 - len(wrong) / N_TEST:.4f}",
        "test_errors": len(wrong),
        "errors_undisputed": len(set(wrong) - set(DISPUTED)),
        "seconds": f"{metrics['seconds']:.1f}",
        **facts(PACKAGES),
    }


def _taught(model: Model, runs: Path) -> dict[str, Any]:
    """The settings of a net that learns from the ensemble of `best`."""
    if not model.teachers:
        return {}
    folders = [runs / f"best-{seed}" for seed in range(model.teachers)]
    missing = [folder.name for folder in folders if not (folder / "metrics.json").is_file()]
    if missing:
        raise typer.BadParameter(f"its teachers come first; not trained yet: {', '.join(missing)}")
    return {"fit.teacher": ",".join(map(str, folders)), "fit.label_smoothing": 0.0}


def _keep(folder: Path, answers: NDArray[np.float32]) -> None:
    draft = io.BytesIO()
    np.save(draft, answers)
    write_atomically(folder / _ANSWERS, draft.getvalue())


def errors(answers: NDArray[np.float32]) -> list[int]:
    """The test digits that these (10000, 10) probabilities take for another."""
    wrong: list[int] = np.flatnonzero(answers.argmax(axis=1) != load_mnist().test_y).tolist()
    return wrong


def _summaries(table: Path, runs: Path) -> list[dict[str, Any]]:
    """A row a model, the ensembles of `best`, and the shipped net."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(table):
        groups.setdefault(row["model"], []).append(row)
    summaries = [_summary(name, rows) for name, rows in groups.items()]
    members = groups.get("best", [])
    if len(members) > 1 and all(_answers(row, runs).is_file() for row in members):
        summaries.append(_ensemble(members, runs))  # its row stays where the runs are elsewhere
    return [*summaries, *_fast(table.with_name("fast.csv")), _shipped()]


def _summary(name: str, rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """One row for all seeds of a model."""
    return {
        "model": name,
        "what": MODELS[name].what,
        **over_seeds([int(row["test_errors"]) for row in rows], N_TEST),
        "errors_undisputed": f"{mean(rows, 'errors_undisputed'):.1f}",
        "parameters": rows[0]["parameters"],
        "bytes": max(int(row["bytes"]) for row in rows),
        "epochs": rows[0]["epochs"],
        "seconds": f"{mean(rows, 'seconds'):.0f}",
        **{key: rows[-1][key] for key in FACTS},
    }


def _answers(row: dict[str, str], runs: Path) -> Path:
    return runs / f"{row['model']}-{row['seed']}" / _ANSWERS


def _ensemble(rows: Sequence[dict[str, str]], runs: Path) -> dict[str, Any]:
    """The mean answer of the first seeds, all that there are."""
    members = sorted(rows, key=lambda row: int(row["seed"]))
    answers = [np.load(_answers(row, runs)) for row in members]
    wrong = errors(np.mean(answers, axis=0))
    return {
        "model": "best-ensemble",
        "what": f"mean answer of the first {len(members)} seeds of best",
        **_counted(wrong),
        "parameters": sum(int(row["parameters"]) for row in members),
        "bytes": sum(int(row["bytes"]) for row in members),
        "epochs": members[0]["epochs"],
        "seconds": f"{sum(float(row['seconds']) for row in members):.0f}",
        **{key: members[-1][key] for key in FACTS},
    }


def _fast(table: Path) -> list[dict[str, Any]]:
    """Both schedules of `fast`, whose trainings were timed apart."""
    return [
        {
            **row,
            "model": row["net"],
            "what": f"trained in {row['seconds']} s",
            "bytes": _bytes(SCHEDULES[row["net"]]),
        }
        for row in read_rows(table)
        if row["net"] in SCHEDULES
    ]


def _bytes(changes: dict[str, Any]) -> int:
    """Of the ONNX file of `fast`; its length does not depend on what was learnt."""
    with tempfile.TemporaryDirectory() as name:
        source, file = Path(name) / "fast.keras", Path(name) / "fast.onnx"
        build(recipe("fast"), recipe("fast").settings.changed(changes)).save(source)
        export(source, Target.onnx, file)
        return file.stat().st_size


def _shipped() -> dict[str, Any]:
    """The net that `tenfold read` reads with."""
    entry = shipped()[DEFAULT_MODEL]
    wrong = errors(load_classifier(DEFAULT_MODEL).predict_proba(load_mnist().test_x))
    return {
        "model": DEFAULT_MODEL,
        "what": "shipped; learnt from every licensed set, for people's own pictures",
        **_counted(wrong),
        "parameters": entry.parameters,
        "bytes": entry.bytes,
        **facts(PACKAGES),
    }


def _counted(wrong: Sequence[int]) -> dict[str, Any]:
    undisputed = set(wrong) - set(DISPUTED)
    return over_seeds([len(wrong)], N_TEST) | {"errors_undisputed": len(undisputed)}


if __name__ == "__main__":
    typer.run(main)
