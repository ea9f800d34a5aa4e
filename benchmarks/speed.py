"""Times the way from a picture's bytes to JSON, step by step: python benchmarks/speed.py

The project's pen draws the pictures. Processor time, one thread, medians over
repetitions after one that is not counted; the model is loaded before. Beside
it, in the same run, what anybody pays: Pillow decodes the picture, and ONNX
Runtime runs the digit net once on one image. Rows go to results/speed.csv.
"""

import io
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from facts import FACTS, RESULTS, facts, merge_rows
from large import POSITIONS, Pixels, written_page
from steps import REST, STEPS, watched
from tenfold.data.pen import draw_digit, draw_number
from tenfold.reading import Reader

COLUMNS: Final = ("state", "picture", "step", "n", "ms", "share", "of_bare", "per_s", *FACTS)
KEY: Final = ("state", "picture", "step")
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "pillow", "onnxruntime")
ALL: Final = "all"
BARE: Final = "Pillow and one run of the net"
TWO_CORES: Final = "two processes"

N_SMALL: Final = 20
"""Small pictures of a kind, each another."""


def main(
    state: Annotated[
        str, typer.Option(help="What the rows are called; others stay in the table.")
    ] = "after",
    seconds: Annotated[float, typer.Option(min=1, help="Time for each kind of picture.")] = 10,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "speed.csv",
) -> None:
    """Time every step of the reading of small crops and of 12-megapixel pages."""
    noted = facts(PACKAGES)
    cv2.setNumThreads(1)
    reader = Reader()
    rows: list[dict[str, object]] = []
    for picture, files in kinds().items():
        rows += timed(reader, picture, files, seconds)
    for picture, files in kinds().items():
        if len(files) > 1:
            rows.append(throughput(picture, files, seconds))
    merge_rows(results, [{"state": state, **row, **noted} for row in rows], KEY, COLUMNS)
    show(rows)


@cache
def kinds() -> dict[str, list[bytes]]:
    """The pictures as files, by kind; every run draws the same."""
    rng = np.random.default_rng(8)
    page, _ = written_page(np.random.default_rng(12))
    return {
        "28x28 digit, PNG": [encoded(digit(k % 10, rng), "PNG") for k in range(N_SMALL)],
        "300x100 number, JPEG": [encoded(number(rng), "JPEG") for _ in range(N_SMALL)],
        **{
            f"12 MP page, {position}": [encoded(turned(page), "JPEG")]
            for position, turned in POSITIONS.items()
        },
    }


def digit(label: int, rng: np.random.Generator) -> Pixels:
    """A digit, dark on light, 28 px wide and high."""
    ink = draw_digit(label, rng, 112)
    small = cv2.resize(ink, (28, 28), interpolation=cv2.INTER_AREA)
    return np.asarray(250 - 0.9 * small, np.uint8)


