"""The bytes of a shipped model, proven to be those that the manifest names."""

import hashlib
from pathlib import Path

from tenfold.canon import CANON_VERSION, STRIP_VERSION
from tenfold.errors import ModelError, WeightsError, did_you_mean
from tenfold.runtime.manifest import DIGIT, LINE, WEIGHTS, ManifestEntry, shipped

_READS = {DIGIT: "single digits", LINE: "whole lines"}


def verify(name: str, folder: Path = WEIGHTS) -> Path:
    """The path of a shipped model's ONNX file, its sha256 checked.

    Raises:
        ModelError: no model of that name is shipped, or it was trained on
            another canon than this version makes.
        WeightsError: the file is missing, or is not the one that the manifest names.
    """
    shipped_bytes(name, folder)
    return folder / shipped(folder)[name].file


def shipped_bytes(name: str, folder: Path = WEIGHTS, *, kind: str | None = None) -> bytes:
    """The ONNX file of a shipped model, read once and checked; raises as `verify` does.

    `kind` is the kind of model that is needed, where only one will do.
    """
    entries = shipped(folder)
    fitting = [other for other, one in entries.items() if kind in (None, one.kind)]
    if name not in entries:
        near = did_you_mean(name, fitting)
        advice = f"{near}{'' if near.endswith('?') else '.'} For a file, give its path with .onnx"
        raise ModelError(name, "no such shipped model", todo=advice)
    entry = entries[name]
    if kind is not None and entry.kind != kind:
        raise ModelError(
            name,
            f"reads {_READS[entry.kind]}; what is needed here reads {_READS[kind]}",
            todo=f"Shipped and fitting: {', '.join(fitting) or 'none'}",
        )
    if entry.kind == LINE:
        check_strip(entry.file, entry.canon)
    else:
        check_canon(entry.file, entry.canon)
    return _checked_bytes(folder / entry.file, entry)


def model_bytes(name_or_path: str, kind: str) -> bytes:
    """The ONNX file of a shipped model of this kind, or of any path that ends in `.onnx`.

    Raises:
        ModelError: there is no such model or file, or it cannot be opened.
        WeightsError: a shipped file is not the one that the manifest names.
    """
    path = Path(name_or_path)
    if path.suffix.lower() != ".onnx":
        return shipped_bytes(name_or_path, kind=kind)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(name_or_path, "no such file") from None
    except OSError as error:
        raise ModelError(name_or_path, f"cannot be opened ({error.strerror})") from None


def check_canon(item: str, canon: int) -> None:
    """Refuse a model that expects another 28x28 form than this version makes.

    Raises:
        ModelError: the versions differ.
    """
    if canon != CANON_VERSION:
        raise ModelError(
            item,
            f"was trained on canon {canon}; this version makes canon {CANON_VERSION}",
            todo="Export it again with this version, or install the tenfold that made it",
        )


def check_strip(item: str, version: int) -> None:
    """The same for a line net and the form of its strips."""
    if version != STRIP_VERSION:
        raise ModelError(
            item,
            f"was trained on strips of version {version}; this version makes {STRIP_VERSION}",
            todo="Export it again with this version, or install the tenfold that made it",
        )


def _checked_bytes(path: Path, entry: ManifestEntry) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            str(path), f"cannot be opened ({error.strerror})", todo="Install tenfold again"
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != entry.sha256:
        raise WeightsError(
            str(path),
            f"must have sha256 {entry.sha256} ({entry.bytes} bytes)",
            came=f"{digest} ({len(data)} bytes)",
            todo="Install tenfold again",
        )
    return data
