"""Who reads: chunks of pictures go in, answers or the news of a death come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .items import Answer, Item


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
