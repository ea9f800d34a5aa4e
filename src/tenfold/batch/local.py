"""Worker processes on this machine, each with a reader of its own.

A picture is read whole by one process: its nets are small, and two processes that
share nothing are faster than one that decodes for another.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from tenfold.errors import BatchError, MissingExtraError, TenfoldError

from .engines import Done
from .items import Answer, Item
from .worker import Asked, Worker

_MOMENT_S: Final = 0.2
_START_S: Final = 300.0  # a cold disk, a hundred processes at once

_asked: Asked
_worker: Worker | None = None


class LocalEngine:
    """Processes under Pebble, which outlives those of them that die.

    Raises:
        MissingExtraError: Pebble is not installed.
        ModelError: the model is not there or cannot be used.
        BatchError: the processes die before they read anything.
    """

    def __init__(self, asked: Asked, workers: int) -> None:
        try:
            import pebble
        except ModuleNotFoundError:
            raise MissingExtraError("pebble", "batch") from None
        self.workers = workers
        self._done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._faults = (pebble.ProcessExpired, BrokenProcessPool)
        # Not fork: the libraries' threads would be copied in the middle of their work.
        ways = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
        if "forkserver" in ways:
            context.set_forkserver_preload(["tenfold.batch.local", "tenfold.reading"])
        self._pool: Any = pebble.ProcessPool(
            workers, initializer=_begin, initargs=(asked,), context=context
        )
        self._greet()

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        """Hand in a chunk; it waits for a worker that is free."""
        future = self._pool.schedule(_answers, args=[list(items)])
        future.add_done_callback(lambda done: self._done.put((ticket, done)))

    def next(self) -> Done | None:
        """A chunk that is done; None where none is within a moment."""
        try:
            ticket, future = self._done.get(timeout=_MOMENT_S)
        except queue.Empty:
            return None
        try:
            answers, seconds = future.result()
        except self._faults[0]:
            return Done(ticket, None)
        except self._faults[1] as fault:
            raise BatchError("the worker processes", "broke down", came=str(fault)) from None
        return Done(ticket, answers, seconds)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        self._pool.stop()
        self._pool.join()

    def _greet(self) -> None:
        """One worker loads its model before any picture is at stake."""
        try:
            self._pool.schedule(_answers, args=[[]], timeout=_START_S).result()
        except TenfoldError:
            self.close()
            raise
        except self._faults as fault:
            self.close()
            raise BatchError(
                "the worker processes", "die while they load the model", came=str(fault)
            ) from None


def n_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(asked: Asked) -> None:
    """In a new worker. What can go wrong waits for the first chunk, where it is told."""
    global _asked
    _asked = asked
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who hands out the work


def _answers(items: list[Item]) -> tuple[list[Answer], float]:
    global _worker
    if _worker is None:
        _worker = Worker(_asked)
    began = time.perf_counter()
    answers = _worker.answers(items)
    return answers, time.perf_counter() - began
