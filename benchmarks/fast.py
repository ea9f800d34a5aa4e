"""How soon a net is trained, beside the keras.io convnet example: python benchmarks/fast.py

Each run is a process of its own. Its time counts from the digits being in memory
and Keras imported to the net being ready to answer: building, compiling, new
pictures, steps, the running mean's norms. The recipe `fast` runs with several
schedules, and between them the keras.io example (simple_mnist_convnet: its net, its
settings, 15 epochs of 54,000 digits, validation as there) on the same machine.
Rows go to results/fast_runs.csv and a summary to results/fast.csv: the ratio is that of
the example's time to the shortest schedule's that is at least as right, in the mean.
Runs that are there are not made again; let nothing else run beside.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from disputed import DISPUTED
from facts import FACTS, RESULTS, facts, keys_in, merge_rows, read_rows
from seeds import mean, over_seeds

EXAMPLE: Final = "keras.io convnet"
SHORT, LONG = "fast, short", "fast"
SCHEDULES: Final[dict[str, dict[str, Any]]] = {
    # In one epoch nothing is gained by drawing each digit anew.
    SHORT: {"fit.epochs": 1, "data.fraction": 0.9, "data.jitter": 0.0, "data.calm": 0},
    LONG: {},
}
LIMITS_S: Final = {SHORT: 12.0, LONG: 60.0}
ASKED: Final = {SHORT: 0.990, LONG: 0.995}
KEY: Final = ("net", "seed")
MEASURED: Final = ("errors", "errors_undisputed", "n", "parameters", "epochs")
RUN_COLUMNS: Final = (*KEY, "seconds", "import_s", *MEASURED, *FACTS)
COLUMNS: Final = (
    *("net", "epochs", "parameters", "seeds", "seconds", "longest_s", "mean", "spread", "lowest"),
    *("highest", "low", "high", "errors", "errors_undisputed", "n", "limit_s", "asked", "holds"),
    *("times_faster", *FACTS),
)
PACKAGES: Final = ("tenfold", "keras", "tensorflow-cpu", "numpy")


def main(
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each schedule of `fast`.")] = 10,
    examples: Annotated[int, typer.Option(min=1, help="Runs of the keras.io example.")] = 3,
    results: Annotated[Path, typer.Option(help="Where the two tables lie.")] = RESULTS,
    child: Annotated[str | None, typer.Option(hidden=True)] = None,
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Time what is missing, in turns, then write both tables."""
    if child is not None:
        print(json.dumps(_example(seed) if child == EXAMPLE else _fast(child, seed)))
        return
    table = results / "fast_runs.csv"
    for number in range(max(seeds, examples)):
        nets = [*SCHEDULES] if number < seeds else []
        for net in nets + ([EXAMPLE] if number < examples else []):
            if (net, str(number)) not in keys_in(table, KEY):
                row = {"net": net, "seed": number, **_timed(net, number), **facts(PACKAGES)}
                merge_rows(table, [row], KEY, RUN_COLUMNS)
                print(
                    f"{net}, seed {number}: {row['seconds']} s, {row['errors']} wrong", flush=True
                )
    merge_rows(results / "fast.csv", _summaries(read_rows(table)), ("net",), COLUMNS)


def _timed(net: str, seed: int) -> dict[str, Any]:
    """One training in a process of its own."""
    command = [sys.executable, __file__, "--child", net, "--seed", str(seed)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=quiet)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _fast(net: str, seed: int) -> dict[str, Any]:
    """The recipe, by the very functions that `tenfold train` uses."""
    begun = time.perf_counter()
    import keras

    from tenfold.models import build, recipe
    from tenfold.models.classifier import KerasClassifier
    from tenfold.training.checkpoint import State, assign
    from tenfold.training.display import Display
    from tenfold.training.loop import train_epochs
    from tenfold.training.material import material
    from tenfold.training.stopping import Stop

    settings = recipe("fast").settings.changed({"fit.seed": seed, **SCHEDULES[net]})
    digits = material(settings)
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = build(recipe("fast"), settings, training=True)
    with Display(None, settings.fit.epochs) as display:
        state = train_epochs(
            model, settings, digits, State(digits.sha256),
            save=lambda after: None, display=display, stop=Stop(),
        )  # fmt: skip
    assign(model.weights, state.last)
    ended = time.perf_counter()
    answers = KerasClassifier(model).predict_proba(digits.test_x).argmax(axis=1)
    return {
        "seconds": f"{ended - started:.2f}",
        "import_s": f"{started - begun:.2f}",
        **_wrong(answers, digits.test_y),
        "parameters": model.count_params(),
        "epochs": settings.fit.epochs,
    }


def _example(seed: int) -> dict[str, Any]:
    """keras.io/examples/vision/mnist_convnet, as it stands there."""
    begun = time.perf_counter()
    import keras
    from keras import layers

    from tenfold.data.mnist import load_mnist

    split = load_mnist()
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    x_train = np.expand_dims(split.train_x.astype("float32") / 255, -1)
    y_train = keras.utils.to_categorical(split.train_y, 10)
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=128, epochs=15, validation_split=0.1, verbose=0)
    ended = time.perf_counter()
    x_test = np.expand_dims(split.test_x.astype("float32") / 255, -1)
    answers = model.predict(x_test, verbose=0).argmax(axis=1)
    return {
        "seconds": f"{ended - started:.2f}",
        "import_s": f"{started - begun:.2f}",
        **_wrong(answers, split.test_y),
        "parameters": model.count_params(),
        "epochs": 15,
    }


def _wrong(answers: NDArray[np.intp], labels: NDArray[np.uint8]) -> dict[str, int]:
    wrong = set(np.flatnonzero(answers != labels).tolist())
    return {
        "errors": len(wrong),
        "errors_undisputed": len(wrong - set(DISPUTED)),
        "n": len(labels),
    }


def _summaries(rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """A row a net; a schedule that is at least as right as the example tells how much sooner."""
    nets = {net: [row for row in rows if row["net"] == net] for net in (*SCHEDULES, EXAMPLE)}
    summaries = {net: _summary(net, found) for net, found in nets.items() if found}
    example = summaries.get(EXAMPLE)
    for net, summary in summaries.items():
        if example and net != EXAMPLE and summary["mean"] >= example["mean"]:
            ratio = float(example["seconds"]) / float(summary["seconds"])
            summary["times_faster"] = f"{ratio:.1f}"
    return list(summaries.values())


def _summary(net: str, rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    seconds = [float(row["seconds"]) for row in rows]
    told = {
        "net": net,
        "epochs": rows[0]["epochs"],
        "parameters": rows[0]["parameters"],
        "seconds": f"{statistics.mean(seconds):.1f}",
        "longest_s": f"{max(seconds):.1f}",
        **over_seeds([int(row["errors"]) for row in rows], int(rows[0]["n"])),
        "errors_undisputed": f"{mean(rows, 'errors_undisputed'):.1f}",
        **{key: rows[-1][key] for key in FACTS},
    }
    if net in LIMITS_S:
        soon, right = max(seconds) <= LIMITS_S[net], float(told["mean"]) >= ASKED[net]
        told |= {"limit_s": LIMITS_S[net], "asked": ASKED[net], "holds": soon and right}
    return told


if __name__ == "__main__":
    typer.run(main)
