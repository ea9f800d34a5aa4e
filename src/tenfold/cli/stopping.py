"""Ctrl-C and SIGTERM as a wish to stop: what is in hand is finished first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer


class Stop:
    """Called, it says whether to stop.

    Attributes:
        exit_code: what a shell reports for a program that the signal ended.
    """

    def __init__(self) -> None:
        self.exit_code = 0

    def __call__(self) -> bool:
        """Was a signal caught?"""
        return self.exit_code != 0

    def catch(self, number: int, frame: FrameType | None) -> None:
        """The first is a wish; a second Ctrl-C is an order."""
        if self.exit_code and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.exit_code = 128 + number
        typer.echo("Stopping: the pictures in hand are finished first.", err=True)


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """The wish; the handlers that were there come back afterwards."""
    stop = Stop()
    before = {
        number: signal.signal(number, stop.catch) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
