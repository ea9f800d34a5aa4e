"""Accuracy on MNIST against bytes and against training time: python benchmarks/frontier.py

Ours are the rows of results/classifier.csv and fast.csv, with the spread over seeds; beside
them what others have published, each with its source. Writes
docs/pictures/accuracy-bytes.png and accuracy-seconds.png.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from facts import RESULTS, ROOT, read_rows
from tenfold.plots import save
from tenfold.plots.style import BLUE, GREY, INCHES, STYLE

PICTURES: Final = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Point:
    """A net.

    Attributes:
        name: beside the mark.
        at: bytes, or seconds of training.
        accuracy: in per cent.
        spread: standard deviation over seeds, in points; 0 where nobody has told one.
    """

    name: str
    at: float
    accuracy: float
    spread: float = 0.0


# The best epoch or run by test score, where the source does so: (best). Where a source
# counts parameters only, they are taken for float32.
PUBLISHED_BYTES: Final = (
    Point("BitNetMCU, 11 and 13 kB", 11_000, 99.55),
    Point("", 13_000, 99.58),
    Point("575 parameters (best)", 4 * 575, 98.0),
    Point("2,000 parameters (best)", 4 * 2_000, 99.15),
)
PUBLISHED_SECONDS: Final = (Point("laptop GPU, one epoch", 0.76, 99.04),)


def main() -> None:
    """Draw both figures from the tables."""
    classifier = read_rows(RESULTS / "classifier.csv")
    sized = [_point(row, "bytes") for row in classifier if row["bytes"]]
    _draw("accuracy-bytes", "bytes of the file", sized, PUBLISHED_BYTES)
    timed = [_point(row, "seconds") for row in classifier if row["model"].startswith("best")]
    fast = read_rows(RESULTS / "fast.csv")
    timed += [
        Point(row["net"], float(row["seconds"]), 100 * float(row["mean"]), _spread(row))
        for row in fast
    ]
    _draw("accuracy-seconds", "seconds of training, two cores", timed, PUBLISHED_SECONDS)


def _point(row: dict[str, str], at: str) -> Point:
    return Point(row["model"], float(row[at]), 100 * float(row["mean"]), _spread(row))


def _spread(row: dict[str, str]) -> float:
    return 100 * float(row["spread"]) if row["spread"] else 0.0


def _draw(name: str, label: str, ours: Sequence[Point], published: Sequence[Point]) -> None:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 4.5), layout="constrained")
        axis = figure.subplots()
        _mark(axis, ours, BLUE, "o", "Tenfold, and what ran beside it", above=4)
        _mark(axis, published, GREY, "s", "published", above=-12)
        axis.set(xscale="log", xlabel=label, ylabel="MNIST test, %")
        axis.margins(x=0.2)
        axis.legend(frameon=False, loc="lower right")
        save(figure, PICTURES / f"{name}.png")


def _mark(
    axis: Axes, points: Sequence[Point], colour: str, mark: str, label: str, *, above: int
) -> None:
    if not points:
        return
    at, accuracy = [p.at for p in points], [p.accuracy for p in points]
    spread = [p.spread for p in points]
    axis.errorbar(at, accuracy, spread, fmt=mark, color=colour, capsize=3, label=label)
    for point in points:
        axis.annotate(
            point.name, (point.at, point.accuracy), xytext=(6, above),
            textcoords="offset points", fontsize=9, color=colour,
        )  # fmt: skip


if __name__ == "__main__":
    main()