def number(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A number of three to seven digits on toned, grainy paper, 300 px wide and 100 high, RGB."""
    text = "".join(map(str, rng.integers(0, 10, int(rng.integers(3, 8)))))
    ink, _ = draw_number(text, rng, 64, 0.2)
    share = min(280 / ink.shape[1], 80 / ink.shape[0], 1.0)
    ink = np.asarray(cv2.resize(ink, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    grain = rng.normal(0, 4, (100, 300, 1))
    paper = (np.array([236, 232, 222]) + grain).astype(np.float32)
    top, left = (100 - ink.shape[0]) // 2, (300 - ink.shape[1]) // 2
    place = paper[top : top + ink.shape[0], left : left + ink.shape[1]]
    place += ink[..., None] / np.float32(255) * (np.array([40, 40, 90], np.float32) - place)
    return np.asarray(np.clip(paper, 0, 255), np.uint8)


def encoded(pixels: NDArray[np.uint8], form: str) -> bytes:
    """A picture as a file; a page is a colour photograph, as a phone's are."""
    image = Image.fromarray(pixels)
    stream = io.BytesIO()
    (image.convert("RGB") if form == "JPEG" else image).save(stream, form, quality=85)
    return stream.getvalue()


def timed(
    reader: Reader, picture: str, files: Sequence[bytes], seconds: float
) -> list[dict[str, object]]:
    """A row for each step, one for all, and one for what anybody pays."""
    laps: list[Mapping[str, float]] = []
    bare: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(laps) < len(files):
        data = files[len(laps) % len(files)]
        if not laps:
            read_json(reader, data)  # not counted: fills caches
        bare.append(cpu_s(partial(bare_work, reader, data)))
        with watched() as watch:
            read_json(reader, data)
        laps.append(watch.seconds)
    whole = [sum(lap.values()) for lap in laps]
    total, floor = statistics.median(whole), statistics.median(bare)
    mean = statistics.fmean(whole)
    rows: list[dict[str, object]] = []
    for step in (*STEPS, REST):
        spent = [lap.get(step, 0.0) for lap in laps]
        share = statistics.fmean(spent) / mean  # of means, so that they sum to 1
        rows.append(_row(picture, step, laps, statistics.median(spent)) | {"share": f"{share:.3f}"})
    rows.append(_row(picture, ALL, laps, total) | {"of_bare": f"{total / floor:.1f}"})
    rows.append(_row(picture, BARE, laps, floor))
    return rows


def _row(picture: str, step: str, laps: Sequence[object], seconds: float) -> dict[str, object]:
    return {"picture": picture, "step": step, "n": len(laps), "ms": f"{1000 * seconds:.2f}"}


def cpu_s(work: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def read_json(reader: Reader, data: bytes) -> str:
    """From a file's bytes to its line of JSON."""
    return json.dumps(reader.read(data).to_dict())


def bare_work(reader: Reader, data: bytes) -> None:
    """Nothing but decoding, and the net on one image."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    reader.nets.alone.predict_proba(np.zeros((1, 28, 28), np.uint8))


def throughput(picture: str, files: Sequence[bytes], seconds: float) -> dict[str, object]:
    """Pictures a second, by the clock, of two processes that read as fast as they can."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(2, spawn, _start_worker) as pool:
        list(pool.map(_read_for, [(list(files), 1.0)] * 2))  # both are there, caches are filled
        counts = list(pool.map(_read_for, [(list(files), seconds)] * 2))
    row = {"picture": picture, "step": TWO_CORES, "n": sum(n for n, _ in counts)}
    return row | {"per_s": f"{sum(n / taken for n, taken in counts):.0f}"}


_worker: list[Reader] = []


def _start_worker() -> None:
    cv2.setNumThreads(1)
    _worker.append(Reader())


def _read_for(task: tuple[list[bytes], float]) -> tuple[int, float]:
    """How many pictures were read in so many seconds or a little more, and in how many."""
    files, seconds = task
    n, begun = 0, time.perf_counter()
    while (taken := time.perf_counter() - begun) < seconds:
        read_json(_worker[0], files[n % len(files)])
        n += 1
    return n, taken


def show(rows: Sequence[Mapping[str, object]]) -> None:
    """A column for each kind of picture: ms and share of each step."""
    pictures = list(dict.fromkeys(str(row["picture"]) for row in rows))
    found = {(row["picture"], row["step"]): row for row in rows}
    table = Table("ms", *pictures, box=None, padding=(0, 2, 0, 0))
    for step in (*STEPS, REST, ALL, BARE, TWO_CORES):
        table.add_row(step, *(_cell(found.get((picture, step), {})) for picture in pictures))
    Console(width=150).print(table)


def _cell(row: Mapping[str, object]) -> str:
    if "per_s" in row:
        return f"{row['per_s']} a second"
    share = f"  {100 * float(str(row['share'])):.0f} %" if "share" in row else ""
    return f"{row.get('ms', '')}{share}" + (f"  x{row['of_bare']}" if "of_bare" in row else "")


if __name__ == "__main__":
    typer.run(main)
