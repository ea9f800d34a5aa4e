"""Scores readers on folders of labelled pictures: python benchmarks/read.py FOLDER...

A folder has `labels.csv` (file, label, source). Each reader and folder is one
row of results/reading.csv; scores.py says what counts as right.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from facts import FACTS, RESULTS, ROOT, facts, merge_rows
from readers import Model, Peers, readers_asked
from scores import Answer, Outcome, Reads, Score, kind_of, score
from sheets import failure_sheet, may_be_written
from tenfold.data.cache import write_atomically
from tenfold.data.folder import Record, read_folder
from tenfold.errors import TenfoldError
from tenfold.runtime.manifest import DEFAULT_MODEL

KEY: Final = ("reader", "folder")
COLUMNS: Final = (
    *("reader", "version", "model", "model_bytes", "folder", "kind", "n", "right", "right_rate"),
    *("right_low", "right_high", "mean_over_sources", "n_sources"),
    *("accepted_right", "accepted_wrong", "empty", "errors"),
    *("lines", "lines_found", "lines_invented", "ms_median", *FACTS),
)
PACKAGES: Final = ("numpy", "opencv-python-headless", "pillow", "onnxruntime")

AT_A_TIME: Final = 20
"""Pictures that a reader reads before the next reader's turn."""

Outcomes = Mapping[tuple[str, str], Sequence[Outcome]]
"""By the names of reader and folder."""


def main(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", show_default=False)],
    model: Model = DEFAULT_MODEL,
    peers: Peers = False,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced or added.")
    ] = RESULTS / "reading.csv",
    sheet: Annotated[
        Path | None, typer.Option(metavar="PNG", help="Draw what Tenfold did not get right.")
    ] = None,
    failures: Annotated[
        Path | None, typer.Option(metavar="JSON", help="Write every reader's failures.")
    ] = None,
    by_source: Annotated[bool, typer.Option("--by-source", help="Print each source too.")] = False,
) -> None:
    """Score Tenfold, and its peers beside it, on each FOLDER of labelled pictures."""
    try:
        sets = _sets(folders)
    except TenfoldError as error:
        raise typer.BadParameter(str(error)) from None
    _check_places([sheet, failures], sets)
    readers = readers_asked(model, peers)
    noted = facts(PACKAGES)
    outcomes = {
        (name, folder): found
        for folder, records in sets.items()
        for name, found in run(readers, records, folder).items()
    }
    rows = [
        {**row(reader, folder, outcomes[reader.name, folder]), **noted}
        for folder in sets
        for reader in readers
    ]
    merge_rows(results, rows, KEY, COLUMNS)
    _show(outcomes, by_source)
    if failures:
        write_atomically(failures, json.dumps(failed(outcomes), indent=1).encode())
    own = [outcomes[readers[0].name, folder] for folder in sets]
    missed = [outcome for found in own for outcome in found if not outcome.right]
    if sheet and missed:
        failure_sheet(missed).save(sheet)


def run(
    readers: Sequence[Reads], records: Sequence[Record], folder: str
) -> dict[str, list[Outcome]]:
    """By each reader's name one outcome for each picture, also for those on which it fails.

    The readers take turns: a machine that is slower for a while is so for all of them. They
    do so every few pictures, not after each, since whoever comes next finds the processor's
    caches full of the other's. The first picture is read once beforehand, uncounted: what is
    loaded late belongs to the start (benchmarks/start.py), not to a picture.
    """
    for reader in readers:
        outcome_of(reader, records[0])
    found: dict[str, list[Outcome]] = {reader.name: [] for reader in readers}
    console = Console(stderr=True)
    starts = range(0, len(records), AT_A_TIME)
    for start in track(starts, folder, console=console, disable=not sys.stderr.isatty()):
        for reader in readers:
            some = records[start : start + AT_A_TIME]
            found[reader.name] += [outcome_of(reader, record) for record in some]
    return found


def outcome_of(reader: Reads, record: Record) -> Outcome:
    """What a reader says of one picture; its faults are an outcome too."""
    start = time.perf_counter()
    try:
        answer, error = reader.read(record.path, kind_of(record.label)), ""
    except Exception as fault:  # a peer's crash on one picture must not lose all the others
        answer, error = Answer(), f"{type(fault).__name__}: {fault}"
    return Outcome(record, answer, time.perf_counter() - start, error)


