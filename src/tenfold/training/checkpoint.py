"""The state of a run after its last whole epoch, in one file that is written whole or not at all.

Weights, optimizer, random state and history lie together, so that no kill can
leave weights of one epoch beside the history of another. No pickle.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.errors import RunError

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One epoch of the history; validation is None where nothing was held out."""

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float

    @property
    def rank(self) -> tuple[float, float]:
        """Smaller is better: by validation accuracy, then by validation loss."""
        if self.validation_accuracy is None or self.validation_loss is None:
            return (-float(self.epoch), 0.0)  # without validation the latest counts as best
        return (-self.validation_accuracy, self.validation_loss)

    @property
    def validated(self) -> str:
        """What validation said, in a few words; empty where nothing was held out."""
        if self.validation_accuracy is None:
            return ""
        return f"validation {100 * self.validation_accuracy:.2f} %"


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A run after a whole epoch.

    Attributes:
        data_sha256: of the digits that it saw.
        history: one row per epoch.
        variables: the model's, among them the random states of its dropout.
        optimizer: the optimizer's variables.
        last: weights for use after the last epoch (the running mean, where there is one).
        best: weights for use after the epoch that is best by validation.
    """

    data_sha256: str
    history: tuple[Row, ...] = ()
    variables: Arrays = ()
    optimizer: Arrays = ()
    last: Arrays = ()
    best: Arrays = ()

    @property
    def best_epoch(self) -> int:
        """The number of the epoch that is best by validation, counted from 1."""
        return min(self.history, key=lambda row: row.rank).epoch

    def save(self, path: Path) -> None:
        """Write the file."""
        facts = {"data_sha256": self.data_sha256, "history": [asdict(r) for r in self.history]}
        arrays: dict[str, Any] = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
        for name in _PARTS:
            for place, array in enumerate(getattr(self, name)):
                arrays[f"{name}.{place}"] = array
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path, row: type[Row] = Row) -> State:
        """The state that `save` wrote; `row` is the kind of row that its history holds.

        Raises:
            RunError: the file is damaged.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = dict(stored)
            facts = json.loads(arrays.pop("facts").tobytes())
            parts = {name: _in_order(arrays, name) for name in _PARTS}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as fault:
            raise RunError(
                str(path), "not a state of a run", came=str(fault), todo="Train anew"
            ) from fault
        history = tuple(row(**told) for told in facts["history"])
        return cls(facts["data_sha256"], history, **parts)

    def after(self, row: Row, model: keras.Model, weights: Arrays) -> State:
        """The state one epoch later; the model still holds the raw weights."""
        history = (*self.history, row)
        state = replace(
            self,
            history=history,
            variables=values(model.variables),
            optimizer=values(model.optimizer.variables),
            last=weights,
        )
        return replace(state, best=weights) if state.best_epoch == row.epoch else state

    def restore(self, model: keras.Model) -> None:
        """Put the model and its optimizer where they were; the model is compiled."""
        model.optimizer.build(model.trainable_variables)
        assign(model.variables, self.variables)
        assign(model.optimizer.variables, self.optimizer)


_PARTS = ("variables", "optimizer", "last", "best")


def values(variables: list[Any]) -> Arrays:
    """Copies of the values of Keras variables."""
    return tuple(np.array(keras.ops.convert_to_numpy(variable.value)) for variable in variables)


def assign(variables: list[Any], arrays: Arrays) -> None:
    """Give Keras variables these values."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _in_order(arrays: dict[str, NDArray[Any]], name: str) -> Arrays:
    n = sum(key.startswith(f"{name}.") for key in arrays)
    return tuple(arrays[f"{name}.{place}"] for place in range(n))
