"""Scores readers on synthetic pages, kind by kind: python benchmarks/pages_set.py

Lines, lists, tables and squares with words beside the numbers; real digits that no
training sees write them. Every number counts by itself. Rows go to results/pages.csv.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Final

import typer
from PIL import Image
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from disputed import legible
from facts import FACTS, RESULTS, facts, merge_rows
from tenfold.data.donors import Donors
from tenfold.data.pages import KINDS, Page, drawn_pages
from tenfold.data.ruled import Place
from tenfold.data.sources import load_sources
from tenfold.reading import Reader
from tenfold.results import Number
from tenfold.runtime.manifest import DEFAULT_MODEL

ALL: Final = "all"
SEED: Final = 9015
KEY: Final = ("model", "kind")
COLUMNS: Final = (
    *("model", "kind", "pages", "pages_right", "numbers", "found", "misread", "missed"),
    *("invented", "accepted_right", "accepted_wrong", *FACTS),
)
PACKAGES: Final = ("numpy", "opencv-python-headless", "pillow", "onnxruntime")
_ON: Final = 0.3  # of the smaller box: so much is shared by a number and what was read there


@dataclass
class Count:
    """How many numbers of some pages were read.

    Attributes:
        numbers: that are written.
        found: read exactly.
        misread: something else was read where they stand.
        missed: nothing was.
        invented: numbers read where none stands, and pieces beyond the first of one.
        accepted_right, accepted_wrong: of what was read, what the reader stands by.
        pages, pages_right: with every number found and none invented.
    """

    pages: int = 0
    pages_right: int = 0
    numbers: int = 0
    found: int = 0
    misread: int = 0
    missed: int = 0
    invented: int = 0
    accepted_right: int = 0
    accepted_wrong: int = 0

    def __add__(self, other: "Count") -> "Count":
        names = [field.name for field in fields(self)]
        return Count(**{name: getattr(self, name) + getattr(other, name) for name in names})


def count(wanted: Sequence[tuple[str, Place]], read: Sequence[Number]) -> Count:
    """What became of the numbers of a page.

    >>> from tenfold.results import Box
    >>> found = [Number("12", 0.9, "accepted", Box(0, 0, 20, 10), ())]
    >>> one = count([("12", (0, 0, 20, 10)), ("7", (50, 0, 9, 10))], found)
    >>> one.found, one.missed, one.invented, one.accepted_right
    (1, 1, 0, 1)
    """
    free = list(read)
    made = Count(pages=1, numbers=len(wanted))
    for text, place in wanted:
        there = [number for number in free if _shared(number, place) >= _ON]
        right = next((number for number in there if number.text == text), None)
        if right is not None:
            made.found += 1
            made.accepted_right += right.status == "accepted"
            free.remove(right)
        elif there:
            made.misread += 1
            made.accepted_wrong += there[0].status == "accepted"
            free.remove(there[0])
        else:
            made.missed += 1
    made.invented = len(free)
    made.accepted_wrong += sum(number.status == "accepted" for number in free)
    made.pages_right = int(made.found == made.numbers and not free)
    return made


def _shared(number: Number, place: Place) -> float:
    box, (x, y, width, height) = number.box, place
    wide = min(box.right, x + width) - max(box.x, x)
    high = min(box.bottom, y + height) - max(box.y, y)
    least = min(box.width * box.height, width * height)
    return max(wide, 0) * max(high, 0) / max(least, 1)


def counted(reader: Reader, pages: Sequence[Page]) -> Count:
    """The counts of some pages together."""
    total = Count()
    for page in pages:
        total += count(page.numbers, reader.read(page.pixels).numbers)
    return total


def main(
    n: Annotated[int, typer.Option(min=1, help="Pages of each kind.")] = 25,
    kind: Annotated[list[str] | None, typer.Option(help="These kinds alone.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the pages.")] = SEED,
    model: Annotated[str, typer.Option(help="A shipped name, or an ONNX file.")] = DEFAULT_MODEL,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced or added.")
    ] = RESULTS / "pages.csv",
    keep: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep the pages that were not right.")
    ] = None,
) -> None:
    """Score Tenfold on synthetic pages of every kind."""
    reader, donors = Reader(model), Donors(legible(load_sources().held), real_only=True)
    noted = facts(PACKAGES)
    rows, total = [], Count()
    place = keep or Path(tempfile.gettempdir())
    place.mkdir(parents=True, exist_ok=True)
    for name in kind or KINDS:
        found = Count()
        drawn = drawn_pages(name, n, donors, seed=seed)
        for k, page in enumerate(track(drawn, name, total=n, console=Console(stderr=True))):
            one = counted(reader, [page])
            found += one
            if keep and not one.pages_right:
                Image.fromarray(page.pixels).save(place / f"{name.replace(' ', '_')}-{k:03}.png")
        rows.append({"model": Path(model).name, "kind": name, **vars(found), **noted})
        total += found
    rows.append({"model": Path(model).name, "kind": ALL, **vars(total), **noted})
    merge_rows(results, rows, KEY, COLUMNS)
    _show(rows)


def _show(rows: Sequence[dict[str, object]]) -> None:
    names = COLUMNS[1:11]
    table = Table(box=SIMPLE_HEAD)
    for name in names:
        table.add_column(name.replace("_", " "), justify="left" if name == "kind" else "right")
    for row in rows:
        table.add_row(*(str(row[name]) for name in names))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
