"""Epochs, made ahead in other processes while the present one trains.

A maker process ends when this one does, however this one ends: its pipe breaks.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from tenfold.errors import TenfoldError, TrainingError
from tenfold.training.makers import Shuffled

Made = TypeVar("Made")

NICENESS = 10  # whoever trains goes first; what is made ahead has time


@contextmanager
def epochs_ahead(
    maker: Callable[[int], Made], start: int, stop: int, n_processes: int = 1
) -> Iterator[Iterator[Made]]:
    """The epochs from `start` to `stop`, in order.

    A shuffle is done here; whatever takes longer is done ahead, epoch k by
    process k modulo n, so the pictures do not depend on who is faster.

    Args:
        maker: makes one epoch; goes to the processes by pickle.
        start: the first epoch.
        stop: the first epoch that is not made.
        n_processes: how many make epochs at the same time; 0 makes them here.

    Raises:
        TenfoldError: the maker raised it.
        TrainingError: a maker process ended.
    """
    if isinstance(maker, Shuffled) or not n_processes:
        yield (maker(epoch) for epoch in range(start, stop))
        return
    # Spawn, not fork: TensorFlow's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    workers, pipes = [], []
    n_processes = min(n_processes, max(stop - start, 1))
    for first in range(start, start + n_processes):
        here, there = context.Pipe(duplex=False)
        numbers = range(first, stop, n_processes)
        worker = context.Process(target=_make, args=(maker, numbers, there), daemon=True)
        worker.start()
        there.close()
        workers.append(worker)
        pipes.append(here)
    try:
        yield (_take(pipes[k % n_processes]) for k in range(stop - start))
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        for pipe in pipes:
            pipe.close()


def _make(maker: Callable[[int], Any], numbers: range, pipe: Connection) -> None:
    """The work of one process: make, hand over, make the next."""
    # Ctrl-C reaches every process of the terminal; only the trainer answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with contextlib.suppress(BrokenPipeError):
        for epoch in numbers:
            try:
                made = maker(epoch)
            except TenfoldError as fault:
                made = fault
            pipe.send(made)


def _take(pipe: Connection) -> Any:
    try:
        made = pipe.recv()
    except EOFError as fault:
        raise TrainingError(
            "training pictures",
            "the process that makes them has ended",
            todo="Its own words are above; go on with `tenfold train --resume RUN`",
        ) from fault
    if isinstance(made, TenfoldError):
        raise made
    return made
