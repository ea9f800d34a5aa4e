"""Worker processes on this machine, each with a reader of its own.

A picture is read whole by one process: its nets are small, and two processes that
share nothing are faster than one that decodes for another. Each has a pipe of its
own, so that one that dies, at any moment, takes nothing with it but its chunk.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Final

from .engines import MOMENT_S, Desk, Done, greet, heard
from .items import Item
from .worker import Asked

_END_S: Final = 5.0
_MODULES: Final = ["tenfold.batch.local", "tenfold.reading"]


@dataclass(slots=True)
class _Member:
    """A process, the pipe to it, and the chunk that it has."""

    process: BaseProcess
    pipe: Connection
    ticket: int | None = None


class LocalEngine:
    """As many processes as were asked for; one that dies is replaced.

    Raises:
        ModelError: the model is not there or cannot be used.
        BatchError: the processes die before they read anything.
    """

    def __init__(self, asked: Asked, workers: int) -> None:
        self.workers, self._asked = workers, asked
        self._waiting: deque[tuple[int, Sequence[Item]]] = deque()
        self._context = _context()
        self._members = [self._member() for _ in range(workers)]
        greet(self, "the worker processes")

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        """Hand in a chunk; it waits for a worker that is free."""
        self._waiting.append((ticket, items))
        self._hand_out()

    def next(self) -> Done | None:
        """A chunk that is done; None where none is within a moment."""
        ready = wait([member.pipe for member in self._members], MOMENT_S)
        for member in self._members:
            if member.pipe in ready:
                return self._heard(member)
        return None

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for member in self._members:
            member.process.terminate()
        for member in self._members:
            member.process.join(_END_S)
            if member.process.is_alive():
                member.process.kill()
            member.pipe.close()

    def _member(self) -> _Member:
        ours, theirs = self._context.Pipe()
        process: Any = self._context.Process(  # type: ignore[attr-defined]
            target=_work, args=(self._asked, theirs), name="tenfold batch worker", daemon=True
        )
        process.start()
        theirs.close()  # so that its end, and nothing else, ends the pipe
        return _Member(process, ours)

    def _hand_out(self) -> None:
        """Only to who is idle and listens: two that both send would wait for each other."""
        for member in self._members:
            if not self._waiting:
                return
            if member.ticket is None:
                member.ticket, items = self._waiting.popleft()
                with contextlib.suppress(OSError):  # it has died: that is heard in `next`
                    member.pipe.send(list(items))

    def _heard(self, member: _Member) -> Done | None:
        """What a worker said, or that it has died."""
        ticket, member.ticket = member.ticket, None
        try:
            said = member.pipe.recv()
        except (EOFError, OSError):
            self._replace(member)
            self._hand_out()
            return None if ticket is None else Done(ticket, None)
        self._hand_out()
        return None if ticket is None else heard(ticket, said)

    def _replace(self, member: _Member) -> None:
        member.pipe.close()
        member.process.join(_END_S)
        self._members[self._members.index(member)] = self._member()


def n_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> BaseContext:
    """Not fork: the libraries' threads would be copied in the middle of their work."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)  # imported once, for every worker
    return context


def _work(asked: Asked, pipe: Connection) -> None:
    """A worker's life: it ends with its pipe, and so with the one who started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who hands out the work
    desk = Desk()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(desk.says("", asked, pipe.recv()))
