"""Ctrl-C and SIGTERM as a wish to stop, not as a crash."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class StoppedWhileWaiting(Exception):  # noqa: N818 - no error, a way out
    """The wish to stop came while nothing was under way."""


class Stop:
    """Whether someone wished to stop. A second wish ends everything at once."""

    def __init__(self) -> None:
        self.wished = False
        self._waiting = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """While inside, the two signals set `wished`; only a main thread can listen."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kinds = (signal.SIGINT, signal.SIGTERM)
        before: list[Any] = [signal.signal(kind, self._wish) for kind in kinds]
        try:
            yield
        finally:
            for kind, handler in zip(kinds, before, strict=True):
                signal.signal(kind, handler)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While inside, a wish to stop raises StoppedWhileWaiting at once."""
        if self.wished:
            raise StoppedWhileWaiting
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    def _wish(self, number: int, frame: FrameType | None) -> None:
        if self.wished:
            raise KeyboardInterrupt
        self.wished = True
        if self._waiting:
            raise StoppedWhileWaiting
