"""Keras nets as files that others run, each proven to answer as its source does.

`export` and `ship` bring in Keras when they are used, not when this is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenfold.export.targets import Target
from tenfold.models import load_keras

if TYPE_CHECKING:
    from tenfold.export.convert import Exported, export
    from tenfold.export.shipping import ship

__all__ = ["Exported", "Target", "export", "ship"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    load_keras()
    from tenfold.export import convert, shipping

    return getattr(shipping if name == "ship" else convert, name)
