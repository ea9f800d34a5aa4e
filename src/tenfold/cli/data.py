"""`tenfold data`: which digits there are, where they lie, whether they are whole, how they look."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from tenfold.cli.data_show import show
from tenfold.data.cache import cache_folder
from tenfold.data.font_files import get_fonts
from tenfold.data.known import KNOWN, DataSet, known
from tenfold.data.mnist import get_mnist, load_mnist
from tenfold.data.mnist_files import find_mnist
from tenfold.errors import DataError, TenfoldError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Digits to learn from: list, get, verify and show the data sets.",
)
app.command()(show)

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Look here instead of in $TENFOLD_DATA."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("list")
def list_sets(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Print every known data set: how many pictures, its licence, where it was found."""
    if as_json:
        _print_json([_row(entry, data) for entry in KNOWN.values()])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "pictures", "licence", "what and where"):
        side: Literal["left", "right"] = "right" if heading == "pictures" else "left"
        table.add_column(heading, justify=side, overflow="fold")
    for entry in KNOWN.values():
        place = entry.find(data)
        where = f"[green]{escape(place)}" if place else f"[yellow]not here: {escape(entry.how)}"
        counts = " + ".join(f"{n:,}" for n in entry.n.values())
        table.add_row(entry.name, counts, entry.licence, f"{escape(entry.summary)}\n{where}")
    Console().print(table)


@app.command()
def get(
    name: Annotated[str, typer.Argument(metavar="NAME")] = "mnist",
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put the files here instead of in the user's cache."),
    ] = None,
) -> None:
    """Fetch a data set from a mirror, check it, and print the folder where it lies.

    mnist comes from a mirror, fonts from their npm packages, by npm; no other set can be
    fetched. Nothing is fetched where it is there already, and whole.
    """
    place: Path | str | None
    if name == "fonts":
        with Console(stderr=True).status("npm fetches the fonts"):
            place = get_fonts(to)
    else:
        place = _mnist_folder(to) if name == "mnist" else known(name).find(None)
    if place is None:
        raise DataError(name, "has no mirror", todo=f"To have it: {known(name).how}")
    typer.echo(place)


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read data sets from end to end and compare them with what they should be, by sha256.

    Without a NAME, all that are found. Exit 1 where one is wrong, or is named and not found.
    """
    entries = [known(name) for name in names or KNOWN]
    rows = []
    for entry in entries:
        with Console(stderr=True).status(f"reading {entry.name}"):
            rows.append(_verified(entry, data, demanded=bool(names)))
    if as_json:
        _print_json(rows)
    else:
        _print_verified(rows)
    if any(row["state"] == "wrong" for row in rows):
        raise typer.Exit(1)


class _Bar:
    """One file's line in a rich progress display, as pooch wants to talk to it."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None)
        self._total = 0.0

    @property
    def total(self) -> float:
        """Bytes that the whole file has; 0 until the server has said it."""
        return self._total

    @total.setter
    def total(self, n_bytes: float) -> None:
        self._total = n_bytes
        self._progress.update(self._task, total=n_bytes or None)

    def update(self, n_bytes: int) -> None:
        self._progress.update(self._task, advance=n_bytes)

    def reset(self) -> None:
        self._progress.update(self._task, completed=0)

    def close(self) -> None:
        self._progress.stop_task(self._task)


def _mnist_folder(to: Path | None) -> Path:
    """Where MNIST lies whole: outside the cache as it was found, else as it is fetched now."""
    place = find_mnist() if to is None else None
    if place is not None and place != cache_folder() / "mnist":
        load_mnist()
        Console(stderr=True).print("MNIST is there already, and whole.")
        return place
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        return get_mnist(to, progress=lambda name: _Bar(progress, name))


def _row(entry: DataSet, folder: Path | None) -> dict[str, Any]:
    return {
        "name": entry.name,
        "summary": entry.summary,
        "pictures": dict(entry.n),
        "licence": entry.licence,
        "where": entry.find(folder),
        "how": entry.how,
    }


def _verified(entry: DataSet, folder: Path | None, *, demanded: bool) -> dict[str, Any]:
    place = entry.find(folder)
    row: dict[str, Any] = {"name": entry.name, "where": place, "state": "whole", "fault": None}
    if place is None and not demanded:
        return row | {"state": "not here"}
    try:
        entry.verify(folder)
    except TenfoldError as fault:
        return row | {"state": "wrong", "fault": str(fault)}
    return row


def _print_verified(rows: list[dict[str, Any]]) -> None:
    colours = {"whole": "green", "not here": "dim", "wrong": "bold red"}
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "state", "where"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        state = f"[{colours[row['state']]}]{row['state']}"
        table.add_row(row["name"], state, escape(row["fault"] or row["where"] or ""))
    Console().print(table)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
