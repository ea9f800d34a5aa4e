"""How many of MNIST's test digits nets must refuse, for few of the rest to be wrong.

python benchmarks/reject.py NAME RUN... measures each run folder, and the mean answer of
them all as NAME-ensemble. Rows go to results/trust.csv, beside those of `trust.py`.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from facts import RESULTS, facts
from tenfold.data.mnist import load_mnist
from tenfold.opening import open_model
from trust import PACKAGES, disputed_aside, measured, net_answers, write


def main(
    name: Annotated[str, typer.Argument(help="What the rows are called.")],
    runs: Annotated[list[Path], typer.Argument(help="Run folders, seed after seed.")],
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "trust.csv",
) -> None:
    """Add a row for each run, and one for their mean answer."""
    split = load_mnist()
    answers = [open_model(run).predict_proba(split.test_x) for run in runs]
    named = {f"{name} {seed} (net)": answer for seed, answer in enumerate(answers)}
    if len(runs) > 1:
        named[f"{name}-ensemble (net)"] = np.mean(answers, axis=0)
    noted = facts((*PACKAGES, "keras"))
    for reader, answer in named.items():
        found, scores = net_answers(answer, split.test_y)
        row = measured(found, scores, n=len(split.test_y)) | disputed_aside(found)
        write(results, reader, "mnist", row, noted)


if __name__ == "__main__":
    typer.run(main)
