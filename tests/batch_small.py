"""A batch whose reader answers at once, and misbehaves where a picture's name says so.

python tests/batch_small.py SOURCE OUT [OPTION=VALUE...] runs it as a process of its own.
"""

import math
import os
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fake_reader import number
from tenfold.batch.engines import Done, Engine
from tenfold.batch.items import Item
from tenfold.batch.local import LocalEngine
from tenfold.batch.rows import SUFFIXES
from tenfold.batch.run import Batch, Outcome, run_batch
from tenfold.batch.sources import Sources
from tenfold.batch.tally import Tally
from tenfold.batch.worker import Asked, Worker
from tenfold.errors import PictureError
from tenfold.results import Reading

PIXEL = b"P5 1 1 255\n0"  # the smallest picture that is one


class Quick:
    """Reads a file's name: `12.pgm` is 12; `crash`, `hang` and `odd` are what they say."""

    def read_many(self, sources: list[Path | bytes], **how: Any) -> Iterator[Reading]:
        for source in sources:
            word = "405" if isinstance(source, bytes) else source.stem
            try:
                if isinstance(source, Path) and not source.exists():
                    raise PictureError(str(source), "no such file")
                yield self._read(str(source), word)
            except PictureError as fault:
                yield Reading(str(source), 0, 0, error=fault.reason)

    def _read(self, name: str, word: str) -> Reading:
        if word.startswith("crash"):
            os.abort()
        if word.startswith("hang"):
            re.match(r"(a+)+$", "a" * 64 + "b")  # in C, with the interpreter's lock held
        if word.startswith("odd"):
            raise ZeroDivisionError("one over\nnothing")
        numbers = (number(word[-6:]),) if word.isdecimal() else ()
        return Reading(name, 1, 1, numbers)


class QuickAsked(Asked):
    """Asks the quick reader."""

    def reader(self) -> Any:
        return Quick()


class Watching:
    """Prints how many pictures are done, with each; waits for a line on stdin after so many."""

    def __init__(self, hold: float = math.inf) -> None:
        self._hold = hold

    def begins(self, tally: Tally) -> None:
        print(tally.pictures, flush=True)

    def shows(self, tally: Tally) -> None:
        print(tally.pictures, flush=True)
        if tally.pictures >= self._hold:
            self._hold = math.inf
            sys.stdin.readline()


def pictures(folder: Path, names: list[str]) -> Path:
    """A folder of the smallest pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.pgm").write_bytes(PIXEL)
    return folder


def quick_batch(source: Path, out: Path, **given: Any) -> Batch:
    sources = Sources((str(source),), ordered=bool(given.get("ordered")))
    timeout_s = float(given.get("timeout_s", 30))
    asked = QuickAsked("quick", form=SUFFIXES[out.suffix], timeout_s=timeout_s)
    return Batch(sources, out, asked, {"SOURCE": str(source)}, save_s=0.01)


class Inline:
    """An engine without processes: it starts at once, and dies with its batch."""

    workers = 2

    def __init__(self, asked: Asked) -> None:
        self._worker = Worker(asked)
        self._chunks: deque[tuple[int, Sequence[Item]]] = deque()

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        self._chunks.append((ticket, items))

    def next(self) -> Done | None:
        ticket, items = self._chunks.pop()  # the last first: answers come in any order
        return Done(ticket, self._worker.answers(items), 0.01)

    def close(self) -> None:
        """Nothing is to be ended."""


def quick_run(source: Path, out: Path, **given: Any) -> Outcome:
    from tenfold.cli.stopping import stopped_by_signals

    batch = quick_batch(source, out, **given)

    def engine() -> Engine:
        return LocalEngine(batch.asked, 2) if given.get("local") else Inline(batch.asked)

    with stopped_by_signals() as stop:
        return run_batch(batch, engine, Watching(float(given.get("hold", math.inf))), stop)


if __name__ == "__main__":
    options = dict(argument.split("=") for argument in sys.argv[3:])
    done = quick_run(Path(sys.argv[1]), Path(sys.argv[2]), **options)
    print(done.tally.pictures, "whole" if done.whole else "stopped")
