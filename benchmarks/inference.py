"""Times the shipped nets in every runtime: one digit, and batches on one thread and on two.

python benchmarks/inference.py                                        the shipped nets
python benchmarks/inference.py tenfold=runs/X tiny=runs/Y best=runs/Z

NAME=RUN is a run folder, `.keras`, `.h5` or `.onnx`. Keras and LiteRT need the net's layers, so a
net of which only the ONNX file is known is measured without them; where a run goes by the
name of a shipped net, it is proven to be that net. A net that ships in int8 is measured as it
ships, and in float32 where its run, or its file from before it was rounded, is given. All
runtimes take turns, so that a busy minute hits all. The int8 files are calibrated on training
digits; what they lose on the test digits is told with McNemar's exact test of what is right,
and a paired one of the log losses: a net that rounds may answer the same and know less well
how sure it is. Rows go to results/inference.csv.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from arithmetic import fastest, gemms
from engines import Floats, Run, Variant, opened, set_threads
from facts import FACTS, RESULTS, facts, merge_rows
from paired import mcnemar, paired_means
from tenfold.data.mnist import load_mnist
from tenfold.evaluation import error_reject, log_losses, wilson
from tenfold.runtime import DIGIT, shipped

KEY: Final = ("model", "runtime")
COLUMNS: Final = (
    *(*KEY, "bytes", "multiply_adds", "ms_one_median", "ms_one_p95", "n_calls"),
    *("batch", "per_s_1_thread", "per_s_2_threads", "n_batches", "limit_gflops"),
    *("share_one", "share_batch", "n_test", "errors", "low", "high", "lost", "won", "p"),
    *("nll", "p_nll", "rejected_0.1", *FACTS),
)
PACKAGES: Final = (
    *("tenfold", "numpy", "onnxruntime", "keras", "tensorflow-cpu", "ai-edge-litert", "openvino"),
)
BATCH: Final = 256
SINGLES: Final = 20
"""Calls with one digit in a turn; one more before them is not counted, nor is one batch."""

THREADS: Final = (1, 2)


@dataclass(slots=True)
class Timed:
    """The seconds of one variant's calls.

    Attributes:
        one: of each call with one digit, on one thread.
        batches: of each call with a batch, by the number of threads.
    """

    one: list[float] = field(default_factory=list)
    batches: dict[int, list[float]] = field(default_factory=lambda: {n: [] for n in THREADS})


def main(
    models: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME[=FILE]...", help="Default: every shipped net of digits."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0, help="For each variant, about.")] = 20.0,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first test digits.")] = None,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "inference.csv",
) -> None:
    """Make the files, let the runtimes take turns, count their errors, write the table."""
    # Not above: each process of `crew` imports this file before it holds TensorFlow to its threads.
    from inference_files import variants

    noted, console = facts(PACKAGES), Console(stderr=True)
    digits = load_mnist()
    wanted = models or [name for name, entry in shipped().items() if entry.kind == DIGIT]
    with tempfile.TemporaryDirectory(prefix="tenfold-inference-") as folder, ExitStack() as stack:
        known = [
            variant for word in wanted for variant in variants(word, Path(folder), digits, console)
        ]
        crews = {n: stack.enter_context(crew(n, known)) for n in THREADS}
        timed, limit_flops = take_turns(crews, known, seconds)
        answers = [
            crews[1].submit(_answers, index, digits.test_x[:limit]).result()
            for index in track(range(len(known)), "test digits", console=console)
        ]
    rows = rows_of(known, timed, limit_flops, answers, digits.test_y[:limit])
    merge_rows(results, [row | noted for row in rows], KEY, COLUMNS)
    for row in rows:
        typer.echo(
            f"{row['model']:12}{row['runtime']:28}{row['ms_one_median']:>8} ms"
            f"{row['per_s_1_thread']:>9}{row['per_s_2_threads']:>9} a second"
            f"{row['errors']:>6} wrong, p {row['p'] or '-'}"
        )


@contextmanager
def crew(threads: int, known: Sequence[Variant]) -> Iterator[ProcessPoolExecutor]:
    """A process that holds every variant on so many threads; it rests while others have turns."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn, initializer=_open_all, initargs=(threads, known)) as pool:
        yield pool


