"""From a plain convolutional net to `best`, one change a row: python benchmarks/ladder.py

Every rung is trained over the same seeds and told by the sixth of the training digits that is
held out, since rungs are choices; the test digits are not looked at. The rungs
train for a few epochs only, so that all of them can be climbed over several seeds: what a change
gains here need not be what it gains in a long run. Each run is a row of
results/ladder_runs.csv; runs that are there are not made again, and one that was
killed goes on. results/ladder.csv has a row a rung: its gain over the rung before,
seed by seed (a paired t interval), and whether that is more than noise.
"""

import math
import shutil
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from facts import FACTS, RESULTS, facts, keys_in, merge_rows, read_rows
from seeds import mean, over_seeds
from tenfold.training import Config, train
from tenfold.training.material import material

HELD: Final = {"data.validation_rate": 1 / 6}
KEY: Final = ("rung", "seed")
RUN_COLUMNS: Final = (
    *(*KEY, "parameters", "epochs", "validation_accuracy", "errors", "seconds", *FACTS),
)
COLUMNS: Final = (
    *("rung", "change", "seeds", "mean", "spread", "errors", "n", "gain", "gain_low", "gain_high"),
    *("verdict", "parameters", "epochs", "seconds", *FACTS),
)
PACKAGES: Final = ("tenfold", "keras", "tensorflow-cpu", "torch", "numpy")

# Two-sided 95 % of Student's t by degrees of freedom, as in every table of it.
T95: Final = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306}


@dataclass(frozen=True)
class Rung:
    """One step up.

    Attributes:
        name: of the row.
        change: what is different from the rung before, in words.
        recipe: of `tenfold train`.
        settings: all settings in which the rung differs from its recipe.
    """

    name: str
    change: str
    recipe: str
    settings: dict[str, Any]


_PLAIN: Final[dict[str, Any]] = {
    "fit.epochs": 2,
    "fit.batch_size": 128,
    "fit.optimizer": "adam",
    "fit.learning_rate": 0.001,
    "fit.schedule": "constant",
    "fit.warmup_rate": 0.0,
    "fit.weight_decay": 0.0,
    "fit.label_smoothing": 0.0,
    "fit.ema": 0.0,
    "data.jitter": 0.0,
    "data.calm": 0,
    "data.makers": 0,
    "model.dropout": 0.0,
}


def _rungs() -> list[Rung]:
    """Each rung keeps the changes of those before it."""
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("plain", "four convolutions with batch norm, Adam at 0.001", {}),
        (
            "one cycle",
            "AdamW, the rate up to 0.01 and down a cosine",
            {
                "fit.optimizer": "adamw",
                "fit.weight_decay": 0.01,
                "fit.learning_rate": 0.01,
                "fit.schedule": "cosine",
                "fit.warmup_rate": 0.2,
            },
        ),
        ("mean weights", "a running mean of the weights, 0.99", {"fit.ema": 0.99}),
        ("smooth labels", "a twentieth of each label spread", {"fit.label_smoothing": 0.05}),
        ("jitter", "digits moved, turned, sized and bent anew", {"data.jitter": 0.5}),
        ("calm end", "a third of the jitter in the last epoch", {"data.calm": 1}),
    ]
    rungs, settings = [], dict(_PLAIN)
    for name, change, changes in steps:
        settings |= changes
        rungs.append(Rung(name, change, "fast", dict(settings)))
    del settings["model.dropout"]  # the recipe's own
    rungs.append(Rung("best's net", "the net of `best`, five times as large", "best", settings))
    return rungs


RUNGS: Final = _rungs()


def main(
    seeds: Annotated[int, typer.Option(min=1, max=9, help="Seeds of each rung.")] = 3,
    runs: Annotated[Path, typer.Option(help="Where run folders are made.")] = Path("runs/ladder"),
    results: Annotated[Path, typer.Option(help="Where the two tables lie.")] = RESULTS,
) -> None:
    """Climb: one seed of all rungs, then the next; then write both tables."""
    console = Console(stderr=True)
    table = results / "ladder_runs.csv"
    for seed in range(seeds):
        for rung in RUNGS:
            if (rung.name, str(seed)) not in keys_in(table, KEY):
                console.rule(f"{rung.name}, seed {seed}")
                merge_rows(table, [_run(rung, seed, runs, console)], KEY, RUN_COLUMNS)
    n_held = len(material(Config.of("fast", HELD).settings).held_y)
    merge_rows(results / "ladder.csv", summaries(read_rows(table), n_held), ("rung",), COLUMNS)


def _run(rung: Rung, seed: int, runs: Path, console: Console) -> dict[str, Any]:
    """One run, or the rest of it, as a row."""
    folder = runs / f"{rung.name.replace(' ', '-')}-{seed}"
    config = Config.of(rung.recipe, {"fit.seed": seed, **rung.settings, **HELD})
    metrics = train(config, folder, resume=folder.is_dir(), console=console).metrics
    if not metrics or metrics["stopped"]:
        raise typer.Exit(1)
    shutil.rmtree(folder)
    held = metrics["validation"]
    return {
        "rung": rung.name,
        "seed": seed,
        "parameters": metrics["parameters"],
        "epochs": metrics["epochs"],
        "validation_accuracy": f"{held['accuracy']:.4f}",
        "errors": held["errors"],
        "seconds": f"{metrics['seconds']:.1f}",
        **facts(PACKAGES),
    }


def summaries(rows: Sequence[dict[str, str]], n_held: int) -> list[dict[str, Any]]:
    """A row a rung, from the lowest; each run was told by so many digits."""
    by_rung = {
        rung.name: {row["seed"]: row for row in rows if row["rung"] == rung.name} for rung in RUNGS
    }
    found = []
    before: dict[str, dict[str, str]] = {}
    for rung in RUNGS:
        runs = by_rung[rung.name]
        if not runs:
            continue
        last = list(runs.values())[-1]
        found.append(
            {
                "rung": rung.name,
                "change": rung.change,
                **over_seeds([int(row["errors"]) for row in runs.values()], n_held),
                **_gain(before, runs),
                "parameters": last["parameters"],
                "epochs": last["epochs"],
                "seconds": f"{mean(list(runs.values()), 'seconds'):.0f}",
                **{key: last[key] for key in FACTS},
            }
        )
        before = runs
    return found


def _gain(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> dict[str, Any]:
    """How many points the change brought, over the seeds that both rungs have.

    >>> was = {str(k): {"validation_accuracy": a} for k, a in enumerate(["0.990", "0.991"])}
    >>> now = {str(k): {"validation_accuracy": a} for k, a in enumerate(["0.992", "0.993"])}
    >>> _gain(was, now)["gain"], _gain(was, now)["verdict"]
    ('0.200', 'more')
    """
    name = "validation_accuracy"
    pairs = [
        100 * (float(now[seed][name]) - float(before[seed][name])) for seed in now if seed in before
    ]
    if not pairs:
        return {}
    gain = statistics.mean(pairs)
    told: dict[str, Any] = {"gain": f"{gain:.3f}"}
    if len(pairs) > 1:
        reach = T95[len(pairs) - 1] * statistics.stdev(pairs) / math.sqrt(len(pairs))
        low, high = gain - reach, gain + reach
        verdict = "more" if low > 0 else "less" if high < 0 else "inside the noise"
        told |= {"gain_low": f"{low:.3f}", "gain_high": f"{high:.3f}", "verdict": verdict}
    return told


if __name__ == "__main__":
    typer.run(main)
