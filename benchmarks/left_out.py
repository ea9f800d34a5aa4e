"""How `tenfold` reads hands that it never saw: python benchmarks/left_out.py

Two nets are asked: the shipped one, for the part of the Swiss digits that no epoch
sees; and one that is trained the same way, without any digit of
the sets semeion and uci (scikit-learn's load_digits), for all digits of these. The
digits go to the canonical form and to the net, nothing is cut. Rows go to
results/left_out.csv. A training that was killed goes on.
"""

from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from facts import FACTS, RESULTS, facts, merge_rows
from mnist import counted
from tenfold.canon import to_canon
from tenfold.data.mnist import load_mnist
from tenfold.data.sources import Part, load_sources
from tenfold.opening import DigitModel, open_model
from tenfold.runtime import DEFAULT_MODEL
from tenfold.training import Config, train

LEFT_OUT: Final = ("semeion", "uci")
KEY: Final = ("digits", "net")
COLUMNS: Final = (
    *(*KEY, "epochs", "n", "errors", "accuracy", "low", "high", "asked", "holds", *FACTS),
)
ASKED: Final = {"swiss": 0.97, "semeion": 0.97, "uci": 0.98, "mnist": 0.997}
PACKAGES: Final = ("tenfold", "keras", "tensorflow-cpu", "torch", "numpy", "onnxruntime")


def main(
    epochs: Annotated[int, typer.Option(min=1, help="Of the net that sees fewer sets.")] = 16,
    runs: Annotated[Path, typer.Option(help="Where its run folder is made.")] = Path(
        "runs/left_out"
    ),
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "left_out.csv",
) -> None:
    """Train without two sets, then ask both nets."""
    config = Config.of("reader", {"data.leave_out": ",".join(LEFT_OUT), "fit.epochs": epochs})
    folder = runs / f"reader-without-{'-'.join(LEFT_OUT)}"
    if not (folder / "metrics.json").is_file():
        metrics = train(config, folder, resume=folder.is_dir(), console=Console(stderr=True))
        if not metrics.metrics or metrics.metrics["stopped"]:
            raise typer.Exit(1)
    sources, split = load_sources(), load_mnist()
    mnist = Part(split.test_x, split.test_y)
    blind, whole = f"reader without {' and '.join(LEFT_OUT)}", DEFAULT_MODEL
    asked = [
        ("swiss", whole, "", sources.held["swiss"]),
        ("mnist", whole, "", mnist),
        *((name, blind, epochs, sources.train[name]) for name in LEFT_OUT),
        ("mnist", blind, epochs, mnist),
    ]
    nets = {whole: open_model(whole), blind: open_model(folder)}
    told = facts(PACKAGES)
    rows = [
        {"digits": name, "net": net, "epochs": n_epochs, **_counted(nets[net], name, part), **told}
        for name, net, n_epochs, part in asked
    ]
    merge_rows(results, rows, KEY, COLUMNS)
    for row in rows:
        print(f"{row['digits']}, {row['net']}: {row['errors']} of {row['n']:,} wrong")


def _counted(net: DigitModel, name: str, part: Part) -> dict[str, Any]:
    right = net.predict_proba(_canonical(name, part)).argmax(axis=1) == part.y
    return counted(right) | {"asked": ASKED[name], "holds": bool(right.mean() >= ASKED[name])}


def _canonical(name: str, part: Part) -> NDArray[np.uint8]:
    """MNIST is canonical as it is."""
    return part.x if name == "mnist" else np.stack([to_canon(ink) for ink in part.x])


if __name__ == "__main__":
    typer.run(main)
