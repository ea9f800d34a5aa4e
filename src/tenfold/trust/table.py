"""A promise as a file: on which answers it was fitted, and the steps that came of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Final

from tenfold.errors import ConfigError
from tenfold.trust.promise import DELTA, Steps

SCHEMA: Final = 1
MAX_ERROR: Final = 0.005
"""The default promise: at most one accepted answer in two hundred is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Promise:
    """What a reader's answers were worth, and so from which confidence on to accept them.

    Attributes:
        steps: the answers, accepted from the surest down.
        model: the name of the model that gave them.
        about: how they came about, in JSON values: pictures, command, versions.
    """

    steps: Steps
    model: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def threshold(self, max_error: float = MAX_ERROR) -> float:
        """The confidence from which answers are accepted under a promise.

        Raises:
            ConfigError: so little cannot be promised on these answers; the message says
                how many would be needed.
        """
        accepted = self.steps.accept(max_error, DELTA)
        if not accepted.promised:
            raise ConfigError(
                "max_error",
                f"so few errors cannot be promised: {accepted.reason}",
                came=f"{max_error:g}",
                todo="Ask for less, or fit a promise on more pictures: tenfold calibrate FOLDER",
            )
        return accepted.threshold

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "model": self.model,
                "about": dict(self.about),
                "steps": self.steps.to_dict(),
            },
            indent=1,
        )


# What JSON of another shape runs into; the last is brackets in brackets in brackets.
_NO_PROMISE: Final = (
    ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip


def load_promise(path: str | PathLike[str]) -> Promise:
    """The promise that `Promise.to_json` wrote.

    Raises:
        ConfigError: there is no such file, or it is no promise of this schema.
    """
    try:
        data = json.loads(Path(path).read_text("utf-8"))
        schema = data["schema"]
        if schema == SCHEMA:
            return Promise(Steps.from_dict(data["steps"]), str(data["model"]), dict(data["about"]))
    except OSError as error:
        raise ConfigError(str(path), f"the promise cannot be read ({error.strerror})") from None
    except _NO_PROMISE as error:
        came = f"{type(error).__name__}: {error}"
        todo = "Write it with: tenfold calibrate FOLDER --out FILE"
        raise ConfigError(str(path), "is no promise", came=came, todo=todo) from None
    raise ConfigError(
        str(path), f"a promise of schema {SCHEMA} is needed", came=f"schema {schema!r}"
    )
