"""The pictures of a folder and its subfolders, found as they are read, not listed before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .items import Item
from .order import natural_key

Folder = os.DirEntry[str]


def walk(folder: Path, *, ordered: bool) -> Iterator[Item]:
    """Every file that ends like a picture: a folder's own first, then its subfolders'.

    Links to folders are followed, and no folder is entered twice, however the
    links lead. A folder that cannot be opened is an item with an error.

    Args:
        folder: where to begin.
        ordered: names in natural order (2 before 10), for which the names of one
            folder are held in memory. Without it they come as the disk has them.
    """
    seen: set[tuple[int, int]] = set()
    ahead = [folder]
    while ahead:
        here = ahead.pop()
        try:
            status = here.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            below: list[Folder] = []
            yield from _files(here, below, ordered=ordered)
        except OSError as fault:
            yield Item(str(here), error=f"cannot be opened ({fault.strerror or fault}).")
        else:
            # Links last: a folder that can be reached without one keeps its own name.
            below.sort(key=lambda entry: (entry.is_symlink(), natural_key(entry.name)))
            ahead += [here / entry.name for entry in reversed(below)]


def _files(folder: Path, below: list[Folder], *, ordered: bool) -> Iterator[Item]:
    """The pictures in a folder; its subfolders are put into `below`."""
    from tenfold.picture import SUFFIXES  # OpenCV comes with it, for which --help need not wait

    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: natural_key(entry.name)) if ordered else entries
        for entry in found:
            if _is_folder(entry):
                below.append(entry)
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122  a tenth of a Path's time
                path = folder / entry.name
                yield Item(str(path), path)


def _is_folder(entry: Folder) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
