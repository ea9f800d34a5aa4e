"""Settings as people write them on the command line of `tenfold train` and `tenfold tune`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tenfold.data.folder import DIGIT_NAMES, LABELS_FILE
from tenfold.errors import ConfigError
from tenfold.training import parse_value


def data_flags(where: str | None) -> dict[str, Any]:
    """What `--data` says: a set by name, a `.npz` file, labelled pictures, or the sets' folder."""
    if where is None:
        return {}
    if where == "offline" or where.endswith(".npz") or _is_labelled(Path(where)):
        return {"data.source": where}
    return {"data.folder": where}


def pairs(texts: list[str]) -> dict[str, Any]:
    """The settings of `--set`."""
    values: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise ConfigError("--set", "SECTION.KEY=VALUE is needed", came=repr(text))
        values[key.strip()] = parse_value(value.strip())
    return values


def _is_labelled(folder: Path) -> bool:
    folder = folder.expanduser()
    return (folder / LABELS_FILE).is_file() or any((folder / n).is_dir() for n in DIGIT_NAMES)
