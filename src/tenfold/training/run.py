"""One run from its config to its folder, and on again after a stop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
from rich.console import Console

from tenfold.errors import ConfigError, MissingExtraError, RunError
from tenfold.models import build
from tenfold.training import outcome
from tenfold.training.begin import Beginning, beginning_of
from tenfold.training.checkpoint import State
from tenfold.training.config import Config
from tenfold.training.display import Display
from tenfold.training.folder import RunFolder
from tenfold.training.loop import LossIsNotANumberError, patience_is_over, train_epochs
from tenfold.training.material import Material, material
from tenfold.training.stopping import Stop


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that has ended.

    Attributes:
        folder: its folder.
        metrics: what `metrics.json` holds; empty where no epoch was finished.
        summary: the same in words.
    """

    folder: Path
    metrics: dict[str, Any]
    summary: str


def train(
    config: Config,
    folder: str | Path,
    *,
    resume: bool = False,
    console: Console | None = None,
    tensorboard: bool = False,
) -> RunResult:
    """Train a net and fill its run folder.

    Ctrl-C (or SIGTERM) stops after the steps under way: the epoch that was
    begun is thrown away, the best epoch so far by validation becomes the
    model, and `resume` goes on from the last whole epoch.

    Args:
        config: recipe and settings.
        folder: the run folder; it must not exist, or, to resume, must be one.
        resume: go on where the folder's run stopped. Its figures become those
            of a run that never stopped.
        console: where the display goes; None is silent.
        tensorboard: also write event files to `folder/tensorboard`.

    Raises:
        RunError: the folder exists, is none, or cannot be written.
        TrainingError: the loss is not a number; the last good state is kept.
        DataError: the digits are missing or damaged.
        ModelError: `fit.begin` names no model, or one of another net.
    """
    outcome.commit()  # remembered from here on: the checkout may move on while the run runs
    if config.recipe.reads_lines:
        from tenfold.training.line_run import train_lines

        if tensorboard:
            raise ConfigError("--tensorboard", "the line net writes no events for it")
        return train_lines(config, folder, resume=resume, console=console)
    place = RunFolder(Path(folder))
    keras.utils.set_random_seed(config.settings.fit.seed)
    beginning = beginning_of(config.recipe, config.settings, place.begin)
    digits = material(config.settings)
    callbacks = _tensorboard(place) if tensorboard else ()
    if resume:
        place.check()
        place.sweep()
        state = _found(place, digits)
    else:
        place.create()
        place.write_text(place.config, config.to_toml())
        state = State(digits.sha256)
    keep_beginning(place, beginning)
    model = build(
        config.recipe, config.settings, precision=config.settings.fit.precision, training=True
    )

    saved = [state]

    def save(after: State) -> None:
        place.write(place.checkpoint, after.save)
        place.write_rows(place.history, after.history)
        saved.append(after)

    stop, failed = Stop(), None
    with Display(console, config.settings.fit.epochs) as display, stop.heeded():
        try:
            state = train_epochs(
                model, config.settings, digits, state,
                save=save, display=display, stop=stop, callbacks=callbacks, beginning=beginning,
            )  # fmt: skip
        except LossIsNotANumberError as fault:
            state, failed = saved[-1], fault
    result = _finish(place, config, digits, state, model, stop, failed, beginning)
    if failed:
        raise failed
    if console:
        console.print(result.summary, highlight=False, soft_wrap=True)
    return result


def keep_beginning(place: RunFolder, beginning: Beginning | None) -> None:
    """Lay the file that a run begins with into its folder: elsewhere it may change."""
    if beginning and not place.begin.is_file():
        data = beginning.data
        place.write(place.begin, lambda draft: draft.write_bytes(data))


def _finish(
    place: RunFolder,
    config: Config,
    digits: Material,
    state: State,
    model: keras.Model,
    stop: Stop,
    failed: LossIsNotANumberError | None,
    beginning: Beginning | None,
) -> RunResult:
    """Measure, save and draw what there is."""
    fit = config.settings.fit
    stopped = None
    if failed:
        stopped = f"Stopped: {failed}"
    elif len(state.history) < fit.epochs and patience_is_over(state, config.settings):
        stopped = f"Stopped: no better validation for {fit.patience} epochs."
    elif len(state.history) < fit.epochs:
        stopped = f"Stopped by hand; go on with: tenfold train --resume {place.path}"
    if not state.history:
        return RunResult(place.path, {}, f"{config.recipe_name}: no epoch was finished. {stopped}")
    # What is kept is made of Keras' own layers, in float32; the weights are rounded already.
    model = build(config.recipe, config.settings)
    best = bool(stopped) or fit.keep == "best"
    measured = outcome.measure(model, config, digits, state, best=best)
    place.write(place.model, model.save)
    metrics = outcome.facts(
        config, digits, state, measured, n_parameters=n_trainable(model), stopped=stopped,
        begin=beginning.told() if beginning else None,
    )  # fmt: skip
    outcome.draw(place, digits, state, measured)
    # Last, since it is what tells others that the run is complete.
    place.write_json(place.metrics, metrics)
    return RunResult(place.path, metrics, outcome.words(config, place, state, measured, stopped))


def n_trainable(model: keras.Model) -> int:
    """How many numbers training moves."""
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def _found(place: RunFolder, digits: Material) -> State:
    """The state of a run that was begun; an empty one where no epoch was finished."""
    if not place.checkpoint.is_file():
        return State(digits.sha256)
    state = State.load(place.checkpoint)
    if state.data_sha256 != digits.sha256:
        raise RunError(
            str(place.path),
            "was trained on other digits than are found now",
            came=f"sha256 {digits.sha256[:12]}… instead of {state.data_sha256[:12]}…",
            todo="Name their place with --data, or train anew",
        )
    return state


def _tensorboard(place: RunFolder) -> tuple[keras.callbacks.Callback, ...]:
    if find_spec("tensorboard") is None:
        raise MissingExtraError("tensorboard", "train")
    return (keras.callbacks.TensorBoard(str(place.path / "tensorboard")),)
