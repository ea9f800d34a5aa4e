"""Reads handwritten digits and numbers in pictures, and says when it is not sure.

    import tenfold
    reading = tenfold.Reader().read("cheque.jpg")
    reading.numbers[0].text, reading.numbers[0].confidence, reading.numbers[0].status

The names below are brought in when they are first used, so `import tenfold`
alone costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenfold.errors import TenfoldError
    from tenfold.reading import Reader
    from tenfold.results import Box, Digit, Number, Reading
    from tenfold.rules import Rules
    from tenfold.runtime import load_classifier

    __version__: str

__all__ = [
    "Box",
    "Digit",
    "Number",
    "Reader",
    "Reading",
    "Rules",
    "TenfoldError",
    "__version__",
    "load_classifier",
]

_ROOMS = {
    "Box": "results",
    "Digit": "results",
    "Number": "results",
    "Reader": "reading",
    "Reading": "results",
    "Rules": "rules",
    "TenfoldError": "errors",
    "load_classifier": "runtime",
}


def __getattr__(name: str) -> Any:
    """A public name, from the room where it lives (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("tenfold")
    elif name in _ROOMS:
        value = getattr(import_module(f"tenfold.{_ROOMS[name]}"), name)
    else:
        raise AttributeError(f"module 'tenfold' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for tab completion."""
    return sorted({*globals(), *__all__})
