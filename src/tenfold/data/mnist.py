"""MNIST: 70,000 handwritten digits, found on this computer or, when asked, fetched.

By Yann LeCun, Corinna Cortes and Chris Burges, from NIST's databases; CC BY-SA 3.0.
See LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998).
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tenfold.data.cache import DATA_VARIABLE, Progress, cache_folder, fetch
from tenfold.data.idx import write_idx
from tenfold.data.mnist_files import (
    NPZ_NAME,
    PARTS,
    Part,
    file_of,
    find_mnist,
    places,
    read_npz,
    read_part,
    read_split,
)
from tenfold.data.splits import Split
from tenfold.errors import DataError

IDX_MIRRORS: Final = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
NPZ_MIRROR: Final = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

ProgressMaker = Callable[[str], Progress]


def load_mnist(
    folder: str | Path | None = None, *, download: bool = False, genuine: bool = True
) -> Split:
    """The 60,000 training and 10,000 test digits, (n, 28, 28) uint8, ink high.

    Looked for in `folder`; or, where none is given, in `$TENFOLD_DATA/mnist`,
    `$TENFOLD_DATA` and the user's cache. The first place that holds any MNIST
    file is the one that is read. Nothing is fetched unless `download` is set.

    Args:
        folder: look here (and in its `mnist` or `MNIST/raw`) and nowhere else.
        download: fetch the files from a mirror where no place holds them.
        genuine: refuse everything but the original MNIST, by sha256. Unset it
            to read another set with MNIST's file names, Fashion-MNIST say.

    Raises:
        DataError: no place holds the files, or one of them is missing, cut
            short, altered or another file; the message says what was expected.
    """
    found = find_mnist(folder)
    if found is None and download:
        found = get_mnist(folder)
    if found is None:
        raise DataError(
            "MNIST",
            f"not found in {', '.join(map(str, places(folder)))}",
            todo="Run `tenfold data get` where there is a network, or put the four IDX files or "
            f"{NPZ_NAME} into one of these folders, or name their folder in ${DATA_VARIABLE}",
        )
    return read_split(found, genuine=genuine)


def get_mnist(
    folder: str | Path | None = None,
    *,
    progress: ProgressMaker | None = None,
    idx_mirrors: tuple[str, ...] = IDX_MIRRORS,
    npz_mirror: str = NPZ_MIRROR,
) -> Path:
    """The folder with MNIST's four `.gz` files, fetched as far as they were not there.

    The mirrors are tried one after the other, Keras' `mnist.npz` last. What a
    mirror gives has to unpack to the right values to the bit, else the next is tried.

    Args:
        folder: where the files shall lie, made if need be; default the user's cache.
        progress: makes the progress display of one file from the file's name.
        idx_mirrors: where to ask for the four files, each with a final slash.
        npz_mirror: where to ask for `mnist.npz`, with a final slash.

    Raises:
        DataError: no mirror gave the right files (the fault of each is told), or
            `folder` holds another set under the same names.
        MissingExtraError: pooch is not installed.
    """
    target = cache_folder() / "mnist" if folder is None else Path(folder).expanduser()
    missing = _missing_parts(target, replace=folder is None)
    faults = []
    for mirror in idx_mirrors:
        try:
            while missing:
                _fetch_idx(missing[0], mirror, target, progress)
                missing = missing[1:]
        except DataError as fault:
            faults.append(fault)
    if missing:
        try:
            _fetch_npz(missing, npz_mirror, target, progress)
        except DataError as fault:
            raise _no_mirror([*faults, fault], target) from fault
    return target


def _missing_parts(target: Path, *, replace: bool) -> tuple[Part, ...]:
    """The parts that are not here and right; wrong ones count as missing where we may replace."""
    missing = []
    for part in PARTS:
        file = file_of(part, target)
        try:
            if file is None:
                missing.append(part)
            else:
                read_part(part, file)
        except DataError:
            if not replace:
                raise
            missing.append(part)
    return tuple(missing)


def _fetch_idx(part: Part, mirror: str, target: Path, progress: ProgressMaker | None) -> None:
    name = f"{part.file}.gz"
    fetch(
        mirror + name,
        target / name,
        partial(read_part, part),
        progress=progress(name) if progress else None,
    )


def _fetch_npz(
    missing: tuple[Part, ...], mirror: str, target: Path, progress: ProgressMaker | None
) -> None:
    """Fetch `mnist.npz` aside, and write the missing parts as the files they should be."""
    with tempfile.TemporaryDirectory(prefix="tenfold-") as folder:
        path = Path(folder) / NPZ_NAME
        fetch(mirror + NPZ_NAME, path, read_npz, progress=progress(NPZ_NAME) if progress else None)
        arrays = dict(zip(PARTS, read_npz(path), strict=True))
    target.mkdir(parents=True, exist_ok=True)
    for part in missing:
        write_idx(target / f"{part.file}.gz", arrays[part])


def _no_mirror(faults: list[DataError], target: Path) -> DataError:
    told = "".join(f"\n  {fault}" for fault in faults).removesuffix(".")
    return DataError(
        "MNIST",
        f"no mirror gave the right files:{told}",
        todo="Is this computer online? On one that is, fetch the four files, and copy them into "
        f"{target}",
    )
