"""How the cost grows with pictures and with pixels: python benchmarks/scale.py

Small numbers are read one after the other, 1 to 300 of them; then parts of a
12-megapixel page, the more pixels the more writing. Processor time, one thread,
the least of some turns. Rows go to results/scale.csv; docs/pictures/speed-scale.png
shows them beside straight lines.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import cv2
import matplotlib
import numpy as np
import typer
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from facts import FACTS, RESULTS, ROOT, facts, merge_rows
from large import written_page
from speed import PACKAGES, cpu_s, encoded, kinds, read_json
from tenfold.plots import save
from tenfold.plots.style import BLUE, GREY, INCHES, STYLE
from tenfold.reading import Reader

COLUMNS: Final = ("of", "n", "cpu_s", *FACTS)
PICTURES: Final = (1, 3, 10, 30, 100, 300)
MEGAPIXELS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0)
SMALL: Final = "300x100 number, JPEG"
FIGURE: Final = ROOT / "docs" / "pictures" / "speed-scale.png"

Points = list[tuple[float, float]]


def main(
    turns: Annotated[int, typer.Option(min=1, help="Of each point; the quickest counts.")] = 3,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "scale.csv",
    figure: Annotated[Path, typer.Option(metavar="PNG", help="The plot.")] = FIGURE,
) -> None:
    """Time more and more pictures, and larger and larger ones."""
    noted = facts(PACKAGES)
    cv2.setNumThreads(1)
    reader = Reader()
    points = {"pictures": of_pictures(reader, turns), "megapixels": of_pixels(reader, turns)}
    rows = [
        {"of": name, "n": f"{n:g}", "cpu_s": f"{seconds:.4f}", **noted}
        for name, found in points.items()
        for n, seconds in found
    ]
    merge_rows(results, rows, ("of", "n"), COLUMNS)
    save(drawn(points), figure)
    for name, found in points.items():
        print(name, "  ".join(f"{n:g}: {seconds:.3f} s" for n, seconds in found))


def of_pictures(reader: Reader, turns: int) -> Points:
    """Seconds for so many small pictures."""
    files = kinds()[SMALL]

    def read(n: int) -> None:
        for k in range(n):
            read_json(reader, files[k % len(files)])

    return [(n, least(partial(read, n), turns)) for n in PICTURES]


def of_pixels(reader: Reader, turns: int) -> Points:
    """Seconds for a page of so many megapixels, written on equally densely."""
    page, _ = written_page(np.random.default_rng(12))
    found = []
    for megapixels in MEGAPIXELS:
        share = min((1e6 * megapixels / page.size) ** 0.5, 1.0)
        height, width = (round(share * side) for side in page.shape)
        data = encoded(np.ascontiguousarray(page[:height, :width]), "JPEG")
        found.append((megapixels, least(partial(read_json, reader, data), turns)))
    return found


def least(work: Callable[[], object], turns: int) -> float:
    """Seconds of the quickest of some turns, after one that is not counted."""
    work()
    return min(cpu_s(work) for _ in range(turns))


def drawn(points: dict[str, Points]) -> Figure:
    """Both curves, each with the line of equal cost through its first point, on log scales."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(INCHES, 3.6), layout="constrained")
        for axis, (name, found) in zip(figure.subplots(1, 2), points.items(), strict=True):
            _curve(axis, name, found)
    return figure


def _curve(axis: Axes, name: str, found: Sequence[tuple[float, float]]) -> None:
    counts, seconds = zip(*found, strict=True)
    each = seconds[0] / counts[0]
    axis.plot(counts, [each * n for n in counts], "--", color=GREY, label="in proportion")
    axis.plot(counts, seconds, "o-", color=BLUE, label="measured")
    axis.set(xscale="log", yscale="log", xlabel=name, ylabel="processor seconds")
    axis.set_title("300x100 numbers" if name == "pictures" else "one written page")
    axis.legend(frameon=False)


if __name__ == "__main__":
    typer.run(main)
