"""Draws a contact sheet of the synthetic pen: python benchmarks/pen_sheet.py [FILE].

One row a digit: its skeletons one after the other, each time in another hand.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from tenfold.data.glyphs import DIGITS
from tenfold.data.pen import draw_digit

N_COLUMNS, SIDE = 20, 56


def main(file: Path) -> None:
    """Writes the sheet, dark ink on white."""
    rng = np.random.default_rng(0)
    rows = []
    for label, variants in DIGITS.items():
        names = [*variants] * 3
        inks = [draw_digit(label, rng, SIDE, variant=name) for name in names[:N_COLUMNS]]
        rows.append(np.concatenate(inks, axis=1))
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), 255 - np.concatenate(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/pen.png"))
