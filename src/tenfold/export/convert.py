"""A trained net as a file of another kind, put in its place only when it is proven."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tenfold.errors import ExportError, TenfoldError
from tenfold.export.parity import TOLERANCE, check_difference, largest_difference
from tenfold.export.targets import Target
from tenfold.export.writers import write
from tenfold.models.classifier import KerasClassifier
from tenfold.models.held import held_signals
from tenfold.opening import open_keras


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made.

    Attributes:
        path: where it lies; OpenVINO's `.bin` lies beside its `.xml`.
        difference: largest difference of a probability from the source's, over 100 pictures.
    """

    path: Path
    difference: float


def export(source: str | Path, target: Target | str, out: str | Path | None = None) -> Exported:
    """Write a net as another kind of file, and prove the file in its own runtime.

    Args:
        source: a run folder, `.keras` or `.h5`.
        target: what it shall become.
        out: the file (or folder, for SavedModel and Triton) to write; default: `model` with the
            right ending (`-int8` before it for those) in the run folder, or beside the source file.

    Raises:
        ModelError: the source cannot be opened.
        ExportError: the file is there already, could not be made, or answers
            otherwise than its source. No file is left then.
    """
    kind = Target(target)
    place = Path(out) if out is not None else _default_place(Path(source), kind)
    check_place(place, kind)
    classifier = open_keras(source)
    with proven(classifier, kind, place.parent) as (draft, difference):
        # OpenVINO's weights carry the name of the graph beside them, and come before it: a
        # kill between the two leaves no graph without weights.
        for file in sorted(draft.parent.iterdir(), key=lambda file: file.name == draft.name):
            file.replace(place if file == draft else place.with_suffix(file.suffix))
    return Exported(place, difference)


@contextmanager
def proven(
    classifier: KerasClassifier, target: Target, folder: Path
) -> Iterator[tuple[Path, float]]:
    """A file that answers as its source does, and its largest difference.

    It lies in a folder of its own inside `folder`, on the same disk, and is
    gone in the end unless it was moved.

    Raises:
        ExportError: it could not be made, or answers otherwise.
    """
    with drafts(folder) as place:
        draft = place / f"model{target.suffix}"
        # A Keras file holds the net that was trained; its temperature stays with the run.
        source = classifier if target.is_graph else KerasClassifier(classifier.model)
        with held_signals():
            write(classifier, target, draft)
            difference = largest_difference(source, draft, target)
        check_difference(classifier.name, f"as {target.value}", difference, TOLERANCE)
        yield draft, difference


def check_place(place: Path, target: Target) -> None:
    """Raise ExportError unless something of this kind can be written there."""
    if place.suffix != target.suffix:
        raise ExportError(
            str(place),
            f"the ending of {target.value} is {target.suffix}"
            if target.suffix
            else f"a model for {target.value} is a folder and has no ending",
            came=place.suffix or "none",
        )
    if place.exists():
        raise ExportError(
            str(place), "exists already", todo="Give another --out, or remove it first"
        )
    if not place.parent.is_dir():
        raise ExportError(str(place.parent), "no such folder", todo="Make it first")


def _default_place(source: Path, target: Target) -> Path:
    stem = source / "model" if source.is_dir() else source.with_suffix("")
    return stem.with_name(stem.name + target.default_end)


@contextmanager
def drafts(folder: Path) -> Iterator[Path]:
    """A folder that is gone in the end."""
    try:
        path = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise ExportError(str(folder), "cannot be written to", came=reason) from fault
    try:
        yield path
    except TenfoldError:
        raise
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        raise ExportError(str(folder), "could not be written to", came=reason) from fault
    finally:
        shutil.rmtree(path, ignore_errors=True)
