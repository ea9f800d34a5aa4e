"""MNIST digits whose label is doubtful; no net can be blamed for them.

python benchmarks/disputed.py --runs FOLDER prints the second list anew, from the runs of
`python benchmarks/classifier.py best` in that folder.
"""

from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from tenfold.data.sources import Part, load_sources
from tenfold.opening import open_model

DISPUTED: Final = (
    *(947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729),
)
"""MNIST's test digits, from 0, whose label five people outvoted."""

HELD_DISPUTED: Final = (
    *(154, 218, 835, 1196, 1901, 1996, 2206, 2284, 2787, 2896, 3202, 3223, 3916, 4534),
)
"""Of the 5,000 MNIST digits held out of our training: nets that were trained with these labels
still give them less than one half. What is written with them says another number to a reader."""

_N_NETS: Final = 5


def legible(held: dict[str, Part]) -> dict[str, Part]:
    """The sets held out of training, without the MNIST digits whose label is doubtful."""
    mnist = held["mnist"]
    kept = np.delete(np.arange(len(mnist)), HELD_DISPUTED)
    return held | {"mnist": Part(mnist.x[kept], mnist.y[kept])}


def main(
    runs: Annotated[Path, typer.Option(help="With best-0 to best-4.")] = Path("runs/classifier"),
) -> None:
    """Print which held-out digits five nets contradict, though all 60,000 labels taught them."""
    mnist = load_sources().held["mnist"]
    nets = [open_model(runs / f"best-{seed}") for seed in range(_N_NETS)]
    mean = np.mean([net.predict_proba(mnist.x) for net in nets], axis=0)
    print(np.flatnonzero(mean[np.arange(len(mnist)), mnist.y] < 1 / 2).tolist())


if __name__ == "__main__":
    typer.run(main)
