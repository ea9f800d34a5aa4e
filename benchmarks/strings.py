"""Scores readers on synthetic numbers, difficulty by difficulty: python benchmarks/strings.py

Every picture has one thing that makes it hard (`tenfold data show strings`). Real
digits that no training sees write them, never the pen that Tenfold learnt
from. Rows go to results/strings.csv.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from PIL import Image
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from disputed import legible
from facts import FACTS, RESULTS, ROOT, facts, merge_rows
from read import row, run
from readers import Model, Peers, readers_asked
from scores import Outcome, Reads
from sheets import failure_sheet, may_be_written
from tenfold.data.donors import Donors
from tenfold.data.folder import Record
from tenfold.data.hard_strings import hard_strings
from tenfold.data.looks import HARD
from tenfold.data.sources import Part, load_sources
from tenfold.runtime.manifest import DEFAULT_MODEL

ALL: Final = "all"
SEED: Final = 4071
KEY: Final = ("reader", "difficulty")
COLUMNS: Final = (
    *("reader", "version", "model", "model_bytes", "difficulty", "n", "right", "right_rate"),
    *("right_low", "right_high", "accepted_right", "accepted_wrong", "empty", "errors"),
    *("ms_median", "digits", *FACTS),
)
PACKAGES: Final = ("numpy", "opencv-python-headless", "pillow", "onnxruntime")

Outcomes = Mapping[str, Sequence[Outcome]]
"""By the readers' names."""


def main(
    n: Annotated[int, typer.Option(min=1, help="Pictures of each difficulty.")] = 100,
    model: Model = DEFAULT_MODEL,
    peers: Peers = False,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced or added.")
    ] = RESULTS / "strings.csv",
    sheet: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Draw what Tenfold did not get right.")
    ] = None,
) -> None:
    """Score Tenfold, and its peers beside it, on synthetic numbers of every difficulty."""
    if sheet and not may_be_written(sheet, [], ROOT):
        raise typer.BadParameter(f"{sheet} lies in the repository: real digits are drawn on it")
    readers = readers_asked(model, peers)
    noted = facts(PACKAGES)
    held = legible(load_sources().held)
    with tempfile.TemporaryDirectory(prefix="tenfold-strings-") as folder:
        records = written(Path(folder), n, held)
        found = outcomes_of(readers, records)
        told = {"digits": digits_told(held), **noted}
        rows = [
            {**row(reader, name, outcomes), "difficulty": name, **told}
            for name in (*records, ALL)
            for reader in readers
            for outcomes in [found[name][reader.name]]
        ]
        merge_rows(results, rows, KEY, COLUMNS)
        missed = [one for one in found[ALL][readers[0].name] if not one.right]
        if sheet and missed:
            failure_sheet(missed).save(sheet)
    _show(rows, [reader.name for reader in readers])


def written(folder: Path, n: int, held: dict[str, Part]) -> dict[str, list[Record]]:
    """The test set as PNG files, a folder for each difficulty; the labels are digits alone."""
    donors = Donors(held, real_only=True)
    records: dict[str, list[Record]] = {}
    for name in HARD:
        place = folder / name
        place.mkdir()
        records[name] = []
        for k, picture in enumerate(hard_strings(name, n, donors, seed=SEED)):
            path = place / f"{k:04}.png"
            Image.fromarray(picture.pixels).save(path)
            records[name].append(Record(path, picture.text, source=name))
    return records


def outcomes_of(
    readers: Sequence[Reads], records: Mapping[str, Sequence[Record]]
) -> dict[str, Outcomes]:
    """By difficulty, and of all together, what each reader says of every picture."""
    found = {name: run(readers, some, name) for name, some in records.items()}
    everything = {
        reader.name: [outcome for some in found.values() for outcome in some[reader.name]]
        for reader in readers
    }
    return {**found, ALL: everything}


def digits_told(held: dict[str, Part]) -> str:
    """Whose digits the pictures are written with.

    >>> import numpy as np
    >>> digits_told({"mnist": Part(np.zeros((3, 9, 9), np.uint8), np.zeros(3))})
    'mnist 3'
    """
    return "; ".join(f"{name} {len(part)}" for name, part in held.items())


def _show(rows: Sequence[Mapping[str, object]], readers: Sequence[str]) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("difficulty", no_wrap=True)
    for name in readers:
        table.add_column(f"{name}\nright  accepted  ms", justify="right", no_wrap=True)
    by_key = {(str(line["reader"]), str(line["difficulty"])): line for line in rows}
    for difficulty in dict.fromkeys(str(line["difficulty"]) for line in rows):
        cells = [by_key[name, difficulty] for name in readers]
        table.add_row(difficulty, *(_cell(line) for line in cells))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _cell(line: Mapping[str, object]) -> str:
    accepted = f"{line['accepted_right']} + {line['accepted_wrong']}"
    return f"{line['right']}/{line['n']} {accepted:>10} {float(str(line['ms_median'])):6.1f}"


if __name__ == "__main__":
    typer.run(main)
