"""From a config to a run folder with everything needed to repeat it.

`train` brings in Keras when it is used, not when this is imported: the
processes that make pictures import this room and need none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenfold.models import load_keras
from tenfold.training.config import Config, parse_value

if TYPE_CHECKING:
    from tenfold.training.run import RunResult, train

__all__ = ["Config", "RunResult", "parse_value", "train"]


def __getattr__(name: str) -> Any:
    if name not in ("RunResult", "train"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    load_keras()
    from tenfold.training import run

    return getattr(run, name)
