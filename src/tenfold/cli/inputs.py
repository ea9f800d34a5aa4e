"""The pictures that a command line names, checked before any model is loaded."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenfold.batch.order import natural_key
from tenfold.batch.sources import STDIN
from tenfold.errors import PictureError

BESIDE: Final = frozenset({".csv", ".ipynb", ".py"})
"""Endings of what lies beside pictures, labels.csv say; `read folder/*` passes over them."""

_WILDCARD: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Input:
    """One picture to read.

    Attributes:
        name: what its row is called: the path as it was given, or `-`.
        source: a path or the bytes from stdin; None where there is nothing to open.
        error: why there is nothing to open.
    """

    name: str
    source: Path | bytes | None = None
    error: str | None = None


def collect(arguments: Iterable[str]) -> list[Input]:
    """Every picture named by files, folders, patterns and `-`, in the order given.

    A folder stands for the pictures in it, in natural order (2 before 10),
    without its subfolders; so does a pattern that the shell left alone. What
    cannot be found keeps its place, with its error.
    """
    return [found for argument in arguments for found in _expand(argument)]


def pass_over(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The arguments that are meant as pictures, and the files that only lie beside them.

    A file that is named alone is always meant.

    >>> pass_over(["examples/a.png", "examples/labels.csv"])
    (['examples/a.png'], ['examples/labels.csv'])
    >>> pass_over(["labels.csv"])
    (['labels.csv'], [])
    """
    meant = [name for name in arguments if Path(name).suffix.lower() not in BESIDE]
    if not meant:
        return arguments, []
    return meant, [name for name in arguments if name not in meant]


def _in_order(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: natural_key(str(path)))


def _expand(argument: str) -> list[Input]:
    if argument == STDIN:
        return [_from_stdin()]
    path = Path(argument)
    if not argument:  # Path("") is the current folder
        return [_no_such_file(argument)]
    try:
        path.stat()
    except FileNotFoundError:
        return _matches(argument) if _WILDCARD.search(argument) else [_no_such_file(argument)]
    except (OSError, ValueError) as error:
        return [_fault(argument, PictureError(argument, f"cannot be opened ({error})"))]
    return _in_folder(argument, path) if path.is_dir() else [Input(argument, path)]


def _from_stdin() -> Input:
    from tenfold.picture import MAX_BYTES

    data = sys.stdin.buffer.read(MAX_BYTES + 1)  # one more, so that the picture room refuses it
    if not data:
        return _fault(STDIN, PictureError(STDIN, "nothing came on stdin"))
    return Input(STDIN, data)


def _matches(pattern: str) -> list[Input]:
    names = glob.glob(pattern, recursive=True)  # noqa: PTH207  Path.glob takes no absolute pattern
    paths = _in_order(map(Path, names))
    meant, _ = pass_over([str(path) for path in paths if not path.is_dir()])
    files = [Input(name, Path(name)) for name in meant]
    if files:
        return files
    return [_fault(pattern, PictureError(pattern, "no file has a name of this pattern"))]


def _in_folder(argument: str, folder: Path) -> list[Input]:
    from tenfold.picture import SUFFIXES

    try:
        paths = _in_order(folder.iterdir())
    except OSError as error:
        return [_fault(argument, PictureError(argument, f"cannot be opened ({error.strerror})"))]
    pictures = [p for p in paths if p.suffix.lower() in SUFFIXES and p.is_file()]
    if pictures:
        return [Input(str(path), path) for path in pictures]
    known = " ".join(sorted(SUFFIXES))
    return [
        _fault(
            argument,
            PictureError(argument, "the folder holds no pictures", todo=f"Endings known: {known}"),
        )
    ]


def _no_such_file(name: str) -> Input:
    return _fault(name, PictureError(name, "no such file"))


def _fault(name: str, error: PictureError) -> Input:
    return Input(name, error=error.reason)
