"""How the command ends when it may not go on: SIGTERM, Ctrl-C, an output that takes no more."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from tenfold.errors import ExportError

_NO_MORE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
"""What the disk says; every other OSError is a fault of ours and shows its traceback."""


class Terminated(KeyboardInterrupt):
    """SIGTERM came: what Ctrl-C tidies up, this does as well."""


def exit_code(stop: KeyboardInterrupt) -> int:
    """What a shell reports for a program that the signal ended."""
    return 128 + (signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT)


@contextmanager
def well_ended() -> Iterator[None]:
    """Inside, SIGTERM raises `Terminated`; an output that is full ends in words and exit code 1."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # left to the interpreter, a full disk would go unsaid
    except KeyboardInterrupt as stop:
        sys.exit(exit_code(stop))
    except OSError as fault:
        if fault.errno not in _NO_MORE:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes it once more
        reason = (fault.strerror or str(fault)).lower()
        print(
            ExportError(
                str(fault.filename or "output"),
                "could not be written",
                came=reason,
                todo="Make room, or write elsewhere",
            ),
            file=sys.stderr,
        )
        sys.exit(1)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
