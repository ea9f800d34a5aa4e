"""Trains every recipe of the lab over several seeds and tells how right each is.

python benchmarks/classic.py                    every recipe, the seeds that are still missing
python benchmarks/classic.py dense128 --seeds 1

Each run is a row of results/classic_runs.csv; runs that are there already are
not made again, and one that was killed goes on. results/classic.csv has a row
a recipe: means, spread over seeds, the source's claim, and why they differ.
"""

import math
import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from facts import FACTS, RESULTS, facts, keys_in, merge_rows, read_rows
from tenfold.models import RECIPES, recipe
from tenfold.training import Config, train

KEY: Final = ("recipe", "augment", "seed")
MEASURED: Final = (
    *("train_accuracy", "validation_accuracy", "test_accuracy", "test_errors", "seconds"),
)
RUN_COLUMNS: Final = (*KEY, "parameters", "epochs", *MEASURED, *FACTS)
COLUMNS: Final = (
    *("recipe", "augment", "parameters", "epochs", "seeds"),
    *("train_accuracy", "validation_accuracy", "test_accuracy", "test_spread"),
    *("test_low", "test_high", "test_errors", "test_n", "seconds"),
    *("claim", "difference_points", "why", *FACTS),
)
PACKAGES: Final = ("tenfold", "keras", "tensorflow-cpu", "numpy")
DENSE_SEEDS: Final = 5
DEEP_SEEDS: Final = 3
DEEP: Final = ("convnet", "resnet", "densenet")
OURS: Final = ("best", "tiny", "fast", "reader", "line")  # docs/classifier.md has these
CLASSIC: Final = tuple(name for name in RECIPES if name not in OURS)
N_TEST: Final = 10_000

WHY: Final = {
    "dense128-dropout": "the source shows a demo and gives no figure",
    "dense128": "the source rounds one run to whole per cent",
    "dense128-onehot": "the source reports one run",
    "dense100-sigmoid": "the source rounds one run to whole per cent; ten sigmoids that share a "
    "sparse cross-entropy learn as a softmax would",
    "dense50x2-sigmoid": "99 % is what this net reaches on the digits it was trained on, see the "
    "column train; the convolutional recipes reach it on the test digits",
    "convnet": "ours; nobody claims a figure",
    "resnet": "ours; nobody claims a figure",
    "densenet": "ours; nobody claims a figure",
}


def main(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="RECIPE...", help="Default: all.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Seeds of each; default 5 dense, 3 deep.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="Where run folders are made.")] = Path("runs/classic"),
    results: Annotated[Path, typer.Option(help="Where the two tables lie.")] = RESULTS,
    keep: Annotated[bool, typer.Option(help="Keep the run folders.")] = False,
) -> None:
    """Train what is missing, then write both tables."""
    console = Console(stderr=True)
    table = results / "classic_runs.csv"
    for name, augment, seed in _missing(names or list(CLASSIC), seeds, table):
        console.rule(f"{name}{' augmented' if augment else ''}, seed {seed}")
        merge_rows(table, [_run(name, augment, seed, runs, keep, console)], KEY, RUN_COLUMNS)
        rows = read_rows(table)
        merge_rows(results / "classic.csv", _summaries(rows), ("recipe", "augment"), COLUMNS)


def _missing(names: Sequence[str], seeds: int | None, table: Path) -> list[tuple[str, bool, int]]:
    """The runs that the table does not hold.

    One seed of all comes before the next seed; the augmented runs, which take
    twice as long, come last.
    """
    done = keys_in(table, KEY)
    wanted = []
    for seed in range(seeds or max(DENSE_SEEDS, DEEP_SEEDS)):
        for name in names:
            recipe(name)
            if seed < (seeds or (DEEP_SEEDS if name in DEEP else DENSE_SEEDS)):
                ways = (False, True) if name in DEEP else (False,)
                wanted += [(name, augment, seed) for augment in ways]
    wanted.sort(key=lambda run: run[1])
    return [one for one in wanted if tuple(map(str, one)) not in done]


def _run(
    name: str, augment: bool, seed: int, runs: Path, keep: bool, console: Console
) -> dict[str, Any]:
    """One run, or the rest of it, as a row."""
    folder = runs / f"{name}{'-augmented' if augment else ''}-{seed}"
    config = Config.of(name, {"fit.seed": seed, "data.augment": augment})
    metrics = train(config, folder, resume=folder.is_dir(), console=console).metrics
    if not metrics or metrics["stopped"]:
        raise typer.Exit(1)
    if not keep:
        shutil.rmtree(folder)
    validation = metrics["validation"]
    return {
        "recipe": name,
        "augment": augment,
        "seed": seed,
        "parameters": metrics["parameters"],
        "epochs": metrics["epochs"],
        "train_accuracy": f"{metrics['train']['accuracy']:.5f}",
        "validation_accuracy": f"{validation['accuracy']:.5f}" if validation else "",
        "test_accuracy": f"{metrics['test']['accuracy']:.4f}",
        "test_errors": metrics["test"]["errors"],
        "seconds": f"{metrics['seconds']:.1f}",
        **facts(PACKAGES),
    }


def _summaries(rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """One row for all seeds of a recipe."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["recipe"], row["augment"]), []).append(row)
    return [_summary(name, augment, group) for (name, augment), group in groups.items()]


def _summary(name: str, augment: str, rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    means = {key: _mean([row[key] for row in rows]) for key in MEASURED}
    tests = [float(row["test_accuracy"]) for row in rows]
    known = recipe(name)
    claimed = known.claimed_test_accuracy
    return {
        "recipe": name,
        "augment": augment,
        "parameters": rows[0]["parameters"],
        "epochs": rows[0]["epochs"],
        "seeds": len(rows),
        "train_accuracy": _fixed(means["train_accuracy"], 4),
        "validation_accuracy": _fixed(means["validation_accuracy"], 4),
        "test_accuracy": _fixed(means["test_accuracy"], 4),
        "test_spread": _fixed(statistics.stdev(tests) if len(tests) > 1 else None, 5),
        "test_low": _fixed(min(tests), 4),
        "test_high": _fixed(max(tests), 4),
        "test_errors": _fixed(means["test_errors"], 1),
        "test_n": N_TEST,
        "seconds": _fixed(means["seconds"], 0),
        "claim": known.claim,
        "difference_points": _fixed(
            None if claimed is None else 100 * (statistics.mean(tests) - claimed), 2
        ),
        "why": WHY[name],
        **{key: rows[-1][key] for key in FACTS},
    }


def _mean(cells: Sequence[str]) -> float | None:
    """The mean of a column; None where a run has no value."""
    return None if "" in cells else math.fsum(map(float, cells)) / len(cells)


def _fixed(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


if __name__ == "__main__":
    typer.run(main)
