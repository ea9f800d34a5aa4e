"""`tenfold data show strings`: the synthetic numbers, difficulty by difficulty."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PIL import Image
from rich.console import Console
from rich.table import Table

from tenfold.data.donors import Donors
from tenfold.data.hard_strings import hard_strings
from tenfold.data.looks import HARD
from tenfold.data.sheet import contact_sheet
from tenfold.data.sources import load_sources

STRINGS: Final = "strings"
N_EACH: Final = 6
_CELL_PX: Final = 44
_WIDE: Final = 3.5  # cells to a cell's height: most numbers are so wide or wider


def difficulties() -> Table:
    """What each difficulty changes of a usual picture."""
    table = Table(box=None, pad_edge=False)
    table.add_column("difficulty")
    table.add_column("a usual picture, but for")
    for name, changes in HARD.items():
        table.add_row(name, ", ".join(f"{key} {_told(value)}" for key, value in changes.items()))
    return table


def string_sheet(n_each: int, seed: int, data: Path | None) -> Image.Image:
    """A contact sheet, a row for each difficulty.

    The pen and the handwriting fonts write, so the sheet may be shown to anybody;
    with a data folder its real digits as well, as in training.
    """
    donors = Donors({})
    if data is not None:
        sources = load_sources(data)
        for sentence in sources.missing:
            Console(stderr=True).print(sentence, highlight=False, soft_wrap=True)
        donors = Donors(sources.train)
    rows = {
        name: [picture.pixels for picture in hard_strings(name, n_each, donors, seed=seed)]
        for name in HARD
    }
    return contact_sheet(rows, cell_px=_CELL_PX, wide=_WIDE)


def print_difficulties() -> None:
    """The table, on stdout."""
    Console().print(difficulties(), highlight=False)


def _told(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
