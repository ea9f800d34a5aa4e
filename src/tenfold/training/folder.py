"""The run folder: everything that is needed to repeat a run, to go on with it, to use it.

config.toml      recipe and every setting
begin.onnx       the weights that it began with, where it did not begin by chance
checkpoint.npz   state after the last whole epoch, and the best weights
history.csv      one row per epoch
model.keras      the trained net
metrics.json     figures, versions, seed, commit, data
curves.png, confusion.png, mistakes.png
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from tenfold.errors import RunError
from tenfold.opening.kinds import RUN_CONFIG, RUN_METRICS, RUN_MODEL

DRAFT: Final = ".tmp"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The paths of a run, and how they are written: each file whole or not at all."""

    path: Path

    @property
    def config(self) -> Path:
        """Recipe and settings."""
        return self.path / RUN_CONFIG

    @property
    def begin(self) -> Path:
        """The file that `fit.begin` named when the run was made."""
        return self.path / "begin.onnx"

    @property
    def checkpoint(self) -> Path:
        """The state after the last whole epoch."""
        return self.path / "checkpoint.npz"

    @property
    def history(self) -> Path:
        """One row per epoch."""
        return self.path / "history.csv"

    @property
    def model(self) -> Path:
        """The trained net."""
        return self.path / RUN_MODEL

    @property
    def metrics(self) -> Path:
        """Figures and facts."""
        return self.path / RUN_METRICS

    @property
    def curves(self) -> Path:
        """Accuracy and loss per epoch."""
        return self.path / "curves.png"

    @property
    def confusion(self) -> Path:
        """Which digit is taken for which."""
        return self.path / "confusion.png"

    @property
    def mistakes(self) -> Path:
        """The surest wrong answers."""
        return self.path / "mistakes.png"

    def create(self) -> None:
        """Make the folder; one in which a killed process had written nothing yet will do.

        Raises:
            RunError: it exists already, or cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.sweep()
            if any(self.path.iterdir()):
                raise FileExistsError
        except FileExistsError as fault:
            raise RunError(
                str(self.path),
                "exists already",
                todo=f"Give another --name, or go on with it: tenfold train --resume {self.path}",
            ) from fault
        except OSError as fault:
            raise _no_write(self.path, fault) from fault

    def check(self) -> None:
        """Raise RunError unless this is a run that can be gone on with."""
        if not self.config.is_file():
            raise RunError(
                str(self.path),
                "no run folder (there is no config.toml in it)",
                todo="Give the folder of a run, as in: tenfold train --resume runs/NAME",
            )

    def sweep(self) -> None:
        """Remove the drafts that a killed process left."""
        for draft in self.path.glob(f".*{DRAFT}.*"):
            draft.unlink()

    def write(self, path: Path, make: Callable[[Path], object]) -> None:
        """Let `make` write a file beside its place, then put it there.

        Raises:
            RunError: it could not be written; an older one is still there.
        """
        with writing(path) as draft:
            make(draft)

    def write_text(self, path: Path, text: str) -> None:
        """Write a text file whole."""
        self.write(path, lambda draft: draft.write_text(text, encoding="utf-8"))

    def write_json(self, path: Path, value: Any) -> None:
        """Write a JSON file whole."""
        self.write_text(path, json.dumps(value, indent=2) + "\n")

    def write_rows(self, path: Path, rows: tuple[Any, ...]) -> None:
        """Write dataclasses of one kind as CSV; None becomes an empty field."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow([field.name for field in fields(rows[0])])
        table.writerows(asdict(row).values() for row in rows)
        self.write_text(path, text.getvalue())


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A draft beside `path` that takes its place when all went well, and vanishes otherwise.

    Raises:
        RunError: there is no space, or no right to write there.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=f"{DRAFT}{path.suffix}", dir=path.parent)
        os.close(handle)
    except OSError as fault:
        raise _no_write(path, fault) from fault
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())  # or a power cut could leave the name without the bytes
        draft.chmod(0o644)  # mkstemp's own mode would hide the file from everyone else
        draft.replace(path)
    except OSError as fault:
        raise _no_write(path, fault) from fault
    finally:
        draft.unlink(missing_ok=True)


def _no_write(path: Path, fault: OSError) -> RunError:
    return RunError(
        str(path),
        "could not be written",
        came=(fault.strerror or str(fault)).lower(),
        todo="Make room or give another --out; what was saved before is untouched, and "
        "`tenfold train --resume` goes on from there",
    )
