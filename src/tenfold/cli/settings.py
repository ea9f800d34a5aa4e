"""Settings as people write them on the command line of `tenfold train` and `tenfold tune`."""

from __future__ import annotations

from typing import Any

from tenfold.errors import ConfigError
from tenfold.training import parse_value


def data_flags(where: str | None) -> dict[str, Any]:
    """What `--data` says: a set by name, a `.npz` file, or else a folder."""
    if where is None:
        return {}
    if where == "offline" or where.endswith(".npz"):
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
