"""Pictures a second of `tenfold batch`, at one worker and two, and its memory.

The pictures are drawn by the project's pen into a folder that is taken away
again. Each batch is a process of its own; the time counts from its workers being
ready to the last row. `nothing read` is a batch whose reader answers at once: the
cost of finding, handing out, journal and rows. Rows go to results/batch.csv, from
which `python benchmarks/tables.py` reckons the table of docs/batch.md.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import psutil
import typer

from capacity import largest
from facts import FACTS, RESULTS, facts, merge_rows
from tenfold.data.pen import draw_digit, draw_number

COLUMNS: Final = (
    *("kind", "workers", "pictures", "seconds", "per_second", "wall_s", "peak_mb", "parent_mb"),
    *("parent_ms", "in_bytes", "out_bytes", *FACTS),
)
KEY: Final = ("kind", "workers", "pictures")
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "pillow", "onnxruntime")

DIGIT, NUMBER, IDLE = "28x28 digit, PNG", "300x100 number, JPEG", "nothing read"
MANY: Final = "28x28 digit, PNG, a forest of files"
SIZES: Final = {DIGIT: (1000, 2000, 4000), NUMBER: (500, 1000, 2000), IDLE: (20_000, 100_000)}
N_DRAWN: Final = 100
"""Pictures of a kind that differ; the files are copies of them."""

_AREA: Final = cv2.INTER_AREA
_BETWEEN_S: Final = 0.05
_MB: Final = 2**20


def main(
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "batch.csv",
    times: Annotated[float, typer.Option(min=0.01, help="So many times the pictures.")] = 1.0,
    many: Annotated[
        bool, typer.Option("--many", help="Only 100,000 small pictures, by two workers.")
    ] = False,
) -> None:
    """Measure batches of several sizes; say whether they are linear, and what two workers gain."""
    noted = facts(PACKAGES)
    rows: list[dict[str, object]] = []
    sizes = {MANY: (100_000,)} if many else SIZES
    wanted = [(name, max(20, int(n * times))) for name in sizes for n in sizes[name]]
    for kind, n in wanted:
        with tempfile.TemporaryDirectory() as folder:
            in_bytes = fill(Path(folder) / "in", kind, n)
            for workers in (2,) if many else (1, 2):
                found = run(Path(folder), kind, workers)
                about = {"kind": kind, "workers": workers, "pictures": n, "in_bytes": in_bytes}
                rows.append(about | found | noted)
                typer.echo("  ".join(f"{rows[-1][name]}" for name in COLUMNS[:-5]))
    merge_rows(results, rows, KEY, COLUMNS)
    for kind in () if many else SIZES:
        typer.echo(verdict(kind, rows))


def fill(folder: Path, kind: str, n: int) -> int:
    """Writes n pictures, a thousand a folder; the mean of their bytes."""
    rng = np.random.default_rng(8)
    drawn = [b"" if kind == IDLE else picture(kind, rng) for _ in range(N_DRAWN)]
    ending = ".png" if kind in (DIGIT, MANY) else ".jpg"
    for k in range(n):
        place = folder / f"{k // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{k:06d}{ending}").write_bytes(drawn[k % N_DRAWN])
    return round(sum(map(len, drawn)) / N_DRAWN)


def picture(kind: str, rng: np.random.Generator) -> bytes:
    """One picture as a file: dark ink on light paper."""
    if kind in (DIGIT, MANY):
        ink = cv2.resize(draw_digit(int(rng.integers(10)), rng, 112), (28, 28), interpolation=_AREA)
        return bytes(cv2.imencode(".png", 250 - (0.9 * ink).astype(np.uint8))[1])
    ink, _ = draw_number("".join(map(str, rng.integers(0, 10, int(rng.integers(3, 8))))), rng)
    share = min(280 / ink.shape[1], 80 / ink.shape[0], 1.0)
    ink = np.asarray(cv2.resize(ink, None, fx=share, fy=share, interpolation=_AREA))
    paper = 235 + rng.normal(0, 4, (100, 300))
    top, left = (100 - ink.shape[0]) // 2, (300 - ink.shape[1]) // 2
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] -= 0.75 * ink
    return bytes(cv2.imencode(".jpg", np.clip(paper, 0, 255).astype(np.uint8))[1])


def run(folder: Path, kind: str, workers: int) -> dict[str, object]:
    """One batch: its figures, and its memory as it was seen from outside."""
    out, summary = folder / f"{workers}.jsonl", folder / f"{workers}.json"
    source = str(folder / "in")
    command = [sys.executable, "-m", "tenfold", "batch", source, "--out", str(out)]
    command += ["--workers", str(workers), "--summary", str(summary)]
    if kind == IDLE:
        command = [sys.executable, __file__, "idle", source, str(out), str(workers), str(summary)]
    began = time.perf_counter()
    process = psutil.Popen(command, stderr=subprocess.PIPE, text=True)
    memory = Memory(process)
    _, said = process.communicate()
    wall_s = time.perf_counter() - began
    if process.returncode != 0:
        raise SystemExit(said)
    told = json.loads(summary.read_text("utf-8"))
    n = told["pictures"]
    return {
        "seconds": told["seconds"],
        "per_second": round(n / told["seconds"], 1),
        "wall_s": round(wall_s, 2),
        "peak_mb": round(memory.peak_mb, 1),
        "parent_mb": round(memory.parent_mb, 1),
        "parent_ms": round(1000 * memory.parent_s / n, 4),
        "out_bytes": round(out.stat().st_size / n),
    }


class Memory(threading.Thread):
    """Watches a process and its children until it ends.

    Attributes:
        peak_mb: the most that all of them held at the same time, in MiB.
        parent_mb: the most that the process itself held.
        parent_s: processor time of the process itself since its first picture, in seconds.
    """

    def __init__(self, process: psutil.Popen) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.peak_mb = self.parent_mb = self.parent_s = 0.0
        self.start()

    def run(self) -> None:
        """Look twenty times a second."""
        started = None
        while self._process.poll() is None:
            try:
                own = self._process.memory_info().rss / _MB
                times = self._process.cpu_times()
                family = self._process.children(recursive=True)
                total = own + sum(map(_rss_mb, family))
            except psutil.Error:
                return
            if started is None and len(family) > 1:  # the workers are there: what came before
                started = times.user + times.system  # is paid once, whatever the pictures
            self.peak_mb, self.parent_mb = max(self.peak_mb, total), max(self.parent_mb, own)
            self.parent_s = times.user + times.system - (started or 0.0)
            time.sleep(_BETWEEN_S)


def _rss_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / _MB)
    except psutil.Error:  # it has ended
        return 0.0


def verdict(kind: str, rows: list[dict[str, object]]) -> str:
    """What the rows of a kind say, in words."""
    told = [
        {name: str(value) for name, value in row.items()} for row in rows if row["kind"] == kind
    ]
    one, two = (largest(told, workers) for workers in (1, 2))
    small = min(
        (row for row in told if row["workers"] == "2"), key=lambda row: int(row["pictures"])
    )
    gain = float(two["per_second"]) / float(one["per_second"])
    slower = float(small["per_second"]) / float(two["per_second"])
    return (
        f"{kind}: {two['per_second']} a second on two workers, {gain:.2f} times one worker; "
        f"{slower:.2f} times that rate with {small['pictures']} pictures in place of "
        f"{two['pictures']}; {two['peak_mb']} MiB in place of {small['peak_mb']}"
    )


def idle(source: str, out: str, workers: str, summary: str) -> None:
    """A batch whose reader answers at once, as a process of its own."""
    from idle_reader import IdleAsked
    from tenfold.batch.local import LocalEngine
    from tenfold.batch.run import Batch, run_batch
    from tenfold.batch.sources import Sources
    from tenfold.batch.tally import Tally

    class Silent:
        def begins(self, tally: Tally) -> None:
            """Say nothing."""

        def shows(self, tally: Tally) -> None:
            """Say nothing."""

    asked = IdleAsked("none")
    batch = Batch(Sources((source,)), Path(out), asked, {})
    done = run_batch(batch, lambda: LocalEngine(asked, int(workers)), Silent())
    Path(summary).write_text(json.dumps(done.tally.to_dict()), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["idle"]:
        idle(*sys.argv[2:])
    else:
        typer.run(main)
