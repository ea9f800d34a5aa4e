"""Draws the example pictures with Tenfold's own pen: python examples/make.py [FOLDER].

The same pictures come out each time; labels.csv says what is written in them.
"""

import csv
import sys
from pathlib import Path

import cv2
import numpy as np

from tenfold.data.nib import Hand
from tenfold.data.pen import draw_digit, draw_number

WHITE, BLACK = (255, 255, 255), (20, 20, 20)
NAVY, PALE_BLUE, CHALK = (120, 50, 20), (225, 160, 110), (235, 240, 240)  # as OpenCV: B, G, R
SOURCE = "tenfold pen"


def person(width: float, slant: float = 0.1, aspect: float = 1.0) -> Hand:
    """Somebody who writes plainly, with a pen of this width."""
    return Hand(slant, aspect, 0.0, width, 0.1, 0.012, 0.0, "round", rare=False)


def paper(height: int, width: int, colour: tuple[int, int, int] = WHITE) -> np.ndarray:
    """A blank picture, (height, width, 3) float32."""
    return np.full((height, width, 3), colour, np.float32)


def write(page: np.ndarray, ink: np.ndarray, x: int, y: int, colour: tuple[int, int, int]) -> None:
    """Lays ink on the page with its upper left corner at x, y."""
    window = page[y : y + ink.shape[0], x : x + ink.shape[1]]
    share = ink[: window.shape[0], : window.shape[1], None] / np.float32(255)
    window += share * (np.float32(colour) - window)


def digit() -> np.ndarray:
    """A barred 7."""
    page = paper(220, 220)
    ink = draw_digit(7, np.random.default_rng(3), 160, variant="crossed", hand=person(0.07))
    write(page, ink, 30, 30, BLACK)
    return page


def ruled() -> np.ndarray:
    """A number in blue ink on ruled paper, written across the lines."""
    page = paper(240, 640, (248, 252, 253))
    for y in range(40, 240, 55):
        cv2.line(page, (0, y), (639, y), (225, 200, 180), 2)
    ink, _ = draw_number("40718", np.random.default_rng(8), 150, 0.3, hand=person(0.06))
    write(page, ink, 70, 35, NAVY)
    return page


def cell() -> np.ndarray:
    """One cell of a grid, with its borders."""
    page = paper(110, 110, (236, 238, 238))
    cv2.rectangle(page, (6, 5), (103, 104), (60, 60, 60), 3)
    ink = draw_digit(5, np.random.default_rng(5), 88, variant="two_strokes", hand=person(0.09))
    write(page, ink, 12, 11, (90, 60, 50))
    return page


def chalk() -> np.ndarray:
    """White on a blackboard."""
    page = paper(220, 480, (52, 60, 48))
    grain = np.random.default_rng(6).normal(0, 5, (220, 480, 1))
    ink, _ = draw_number("2069", np.random.default_rng(14), 160, 0.25, hand=person(0.08, 0.0))
    write(page, ink, 40, 30, CHALK)
    return page + grain


def photo() -> np.ndarray:
    """Pale blue ink, a shadow across the sheet, the noise of a small camera."""
    rng = np.random.default_rng(21)
    page = paper(480, 800, (236, 243, 246))
    ink, _ = draw_number("35914", rng, 210, 0.28, hand=person(0.045, 0.2))
    write(page, ink, 50, 130, PALE_BLUE)
    across, down = np.meshgrid(np.linspace(0, 1, 800), np.linspace(0, 1, 480))
    shadow = 1 - 0.45 / (1 + np.exp(-14 * (across + 0.5 * down - 0.95)))
    page = cv2.GaussianBlur(page * shadow[..., None].astype(np.float32), (0, 0), 0.9)
    return page + rng.normal(0, 3, (480, 800, 1))


def lines() -> np.ndarray:
    """A page with one number a line."""
    rng = np.random.default_rng(31)
    page = paper(560, 640, (250, 251, 252))
    for k, text in enumerate(PAGE_LINES):
        ink, _ = draw_number(text, rng, 110, 0.25, hand=person(0.06, 0.05))
        write(page, ink, 50 + 12 * (k % 2), 20 + 132 * k, BLACK)
    return page


PAGE_LINES = ("1492", "60375", "2818", "907")
PICTURES = {
    "digit.png": ("7", digit),
    "ruled.png": ("40718", ruled),
    "cell.png": ("5", cell),
    "chalk.jpg": ("2069", chalk),
    "photo.jpg": ("35914", photo),
    "page.png": ("|".join(PAGE_LINES), lines),
}


def main(folder: Path) -> None:
    """Writes the pictures and labels.csv into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("file", "label", "source"))
        for name, (label, draw) in PICTURES.items():
            page = np.clip(draw(), 0, 255).round().astype(np.uint8)
            options = [cv2.IMWRITE_JPEG_QUALITY, 88] if name.endswith(".jpg") else []
            cv2.imwrite(str(folder / name), page, options)
            rows.writerow((name, label, SOURCE))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