def take_turns(
    crews: Mapping[int, ProcessPoolExecutor], known: Sequence[Variant], seconds: float
) -> tuple[list[Timed], float]:
    """The times of every variant, and the core's limit in floating-point operations a second."""
    timed, limit = [Timed() for _ in known], 0.0
    ends = time.perf_counter() + seconds * len(known)
    first = True
    while first or time.perf_counter() < ends:
        limit = max(limit, crews[1].submit(_limit).result())
        for index, found in enumerate(timed):
            found.one += crews[1].submit(_seconds, index, 1, SINGLES).result()
            for n, pool in crews.items():
                found.batches[n] += pool.submit(_seconds, index, BATCH, 1).result()
        first = False
    return timed, limit


def rows_of(
    known: Sequence[Variant],
    timed: Sequence[Timed],
    limit_flops: float,
    answers: Sequence[Floats],
    truth: NDArray[np.uint8],
) -> list[dict[str, Any]]:
    """A row for each variant; the first of a model is what its others are paired with.

    Args:
        known: the variants.
        timed: their seconds.
        limit_flops: the core's.
        answers: (n, 10) probabilities of each.
        truth: (n,) labels.
    """
    firsts: dict[str, tuple[NDArray[np.bool_], NDArray[np.float64]]] = {}
    rows = []
    for variant, found, answer in zip(known, timed, answers, strict=True):
        # In float32 rows sum to 1 but for the last bits, which are another matter than being sure.
        sums = answer.sum(axis=1, keepdims=True, dtype=np.float64)
        right, losses = answer.argmax(axis=1) == truth, log_losses(answer / sums, truth)
        is_first = variant.model not in firsts
        first_right, first_losses = firsts.setdefault(variant.model, (right, losses))
        pair = mcnemar(first_right, right)
        errors = int((~right).sum())
        low, high = wilson(errors, len(truth))
        one = statistics.median(found.one)
        rates = {n: BATCH / statistics.median(taken) for n, taken in found.batches.items()}
        flops = 2 * variant.multiply_adds
        rows.append(
            {
                "model": variant.model,
                "runtime": variant.engine,
                "bytes": variant.n_bytes,
                "multiply_adds": variant.multiply_adds,
                "ms_one_median": f"{1000 * one:.4f}",
                "ms_one_p95": f"{1000 * float(np.quantile(found.one, 0.95)):.4f}",
                "n_calls": len(found.one),
                "batch": BATCH,
                "per_s_1_thread": f"{rates[1]:.0f}",
                "per_s_2_threads": f"{rates[2]:.0f}",
                "n_batches": len(found.batches[1]),
                "limit_gflops": f"{limit_flops / 1e9:.1f}",
                "share_one": f"{flops / one / limit_flops:.4f}",
                "share_batch": f"{flops * rates[1] / limit_flops:.4f}",
                "n_test": len(truth),
                "errors": errors,
                "low": f"{low:.5f}",
                "high": f"{high:.5f}",
                "lost": "" if is_first else pair.lost,
                "won": "" if is_first else pair.won,
                "p": "" if is_first else f"{pair.p:.3f}",
                "nll": f"{losses.mean():.5f}",
                "p_nll": "" if is_first else f"{paired_means(first_losses, losses):.3f}",
                "rejected_0.1": f"{error_reject(answer.max(axis=1), right).rejected_for(1e-3):.4f}",
            }
        )
    return rows


_runs: list[Run] = []
_gemms: list[Any] = []


def _open_all(threads: int, known: Sequence[Variant]) -> None:
    set_threads(threads)
    _runs.extend(opened(variant.engine, variant.file, threads) for variant in known)


def _limit() -> float:
    if not _gemms:
        _gemms.extend(gemms())
    return fastest(_gemms, turns=3)


def _seconds(index: int, n: int, calls: int) -> list[float]:
    """The seconds of some calls with n pictures; one before them wakes what slept."""
    pixels = np.random.default_rng(0).random((n, 28, 28), np.float32)
    _runs[index](pixels)
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        _runs[index](pixels)
        taken.append(time.perf_counter() - begun)
    return taken


def _answers(index: int, images: NDArray[np.uint8]) -> Floats:
    pixels: Floats = images.astype(np.float32) / np.float32(255)
    starts = range(0, len(pixels), BATCH)
    return np.concatenate([_runs[index](pixels[start : start + BATCH]) for start in starts])


if __name__ == "__main__":
    typer.run(main)
