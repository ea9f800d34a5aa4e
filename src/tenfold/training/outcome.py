"""The end of a run: the chosen weights measured, saved and told in words."""

from __future__ import annotations

import platform
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.evaluation import Evaluation, evaluate, fit_temperature
from tenfold.models.classifier import KerasClassifier, activation_of
from tenfold.models.nets import N_DIGITS
from tenfold.models.precision import precision_here
from tenfold.training.checkpoint import State, assign
from tenfold.training.config import Config
from tenfold.training.folder import RunFolder
from tenfold.training.material import Material

PACKAGES: Final = ("tenfold", "keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The figures of the chosen weights.

    Attributes:
        epoch: the epoch that they come from, counted from 1.
        temperature: divides the logits of the digits; 1 for nets without logits.
        train, validation, test: figures over the ten digits; validation is None
            where nothing was held out.
        not_digits: of a net that knows things that are no digit: how it tells them.
        probabilities: (n, 10) of the test digits, for the figures.
    """

    epoch: int
    temperature: float
    train: Evaluation
    validation: Evaluation | None
    test: Evaluation
    not_digits: dict[str, float | int] | None
    probabilities: NDArray[np.float32]


def measure(
    model: keras.Model, config: Config, material: Material, state: State, *, best: bool
) -> Measured:
    """Put the chosen weights into the model and measure them.

    The test digits are looked at here and nowhere before.

    Args:
        model: of the recipe; its weights are replaced.
        config: of the run.
        material: its digits.
        state: where the weights come from.
        best: take the epoch that is best by validation, not the last.
    """
    assign(model.weights, state.best if best else state.last)
    classifier = KerasClassifier(model, config.recipe_name)
    x, y = material.held_x, material.held_y
    digits = y < N_DIGITS
    outputs = classifier.outputs(x) if len(x) else None
    if outputs is not None and activation_of(model) == "linear":
        logits = outputs[digits, :N_DIGITS]
        classifier.temperature = round(fit_temperature(logits, y[digits]), 4)
    probabilities = classifier.predict_proba(material.test_x)
    validation = not_digits = None
    if outputs is not None:
        judged = classifier.judge(x)
        validation = evaluate(judged.probabilities[digits], y[digits])
        if not digits.all():
            not_digits = _telling(judged.is_digit, digits)
    return Measured(
        epoch=state.best_epoch if best else len(state.history),
        temperature=classifier.temperature,
        train=evaluate(classifier.predict_proba(material.train_x), material.train_y),
        validation=validation,
        test=evaluate(probabilities, material.test_y),
        not_digits=not_digits,
        probabilities=probabilities,
    )


def facts(
    config: Config,
    material: Material,
    state: State,
    measured: Measured,
    *,
    n_parameters: int,
    stopped: str | None,
    begin: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Everything for `metrics.json`."""
    seconds = sum(row.seconds for row in state.history)
    validation = measured.validation
    return {
        "recipe": config.recipe_name,
        "claim": config.recipe.claim,
        "parameters": n_parameters,
        "epochs": len(state.history),
        "epoch_kept": measured.epoch,
        "stopped": stopped,
        "seconds": round(seconds, 1),
        "train": measured.train.scores.to_dict(),
        "validation": validation.scores.to_dict() if validation else None,
        "test": measured.test.to_dict(),
        "not_digits": measured.not_digits,
        "temperature": measured.temperature,
        "precision": precision_here(config.settings.fit.precision),
        "seed": config.settings.fit.seed,
        "data_sha256": material.sha256,
        "begin": begin,
        "command": command(),
        "commit": commit(),
        "versions": versions(),
        "hardware": hardware(),
    }


def draw(folder: RunFolder, material: Material, state: State, measured: Measured) -> None:
    """The three figures of the run."""
    from tenfold import plots

    history = state.history
    held = history[0].validation_loss is not None
    curves = plots.curves(
        accuracy=[row.accuracy for row in history],
        loss=[row.loss for row in history],
        validation_accuracy=[row.validation_accuracy or 0.0 for row in history] if held else None,
        validation_loss=[row.validation_loss or 0.0 for row in history] if held else None,
        kept=measured.epoch,
    )
    folder.write(folder.curves, lambda draft: plots.save(curves, draft))
    table = plots.confusion(measured.test.confusion)
    folder.write(folder.confusion, lambda draft: plots.save(table, draft))
    sheet = plots.mistakes(material.test_x, material.test_y, measured.probabilities)
    folder.write(folder.mistakes, lambda draft: plots.save(sheet, draft))


def words(
    config: Config, folder: RunFolder, state: State, measured: Measured, stopped: str | None
) -> str:
    """What a person wants to know at the end."""
    n, planned = len(state.history), config.settings.fit.epochs
    seconds = sum(row.seconds for row in state.history)
    lines = [f"{config.recipe_name}: {n} of {planned} epochs in {seconds:.0f} s."]
    if stopped:
        lines[0] += f" {stopped}"
    if measured.epoch != n:
        lines.append(f"The net is that of epoch {measured.epoch}, the best by validation.")
    if measured.validation:
        lines.append(f"Validation: {measured.validation.scores}.")
    lines.append(f"Test:       {measured.test.scores}.")
    if config.recipe.claim:
        lines.append(f"Its source claims: {config.recipe.claim}.")
    worst = measured.test.confusion.most_confused(1)
    if worst:
        pair = worst[0]
        lines.append(
            f"Most often confused: {pair.true} read as {pair.predicted}, {pair.count} times."
        )
    lines.append(f"Everything is in {folder.path}")
    return "\n".join(lines)


def versions() -> dict[str, str]:
    """What the figures were made with."""
    found = {"python": platform.python_version(), "backend": keras.backend.backend()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def hardware() -> str:
    """The processor, in a few words."""
    import os

    name = platform.processor() or platform.machine()
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1].strip() for line in told if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} cores"


@cache
def commit() -> str | None:
    """The commit of the source tree, with `+` where it was changed; None outside of one."""
    here = Path(__file__).parent
    try:
        told = subprocess.run(
            ["git", "-C", str(here), "describe", "--always", "--abbrev=40", "--dirty=+"],
            capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def command() -> str:
    """The command line of this process."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _telling(is_digit: NDArray[np.float32], digits: NDArray[np.bool_]) -> dict[str, float | int]:
    """How well digits and other things are told apart, at one half."""
    kept = is_digit >= 0.5
    return {
        "n_digits": int(digits.sum()),
        "digits_kept": float(kept[digits].mean()),
        "n_others": int((~digits).sum()),
        "others_refused": float((~kept[~digits]).mean()),
    }
