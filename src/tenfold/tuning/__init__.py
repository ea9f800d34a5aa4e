"""From a recipe to better settings for it: trials, each trained and judged on held-out digits.

`tune` brings in Keras and Optuna when it is used, not when this is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenfold.errors import MissingExtraError
from tenfold.models import load_keras

if TYPE_CHECKING:
    from tenfold.tuning.outcome import TuneResult
    from tenfold.tuning.run import tune

__all__ = ["N_TRIALS", "TuneResult", "tune"]

N_TRIALS: Final = 20


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    load_keras()
    try:
        from tenfold.tuning import outcome, run
    except ModuleNotFoundError as missing:
        raise MissingExtraError(missing.name or "optuna", "train") from missing
    return getattr(run if name == "tune" else outcome, name)
