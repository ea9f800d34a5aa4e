"""Draws review.png: what `tenfold review` shows of a number by the project's own pen.

    python docs/pictures/make_review.py        (needs the extra [dev] and chromium)

The screen is the verb's own, printed by rich as SVG and taken by chromium.
"""

import dataclasses
import io
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console

import tenfold
from tenfold.cli.review_screen import show
from tenfold.data.pen import draw_number
from tenfold.review import Originals, doubts

TARGET = Path(__file__).parent / "review.png"
COLUMNS, LINES = 76, 30
WIDTH, HEIGHT = 960, 760  # of the window, in px


def screen(folder: Path) -> str:
    """A number whose last digits touch, as the terminal shows it."""
    rng = np.random.default_rng(0)
    ink, _ = draw_number(str(rng.integers(1000, 99999)), rng, 60, -0.25)
    path = folder / "meter-07.png"
    Image.fromarray(np.uint8(235 - 0.75 * np.pad(ink, 24))).save(path)
    [found] = doubts([tenfold.Reader().read(path)], accepted=True)
    crop = Originals([str(path)]).crop(found)
    named = dataclasses.replace(found.reading, file="scans/meter-07.png")
    console = Console(
        file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor",
        width=COLUMNS, height=LINES,
    )  # fmt: skip
    renamed = dataclasses.replace(found, reading=named)
    show(console, renamed, crop, "3 of 17", "Kept: 407, confirmed.")
    return console.export_svg(title="tenfold review out.jsonl")


def main() -> None:
    """Write the PNG."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        svg = Path(folder) / "screen.svg"
        svg.write_text(screen(Path(folder)), "utf-8")
        chromium = browsers.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox"],  # what is shown was made here
        )
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(svg.as_uri())
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").quantize(64).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
