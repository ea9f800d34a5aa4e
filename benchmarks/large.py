"""Times a 12-megapixel page in each position: python benchmarks/large.py

The project's pen writes 25 numbers on ruled paper. Each position is read in a
process of its own on one core: processor time and peak memory of the reading,
the start left out. Rows go to results/large.csv.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from facts import FACTS, RESULTS, facts, merge_rows
from tenfold.data.pen import draw_number

Pixels = NDArray[np.uint8]

COLUMNS: Final = (
    *("position", "megapixels", "cpu_s", "peak_mb", "numbers", "found", "invented", "accepted"),
    *("accepted_wrong", *FACTS),
)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime")
WIDTH, HEIGHT, N_LINES, DIGIT_PX = 3000, 4000, 25, 84

_READ: Final = """
import json, resource, sys, time
import tenfold
reader = tenfold.Reader()
begun = time.process_time()
reading = reader.read(sys.argv[1])
print(json.dumps({
    "cpu_s": time.process_time() - begun,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "numbers": [[number.text, number.status] for number in reading.numbers],
}))
"""


def main(
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "large.csv",
) -> None:
    """Read the same page upright, leaning, on its side and on a table."""
    page, texts = written_page(np.random.default_rng(12))
    rows = []
    for position, turned in POSITIONS.items():
        made = turned(page)
        told = read_apart(made)
        row = scored(position, made, told, texts)
        rows.append(row | facts(PACKAGES))
        print("  ".join(f"{name} {row[name]}" for name in COLUMNS if name in row))
    merge_rows(results, rows, ("position",), COLUMNS)


def written_page(rng: np.random.Generator) -> tuple[Pixels, list[str]]:
    """A ruled page with a number on each line, and the numbers."""
    page = np.full((HEIGHT, WIDTH), 235, np.uint8)
    pitch = (HEIGHT - 300) // N_LINES
    texts = []
    for k in range(N_LINES):
        text = "".join(map(str, rng.integers(0, 10, int(rng.integers(3, 9)))))
        ink, _ = draw_number(text, rng, 2 * DIGIT_PX, 0.3)
        top, left = 120 + k * pitch, int(rng.integers(200, 600))
        ink = ink[:pitch, : WIDTH - left]
        place = page[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.minimum(place, (235 - 0.8 * ink.astype(float)).astype(np.uint8), out=place)
        page[top + pitch - 16 : top + pitch - 12] = 150
        texts.append(text)
    noise = rng.normal(0, 3, page.shape)
    return np.clip(page + noise, 0, 255).astype(np.uint8), texts


def _leaning(page: Pixels) -> Pixels:
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 8, 0.86)
    return np.asarray(cv2.warpAffine(page, turn, (WIDTH, HEIGHT), borderValue=(235,)), np.uint8)


def _on_a_table(page: Pixels) -> Pixels:
    flat = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    seen = np.array([(420, 380), (2650, 300), (2780, 3700), (260, 3620)], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, seen)
    warped = cv2.warpPerspective(page, matrix, (WIDTH, HEIGHT), borderValue=(70,))
    return np.asarray(warped, np.uint8)


POSITIONS: Final[dict[str, Callable[[Pixels], Pixels]]] = {
    "upright": lambda page: page,
    "on a table": _on_a_table,
    "leaning by 8 degrees": _leaning,
    "on its side": lambda page: np.ascontiguousarray(np.rot90(page)),
}


def read_apart(page: Pixels) -> dict[str, object]:
    """What a fresh process reads, and what it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.jpg"
        cv2.imwrite(str(path), page, [cv2.IMWRITE_JPEG_QUALITY, 85])
        done = subprocess.run(
            [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
        )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def scored(
    position: str, page: Pixels, told: dict[str, object], texts: list[str]
) -> dict[str, object]:
    """The figures of one position."""
    numbers: list[tuple[str, str]] = [tuple(pair) for pair in told["numbers"]]  # type: ignore
    left = list(texts)
    right = []
    for text, status in numbers:
        if text in left:
            left.remove(text)
            right.append(status)
    n_accepted = sum(status == "accepted" for _, status in numbers)
    return {
        "position": position,
        "megapixels": f"{page.size / 1e6:.1f}",
        "cpu_s": f"{told['cpu_s']:.2f}",
        "peak_mb": f"{told['peak_mb']:.0f}",
        "numbers": len(texts),
        "found": len(right),
        "invented": len(numbers) - len(right),
        "accepted": n_accepted,
        "accepted_wrong": n_accepted - right.count("accepted"),
    }


if __name__ == "__main__":
    typer.run(main)
