"""Who reads: chunks of pictures go in, answers or the news of a death come out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tenfold.errors import BatchError, TenfoldError

from .items import Answer, Item
from .worker import Asked, Worker

MOMENT_S: Final = 0.2
"""`Engine.next` waits no longer, so that a wish to stop is heard."""

Said = tuple[Sequence[Answer], float] | TenfoldError
"""What a worker says of a chunk: answers and seconds, or what is wrong with all pictures."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a chunk.

    Attributes:
        ticket: the number that it was given when it was submitted.
        answers: one for each item; None where the worker died or was ended.
        seconds: that the worker took.
    """

    ticket: int
    answers: Sequence[Answer] | None
    seconds: float = 0.0


class Engine(Protocol):
    """Workers that take chunks in any order.

    Attributes:
        workers: how many there are.
    """

    workers: int

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        """Hand in a chunk; it waits for a worker that is free."""

    def next(self) -> Done | None:
        """A chunk that is done; None where none is within a moment.

        Raises:
            ModelError: the model cannot be used.
            BatchError: the workers cannot be used.
        """

    def close(self) -> None:
        """End the workers, whatever they are doing."""


def greet(engine: Engine, who: str) -> None:
    """Lets one worker load its model before any picture is at stake.

    Raises:
        ModelError: the model is not there or cannot be used.
        BatchError: the worker dies; `who` names it.
    """
    engine.submit(0, [])
    done = None
    try:
        while done is None:
            done = engine.next()
        if done.answers is None:
            raise BatchError(who, "die while they load the model")
    except BaseException:
        engine.close()
        raise


class Desk:
    """Where a worker's process keeps its reader, once it has made it."""

    def __init__(self) -> None:
        self._key = ""
        self._worker: Worker | None = None

    def says(self, key: str, asked: Asked, items: Sequence[Item]) -> Said:
        """What becomes of a chunk.

        Args:
            key: of the batch; another one has another reader.
            asked: how it reads.
            items: the chunk.
        """
        try:
            if self._worker is None or key != self._key:
                self._key, self._worker = key, Worker(asked)
            began = time.perf_counter()
            return self._worker.answers(items), time.perf_counter() - began
        except TenfoldError as fault:
            return fault


def heard(ticket: int, said: Said) -> Done:
    """What a worker said of a chunk.

    Raises:
        TenfoldError: what is wrong with all pictures.
    """
    if isinstance(said, TenfoldError):
        raise said
    return Done(ticket, *said)
