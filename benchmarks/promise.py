"""Fits the promise that the package ships: python benchmarks/promise.py

Pictures of numbers written with digits held out of training: half of them plain,
the others each with one of the difficulties of the synthetic test set, in turn.
Three in ten hold one thing, a sixth of these a letter or a sign, the others a digit;
one in ten words or signs beside a number or in its place. The reader's confidences
and what was right become src/tenfold/weights/promise.json. It also fits the table of
prediction sets of the model's manifest on the held-out digits.
Killed, it goes on where it stopped, as long as the nets are the same.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track

import tenfold
from disputed import legible
from facts import facts
from tenfold.canon import JUNK
from tenfold.data.cache import write_atomically
from tenfold.data.donors import Donors
from tenfold.data.looks import HARD, hard_look
from tenfold.data.sources import load_sources
from tenfold.data.strings import draw_string, random_symbols, with_junk
from tenfold.evaluation import answers, one_of
from tenfold.reading import Reader
from tenfold.reading.accepting import SHIPPED
from tenfold.runtime import DEFAULT_MODEL, WEIGHTS, load_classifier, shipped
from tenfold.trust import MAX_ERROR, Promise, fit_sets, steps

PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime")
SEED: Final = 2026
ASKED: Final = (0.02, 0.01, 0.005, 0.002, 0.001)
# Shares of the pictures; of those with one thing some hold a letter: a digit's twin, at times.
_PLAIN, _ONE_LETTER, _ONE_DIGIT, _NO_NUMBER = 0.5, 0.05, 0.3, 0.1
WITHHELD: Final = Promise(steps([2.0] * 100_000, [True] * 100_000), "none yet")
"""Accepts nothing: the reader must not need the file that is being made."""


def main(
    model: Annotated[str, typer.Argument(help="A shipped name.")] = DEFAULT_MODEL,
    n: Annotated[int, typer.Option(min=1, help="How many pictures.")] = 20_000,
    out: Annotated[Path, typer.Option(help="The promise.")] = SHIPPED,
    sets: Annotated[bool, typer.Option(help="Fit the table of prediction sets too.")] = True,
) -> None:
    """Read synthetic numbers written with held-out digits, and fit what can be promised."""
    noted = facts(PACKAGES)
    reader = Reader(model, promise=WITHHELD)
    kept = Path(tempfile.gettempdir()) / f"tenfold-promise-{fingerprint()}.jsonl"
    told = read_on(reader, n, kept)
    confidences = [sure for _, sure, _ in told]
    right = [is_right for _, _, is_right in told]
    about = {"pictures": f"{n:,} synthetic, digits held out of training", "seed": SEED, **noted}
    promise = Promise(steps(confidences, right), model, about)
    for max_error in ASKED:
        print(promise.steps.accept(max_error))
    if not promise.steps.accept(MAX_ERROR).promised:
        print(f"Not written to {out}: the reader could not keep its default promise.")
        raise typer.Exit(1)
    write_atomically(out, promise.to_json().encode())
    if sets:
        ship_sets(model)


def fingerprint() -> str:
    """Of all shipped nets and the package's source: answers of others are not gone on with."""
    known = hashlib.sha256("".join(sorted(e.sha256 for e in shipped().values())).encode())
    for file in sorted(Path(tenfold.__file__).parent.rglob("*.py")):
        known.update(file.read_bytes())
    return known.hexdigest()[:12]


def read_on(reader: Reader, n: int, kept: Path) -> list[tuple[int, float, bool]]:
    """Picture, confidence and right or not of one answer each; goes on where it stopped."""
    lines = kept.read_text().splitlines() if kept.is_file() else []
    # A picture without an answer has a line as well, so that it is not read again.
    known = {line[0]: line for line in map(json.loads, lines) if line[0] < n}
    wanted = [k for k in range(n) if k not in known]
    with kept.open("a") as file:
        watched = track(wanted, "reading", disable=not sys.stderr.isatty())
        for k, (pixels, label) in zip(watched, pictures(wanted), strict=True):
            found = one_of(answers(reader.read(pixels), label), k)
            known[k] = [k, *(found[0] if found else (None, None))]
            print(json.dumps(known[k]), file=file, flush=True)
    return [tuple(known[k]) for k in range(n) if known[k][1] is not None]


def pictures(places: Iterable[int], seed: int = SEED) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Pictures of numbers, and what is written in them; each place has its own."""
    # Of the sets held out MNIST alone: some Swiss labels are wrong, and would be our errors.
    donors, difficulties = Donors({"mnist": legible(load_sources().held)["mnist"]}), list(HARD)
    for k in places:
        rng = np.random.default_rng([seed, k])
        easy = rng.random() < _PLAIN
        look = hard_look("plain" if easy else difficulties[k % len(difficulties)], rng)
        u = rng.random()
        symbols = random_symbols(rng, marks=look.marks)
        if u < _ONE_LETTER:
            symbols = JUNK
        elif u < _ONE_DIGIT:
            symbols = str(rng.integers(10))
        elif u > 1 - _NO_NUMBER:
            symbols = with_junk(symbols, rng)
        picture = draw_string(symbols, look, donors.writer(rng), rng)
        yield picture.pixels, picture.text


def ship_sets(model: str) -> None:
    """Write the table of prediction sets into the model's entry of the manifest."""
    held = load_sources().held["mnist"]
    table = fit_sets(load_classifier(model).predict_proba(held.x), held.y)
    path = WEIGHTS / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["models"][model]["sets"] = table.to_dict()
    write_atomically(path, (json.dumps(manifest, indent=2) + "\n").encode())


if __name__ == "__main__":
    typer.run(main)