def row(reader: Reads, folder: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """One line of results/reading.csv, without the facts of the run."""
    found = score(outcomes)
    kinds = sorted({kind_of(outcome.record.label) for outcome in outcomes})
    cells: dict[str, object] = {
        "reader": reader.name,
        "version": reader.version,
        "model": reader.model,
        "model_bytes": reader.model_bytes,
        "folder": folder,
        "kind": "+".join(kinds),
        "n": found.n,
        "right": found.right,
        "right_rate": f"{found.right_rate:.4f}",
        "right_low": f"{found.low:.4f}",
        "right_high": f"{found.high:.4f}",
        "mean_over_sources": f"{found.mean_over_sources:.4f}",
        "n_sources": len(found.by_source),
        "accepted_right": found.accepted_right,
        "accepted_wrong": found.accepted_wrong,
        "empty": found.empty,
        "errors": found.errors,
        "ms_median": f"{found.ms_median:.2f}",
    }
    if "page" in kinds:
        names = ("lines", "lines_found", "lines_invented")
        cells |= {name: getattr(found, name) for name in names}
    return cells


def failed(outcomes: Outcomes) -> list[dict[str, Any]]:
    """What each reader did not get right, as JSON values."""
    return [
        {
            "reader": reader,
            "folder": folder,
            "file": outcome.record.path.name,
            "source": outcome.record.source,
            "label": outcome.record.label,
            "read": "|".join(outcome.answer.lines),
            "confidence": round(outcome.answer.confidence, 4),
            "accepted": outcome.answer.accepted,
            "error": outcome.error,
        }
        for (reader, folder), found in outcomes.items()
        for outcome in found
        if not outcome.right
    ]


def _sets(folders: Sequence[Path]) -> dict[str, tuple[Record, ...]]:
    sets: dict[str, tuple[Record, ...]] = {}
    for folder in folders:
        name = folder.resolve().name
        if name in sets:
            raise typer.BadParameter(f'two folders are named "{name}"; rows go by that name')
        sets[name] = read_folder(folder)
    return sets


def _check_places(files: Sequence[Path | None], sets: Mapping[str, Sequence[Record]]) -> None:
    pictures = [record.path for records in sets.values() for record in records]
    for file in files:
        if file and not may_be_written(file, pictures, ROOT):
            raise typer.BadParameter(
                f"{file} lies in the repository, and the pictures do not. Write it elsewhere."
            )


def _show(outcomes: Outcomes, by_source: bool) -> None:
    table, sources = _table("folder", "reader"), _table("folder", "source", "reader")
    sources.add_column("right %", justify="right")
    for heading in ("right", "%", "95 %", "sources", "accepted", "empty", "lines", "ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for (reader, folder), found in outcomes.items():
        figures = score(found)
        table.add_row(folder, reader, *_cells(figures))
        for source, rate in figures.by_source.items():
            sources.add_row(folder, source, reader, f"{100 * rate:.1f}")
        if figures.errors:
            typer.echo(f"{reader}, {folder}: {figures.errors} pictures could not be read", err=True)
    # A pipe has no width of its own, and rich would take 80.
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(
        "sources: mean of their rates, %. accepted: right + wrong. lines: of pages, found / all "
        "+ invented.\nms: median of a picture. Letters are right when they are refused.",
        style="dim",
    )
    if by_source:
        console.print(sources)


def _table(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    return table


def _cells(found: Score) -> Iterator[str]:
    yield from (f"{found.right}/{found.n}", f"{100 * found.right_rate:.1f}")
    yield f"{100 * found.low:.1f}-{100 * found.high:.1f}"
    yield f"{100 * found.mean_over_sources:.1f}"
    yield f"{found.accepted_right} + {found.accepted_wrong}"
    yield str(found.empty)
    yield f"{found.lines_found}/{found.lines} + {found.lines_invented}" if found.lines else ""
    yield f"{found.ms_median:.1f}"


if __name__ == "__main__":
    typer.run(main)
