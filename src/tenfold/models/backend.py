"""Keras, brought in once and without TensorFlow's talk."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from tenfold.errors import MissingExtraError
from tenfold.models.quiet import quiet

if TYPE_CHECKING:
    from types import ModuleType


def load_keras() -> ModuleType:
    """Keras with its backend running; call it before any import of Keras by name.

    TensorFlow writes a screen of remarks on processors to file descriptor 2,
    past Python and past its own log level; they are kept back unless the
    import fails. Its remarks on nets that are built anew are no use where every
    trial and every file is another net.

    Raises:
        MissingExtraError: Keras or its backend is not installed.
    """
    if "keras" in sys.modules:
        return sys.modules["keras"]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        with quiet():
            import keras

            keras.ops.zeros(1)  # the backend talks once more when it starts
    except ModuleNotFoundError as missing:
        raise MissingExtraError(missing.name or "keras", "train") from missing
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return sys.modules["keras"]
