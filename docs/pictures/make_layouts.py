"""Draws the pictures of docs/layouts.md with the pen: python docs/pictures/make_layouts.py."""

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))  # the sheets on which layouts are tested

from sheets_drawn import blank, comb, givens_of, page, put, sudoku, table, warped, write  # noqa: E402
from tenfold import Reader  # noqa: E402
from tenfold.cli.drawing import drawn  # noqa: E402
from tenfold.picture import open_picture  # noqa: E402

MARKS = [["12", "", "307"], ["4", "58", "9"], ["", "77", "123"]]


def form():
    """Boxes for a number, a table, and two columns of marks, leaning a little."""
    sheet = blank(760, 900)
    put(sheet, comb("407182", box=(50, 66)), 30, 0)
    put(sheet, table(MARKS, seed=3), 30, 150)
    for k, (left, right) in enumerate(zip(("12", "37", "85"), ("40", "91", "56"), strict=True)):
        write(sheet, left, 100, 460 + 90 * k, 44, k)
        write(sheet, right, 560, 495 + 80 * k, 44, 20 + k)
    return warped(sheet, 2, amount=0.01)


def main() -> None:
    """Writes both pictures beside this file."""
    sheets = {"form": form(), "sudoku": warped(sudoku(givens_of(30, 3), seed=11, shift=0.1), 4)}
    reader = Reader()
    for name, sheet in sheets.items():
        pixels = page(sheet, noise=0)
        image = drawn(reader.read(pixels), open_picture(pixels))
        image = image.quantize(32, dither=Image.Dither.NONE)
        image.save(Path(__file__).parent / f"layouts-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
