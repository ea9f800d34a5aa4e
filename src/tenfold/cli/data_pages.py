"""`tenfold data show pages`: the synthetic pages, kind by kind."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image
from rich.console import Console
from rich.table import Table

from tenfold.data.donors import Donors
from tenfold.data.pages import KINDS, drawn_pages
from tenfold.data.sheet import contact_sheet
from tenfold.data.sources import load_sources

PAGES: Final = "pages"
N_EACH: Final = 4
_CELL_PX: Final = 300


def print_kinds() -> None:
    """What is on the pages of each kind, on stdout."""
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    table.add_column("what is on a page")
    for name, about in KINDS.items():
        table.add_row(name, about)
    Console().print(table, highlight=False)


def page_sheet(n_each: int, seed: int, data: Path | None) -> Image.Image:
    """A contact sheet, a row for each kind.

    The pen and the handwriting fonts write, so the sheet may be shown to anybody;
    with a data folder its real digits instead.
    """
    donors = Donors({}) if data is None else Donors(load_sources(data).train, real_only=True)
    rows = {
        name: [page.pixels for page in drawn_pages(name, n_each, donors, seed=seed)]
        for name in KINDS
    }
    return contact_sheet(rows, cell_px=_CELL_PX)
