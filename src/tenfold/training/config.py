"""A recipe with its settings, as a TOML file and back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenfold.errors import ConfigError
from tenfold.models import Recipe, Settings, recipe


@dataclass(frozen=True, slots=True)
class Config:
    """What a run is made from: a recipe's name and all settings.

    >>> config = Config.of("dense128", {"fit.epochs": 2})
    >>> config.settings.fit.epochs, config.settings.model.width
    (2, 128)
    """

    recipe_name: str
    settings: Settings

    @classmethod
    def of(cls, name: str, values: Mapping[str, Any] | None = None) -> Config:
        """A recipe's own settings with some values changed.

        Raises:
            ConfigError: there is no such recipe, key or value.
        """
        return cls(name, recipe(name).settings.changed(values or {}))

    @property
    def recipe(self) -> Recipe:
        """The recipe itself."""
        return recipe(self.recipe_name)

    def changed(self, values: Mapping[str, Any], *, item: str = "settings") -> Config:
        """The same with some values changed; `item` is where they came from."""
        return Config(self.recipe_name, self.settings.changed(values, item=item))

    def to_toml(self) -> str:
        """Every setting; the text makes the same config again."""
        lines = [f"recipe = {_toml(self.recipe_name)}"]
        for section, keys in self.settings.to_dict().items():
            lines += ["", f"[{section}]", *(f"{key} = {_toml(v)}" for key, v in keys.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, path: Path, *, name: str | None = None) -> Config:
        """The config of a TOML file; keys that it leaves out keep the recipe's values.

        Args:
            path: a file with `[model]`, `[data]`, `[fit]` and, maybe, `recipe = "NAME"`.
            name: the recipe, where the file need not name one.

        Raises:
            ConfigError: the file is missing, no TOML, names another recipe, or
                holds an unknown key or a wrong value.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as fault:
            raise ConfigError(str(path), "no such file") from fault
        except (OSError, ValueError, RecursionError) as fault:
            raise ConfigError(str(path), "no TOML file", came=str(fault)) from fault
        named = tables.pop("recipe", name)
        if named is None:
            raise ConfigError(str(path), "names no recipe", todo='Add a line recipe = "dense128"')
        if not isinstance(named, str):
            raise ConfigError(str(path), "recipe should be a name", came=str(named)[:40])
        if name is not None and named != name:
            raise ConfigError(str(path), f'is for the recipe "{named}"', came=f'"{name}"')
        values: dict[str, Any] = {}
        for section, keys in tables.items():
            if not isinstance(keys, dict):
                raise ConfigError(str(path), f'"{section}" stands outside of a section')
            values |= {f"{section}.{key}": value for key, value in keys.items()}
        return cls.of(named).changed(values, item=str(path))


def parse_value(text: str) -> Any:
    """The value that a person wrote after `--set key=`: TOML where it is, else text.

    >>> parse_value("3"), parse_value("true"), parse_value("adamw")
    (3, True, 'adamw')
    """
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _toml(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's strings are TOML's basic strings, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)  # every digit of a float
