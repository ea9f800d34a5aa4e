"""Where data lies on this computer, and how a file comes there from a mirror."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from tenfold.errors import DataError, MissingExtraError

DATA_VARIABLE: Final = "TENFOLD_DATA"
TIMEOUT_S: Final = 30
CHUNK_BYTES: Final = 1 << 16


class Progress(Protocol):
    """What a download tells as it goes on; pooch calls it."""

    total: float

    def update(self, n_bytes: int) -> None:
        """So many more bytes have come."""

    def reset(self) -> None:
        """Count from zero again."""

    def close(self) -> None:
        """The download has ended."""


def data_folder() -> Path | None:
    """The folder that `$TENFOLD_DATA` names, or None where it is not set."""
    named = os.environ.get(DATA_VARIABLE, "")
    return Path(named).expanduser() if named else None


def cache_folder() -> Path:
    """The folder for data that Tenfold fetched for this user; it need not exist yet.

    `$XDG_CACHE_HOME` is heeded everywhere; without it the system's habit is followed.
    """
    home = Path.home()
    if named := os.environ.get("XDG_CACHE_HOME"):
        base = Path(named)
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    else:
        base = home / ".cache"
    return base / "tenfold"


def write_atomically(path: Path, data: bytes) -> None:
    """Write the file whole or not at all; a reader never sees half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        try:
            file.write(data)
            file.close()
            Path(file.name).chmod(_new_file_mode())
            Path(file.name).replace(path)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise


def _new_file_mode() -> int:
    """What the user's umask leaves of rw-rw-rw-; temporary files are made for one user alone."""
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def fetch(
    url: str, target: Path, check: Callable[[Path], object], *, progress: Progress | None = None
) -> None:
    """Download one file, check it, and only then put it in its place.

    Args:
        url: http or https.
        target: where the file shall lie; its folder is made.
        check: is given the downloaded file and raises DataError where it is wrong.
        progress: is told of every chunk.

    Raises:
        DataError: the address does not answer, the file is not the right one, or
            the folder cannot be written to. Nothing is left behind then.
        MissingExtraError: pooch is not installed.
    """
    try:
        import pooch
    except ImportError as fault:
        raise MissingExtraError("pooch", "train") from fault
    download = pooch.HTTPDownloader(
        progressbar=progress or False, chunk_size=CHUNK_BYTES, timeout=TIMEOUT_S
    )
    with _drafts(target.parent) as folder:
        part = Path(folder) / target.name
        try:
            download(url, str(part), None)
        except OSError as fault:  # requests' errors are OSErrors
            response = getattr(fault, "response", None)
            if response is not None:
                response.close()  # pooch leaves a refused connection open
            raise DataError(url, "could not be fetched", came=_cause(fault)) from fault
        try:
            check(part)
        except DataError as fault:
            raise DataError(
                url, f"not the file that was expected: {fault.wrong}", came=fault.came
            ) from fault
        part.replace(target)


def _drafts(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder inside this one that is gone in the end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=folder, prefix="download-")
    except OSError as fault:
        raise DataError(
            str(folder),
            "cannot be written to",
            came=(fault.strerror or str(fault)).lower(),
            todo="Name another folder, with --to or by XDG_CACHE_HOME",
        ) from fault


def _cause(fault: BaseException) -> str:
    """The innermost words of an error; requests wraps them in three layers of its own."""
    while True:
        inner = fault.__cause__ or fault.__context__
        if inner is None:
            break
        fault = inner
    with contextlib.suppress(AttributeError):
        return str(fault.strerror or fault)  # type: ignore[attr-defined]
    return str(fault)
