"""Ctrl-C and SIGTERM wait while TensorFlow works on a graph."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def held_signals() -> Iterator[None]:
    """A signal that comes inside is heeded at the end of the block, a second one at once.

    What the handler of a signal raises inside TensorFlow is lost there at times: its C++
    code asks Python for an attribute, takes the exception for "there is none", and goes on
    or fails for a reason that is none. Threads hear no signals; there nothing changes.

    Raises:
        KeyboardInterrupt: or whatever else the handler that was there before raises.

    Example:
        >>> before = signal.signal(signal.SIGINT, signal.default_int_handler)
        >>> done = False
        >>> try:
        ...     with held_signals():
        ...         signal.raise_signal(signal.SIGINT)
        ...         done = True
        ... except KeyboardInterrupt:
        ...     print(done)
        True
        >>> _ = signal.signal(signal.SIGINT, before)
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    before: dict[signal.Signals, Any] = {
        kind: signal.signal(kind, hold) for kind in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
        if came:
            signal.raise_signal(came[0])
