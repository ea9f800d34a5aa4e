"""Libraries that talk while they start are not heard, unless something goes wrong."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tenfold.errors import TenfoldError


@contextmanager
def quiet() -> Iterator[TextIO]:
    """A stream to the real stderr; what others write to file descriptor 2 is held back.

    TensorFlow's C++ code talks there, past Python, before any of its settings counts. An
    unforeseen error shows all that was held back; one that the user can mend does not.
    """
    sys.stderr.flush()
    real = os.dup(2)
    with tempfile.TemporaryFile() as held, os.fdopen(os.dup(real), "w", encoding="utf-8") as stream:
        os.dup2(held.fileno(), 2)
        try:
            yield stream
        except (TenfoldError, KeyboardInterrupt):
            raise
        except BaseException:
            held.seek(0)
            os.write(real, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
