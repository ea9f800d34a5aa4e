"""Every error that Tenfold raises on purpose.

    TenfoldError
    ├── PictureError            a picture cannot be read
    │   ├── NotAPictureError    not an image, or cut short
    │   └── PictureTooLargeError  more pixels or bytes than the limit
    ├── DataError               a data set is missing, altered or of the wrong shape
    ├── ModelError              a model cannot be found, opened or used
    │   └── WeightsError        the file is not the one that the manifest names
    ├── ConfigError             a setting is unknown, or has a value that cannot be
    ├── RunError                a run folder exists already, or cannot be gone on with
    ├── BatchError              a batch cannot be begun, or gone on with
    ├── TrainingError           training cannot go on (the loss is not a number, say)
    ├── ExportError             a file could not be made, or does not do what its source does
    └── MissingExtraError       the work needs a package that is not installed

A message says which item, what was wrong, what came, and what to do. The
command line prints it as it stands, without a traceback.

>>> raise NotAPictureError("scan.png", "not a picture", came="the bytes 68 65 6c 6c")
Traceback (most recent call last):
tenfold.errors.NotAPictureError: scan.png: not a picture; got the bytes 68 65 6c 6c.
"""

import difflib
from collections.abc import Iterable
from typing import Any


class TenfoldError(Exception):
    """Something that the user can mend: which item, what was wrong, what came, what to do.

    Args:
        item: the file, key or argument that the error is about.
        wrong: what is wrong with it, without a final stop.
        came: what was found instead, if that helps.
        todo: what the user can do about it, without a final stop.
    """

    def __init__(self, item: str, wrong: str, *, came: str = "", todo: str = "") -> None:
        self.item, self.wrong, self.came, self.todo = item, wrong, came, todo
        super().__init__(item, wrong, came, todo)

    def __str__(self) -> str:
        """The message in one or two sentences."""
        got = f"; got {self.came}" if self.came else ""
        advice = f" {self.todo}" if self.todo else ""
        advice += "." if advice and not advice.endswith(("?", "!", ".")) else ""
        return f"{self.item}: {self.wrong}{got}.{advice}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors cross from worker processes with all their parts."""
        return _again, (type(self), self.item, self.wrong, self.came, self.todo)

    @property
    def reason(self) -> str:
        """The message without the item, for rows that name the item themselves."""
        return str(self).removeprefix(f"{self.item}: ")


def _again(kind: type[TenfoldError], item: str, wrong: str, came: str, todo: str) -> TenfoldError:
    """The error that was pickled; `__init__` of a kind may take other things."""
    error = kind.__new__(kind)
    TenfoldError.__init__(error, item, wrong, came=came, todo=todo)
    return error


class PictureError(TenfoldError):
    """A picture cannot be read."""


class NotAPictureError(PictureError):
    """The bytes are no image of a known kind, or the image is cut short."""


class PictureTooLargeError(PictureError):
    """The picture has more pixels or bytes than the limit; it was not decoded."""


class DataError(TenfoldError):
    """A data set is missing, altered, or has the wrong shape."""


class ModelError(TenfoldError):
    """A model cannot be found, opened or used."""


class WeightsError(ModelError):
    """A weight file is not the one that the manifest names."""


class ConfigError(TenfoldError):
    """A setting is unknown, or has a value that cannot be."""


class RunError(TenfoldError):
    """A run folder exists already, or cannot be gone on with."""


class BatchError(TenfoldError):
    """A batch cannot be begun, or not be gone on with; what is done is kept."""


class TrainingError(TenfoldError):
    """Training cannot go on."""


class ExportError(TenfoldError):
    """A file could not be made, or does not do what its source does."""


class MissingExtraError(TenfoldError):
    """The work needs a package that is not installed.

    >>> print(MissingExtraError("matplotlib", "train"))
    matplotlib: needed here, but not installed. Run: pip install 'tenfold[train]'.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            package,
            "needed here, but not installed",
            todo=f"Run: pip install 'tenfold[{extra}]'",
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advice that names the known words nearest to a wrong one.

    >>> did_you_mean("learning_rte", ["epochs", "learning_rate"])
    'Did you mean "learning_rate"?'
    >>> did_you_mean("zzz", ["b", "a"])
    'Known: a, b'
    """
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=2, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f'"{name}"' for name in near) + "?"
    return "Known: " + ", ".join(names)
