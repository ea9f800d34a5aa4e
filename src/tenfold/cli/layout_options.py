"""The options that say how the numbers lie in a picture, and the output of tables."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import typer

from tenfold.batch.rows import asks_for_grid
from tenfold.results import Reading, Table

_PANEL: Final = "How the numbers lie"
REVIEW: Final = "*"  # behind a cell that a person should look at

Layout = Annotated[
    Literal["auto", "digit", "number", "page", "grid"],
    typer.Option(
        help="One digit, one number, lines, or cells; auto finds out (docs/layouts.md).",
        rich_help_panel=_PANEL,
    ),
]
Rows = Annotated[
    int | None,
    typer.Option(metavar="R", min=1, max=200, help="The grid has R rows.", rich_help_panel=_PANEL),
]
Cols = Annotated[
    int | None,
    typer.Option(
        metavar="C", min=1, max=200, help="The grid has C columns.", rich_help_panel=_PANEL
    ),
]


@dataclass(frozen=True, slots=True)
class LayoutOptions:
    """The options as they were given; see `Reader.read`."""

    layout: Literal["auto", "digit", "number", "page", "grid"] = "auto"
    rows: int | None = None
    cols: int | None = None

    @property
    def is_grid(self) -> bool:
        """Was a grid asked for?"""
        return asks_for_grid(self.layout, self.rows, self.cols)

    def arguments(self) -> dict[str, Any]:
        """What the reader is asked.

        Raises:
            BadParameter: rows or columns of what has none.
        """
        counted = "--rows" if self.rows is not None else "--cols"
        if self.is_grid and self.layout not in ("auto", "grid"):
            raise typer.BadParameter(
                f"belongs to a grid, not to --layout {self.layout}.", param_hint=counted
            )
        return {"layout": self.layout, "rows": self.rows, "cols": self.cols}


class GridCsv:
    """The tables of each picture as they stand there; empty cells are empty.

    Args:
        single: one picture was named: rows begin with the first cell, not with the file.
    """

    def __init__(self, *, single: bool) -> None:
        self._single = single
        self._csv = csv.writer(sys.stdout, lineterminator="\n")

    def add(self, reading: Reading) -> None:
        """Its rows; a picture without a table has one row with its file alone."""
        start = [] if self._single else [reading.file]
        for k, table in enumerate(reading.tables):
            if k and self._single:
                self._csv.writerow([])  # a blank line between two tables
            self._csv.writerows([*start, *(cell or "" for cell in row)] for row in table.rows)
        if not reading.tables:
            typer.echo(f"{reading.file}: {reading.error or 'no grid was found.'}", err=True)
            if start:
                self._csv.writerow(start)
        sys.stdout.flush()

    def close(self) -> None:
        """Every row is out already."""


def drawn_table(table: Table) -> str:
    """A table in lines of text, a star behind what a person should look at.

    >>> print(drawn_table(Table((((0, 0), (9, 0)), ((0, 9), (9, 9))), ())))
    ┌───┐
    │   │
    └───┘
    """
    from rich.box import SQUARE
    from rich.console import Console
    from rich.table import Table as RichTable

    stars = {(cell.row, cell.column) for cell in table.cells if cell.number.status == "review"}
    view = RichTable(box=SQUARE, show_header=False, show_lines=True)
    for _ in table.rows[0]:
        view.add_column(justify="right", min_width=1, no_wrap=True)
    for r, row in enumerate(table.rows):
        cells = [(text or "") + REVIEW * ((r, c) in stars) for c, text in enumerate(row)]
        view.add_row(*cells)
    console = Console(width=10_000, no_color=True, highlight=False, force_terminal=False)
    with console.capture() as captured:
        console.print(view)
    return captured.get().rstrip("\n")
