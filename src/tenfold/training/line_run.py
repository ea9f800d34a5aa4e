"""One run of the line net from its config to its folder, and on again after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from rich.console import Console

from tenfold.data.checks import fingerprint
from tenfold.errors import RunError
from tenfold.evaluation.lines import LineScores, score_lines
from tenfold.models import Settings, build
from tenfold.models.precision import precision_here
from tenfold.training.begin import Beginning, beginning_of
from tenfold.training.checkpoint import State, assign
from tenfold.training.config import Config
from tenfold.training.display import Display
from tenfold.training.folder import RunFolder
from tenfold.training.line_batches import LineBatch, line_batches
from tenfold.training.line_loop import LineRow, train_line_epochs
from tenfold.training.line_maker import (
    TEST_SEED,
    VALIDATION_SEED,
    Chunks,
    LineMaker,
    line_sources,
)
from tenfold.training.line_steps import answers, read_texts, texts_of
from tenfold.training.loop import LossIsNotANumberError, patience_is_over
from tenfold.training.outcome import command, commit, hardware, versions
from tenfold.training.run import RunResult, keep_beginning, n_trainable
from tenfold.training.stopping import Stop

_READ_BATCH = 64


def train_lines(
    config: Config, folder: str | Path, *, resume: bool = False, console: Console | None = None
) -> RunResult:
    """Train the line net and fill its run folder; as `train` in every respect.

    The lines that were drawn are kept in the user's cache, `lines`.
    """
    settings = config.settings
    place = RunFolder(Path(folder))
    keras.utils.set_random_seed(settings.fit.seed)
    sha256 = fingerprint_of(settings)
    beginning = beginning_of(config.recipe, settings, place.begin)
    if resume:
        place.check()
        place.sweep()
        state = _found(place, sha256)
    else:
        place.create()
        place.write_text(place.config, config.to_toml())
        state = State(sha256)
    keep_beginning(place, beginning)
    saved = [state]

    def save(after: State) -> None:
        place.write(place.checkpoint, after.save)
        place.write_rows(place.history, after.history)
        saved.append(after)

    held = _Held(sha256, settings)
    stop, failed = Stop(), None
    with Display(console, settings.fit.epochs, "lines") as display, stop.heeded():
        try:
            state = train_line_epochs(
                config.recipe, settings, line_maker(sha256, settings), held.validation, state,
                save=save, display=display, stop=stop, beginning=beginning,
            )  # fmt: skip
        except LossIsNotANumberError as fault:
            state, failed = saved[-1], fault
    result = _finish(place, config, state, held, failed, beginning)
    if failed:
        raise failed
    if console:
        console.print(result.summary, highlight=False, soft_wrap=True)
    return result


def line_maker(sha256: str, settings: Settings) -> LineMaker:
    """What makes the epochs of these settings."""
    data, fit = settings.data, settings.fit
    n_new = min(max(round(data.chunks * data.new_rate), 1), data.chunks)
    chunks = Chunks(sha256, fit.seed, data.folder)
    return LineMaker(chunks, n_new, data.chunks - n_new, fit.batch_size)


class _Held:
    """Lines that no epoch holds, written by hands that no epoch sees."""

    def __init__(self, sha256: str, settings: Settings) -> None:
        self.sha256, self.data = sha256, settings.data

    def validation(self) -> list[LineBatch]:
        """The lines to choose by."""
        return self._batches(VALIDATION_SEED)

    def test(self) -> list[LineBatch]:
        """The lines to report on, once."""
        return self._batches(TEST_SEED)

    def _batches(self, seed: int) -> list[LineBatch]:
        chunks = Chunks(self.sha256, seed, self.data.folder, held=True)
        lines = [chunks(index) for index in range(self.data.held_chunks)]
        strips = [strip for some, _ in lines for strip in some]
        texts = [text for _, some in lines for text in some]
        return line_batches(strips, texts, _READ_BATCH)


def fingerprint_of(settings: Settings) -> str:
    """The sha256 of all real digits that lines are written with."""
    parts = [
        part
        for held in (False, True)
        for part in line_sources(settings.data.folder, held).train.values()
    ]
    return fingerprint(*(array for part in parts for array in (part.x, part.y)))


def _found(place: RunFolder, sha256: str) -> State:
    if not place.checkpoint.is_file():
        return State(sha256)
    state = State.load(place.checkpoint, LineRow)
    if state.data_sha256 != sha256:
        raise RunError(
            str(place.path),
            "was trained on other digits than are found now",
            came=f"sha256 {sha256[:12]}… instead of {state.data_sha256[:12]}…",
            todo="Name their place with --data, or train anew",
        )
    return state


def _finish(
    place: RunFolder,
    config: Config,
    state: State,
    held: _Held,
    failed: LossIsNotANumberError | None,
    beginning: Beginning | None,
) -> RunResult:
    """Measure, save and draw what there is."""
    fit = config.settings.fit
    n = len(state.history)
    stopped = None
    if failed:
        stopped = f"Stopped: {failed}"
    elif n < fit.epochs and patience_is_over(state, config.settings):
        stopped = f"Stopped: no better validation for {fit.patience} epochs."
    elif n < fit.epochs:
        stopped = f"Stopped by hand; go on with: tenfold train --resume {place.path}"
    if not n:
        return RunResult(place.path, {}, f"{config.recipe_name}: no epoch was finished. {stopped}")
    best = bool(stopped) or fit.keep == "best"
    model = build(config.recipe, config.settings)
    assign(model.weights, state.best if best else state.last)
    validation = measured(model, held.validation())
    test = measured(model, held.test())
    place.write(place.model, model.save)
    _draw(place, state, state.best_epoch if best else n)
    metrics = {
        "recipe": config.recipe_name,
        "claim": config.recipe.claim,
        "parameters": n_trainable(model),
        "epochs": n,
        "epoch_kept": state.best_epoch if best else n,
        "stopped": stopped,
        "seconds": round(sum(row.seconds for row in state.history), 1),
        "validation": validation.to_dict(),
        "test": test.to_dict(),
        "temperature": 1.0,
        "precision": precision_here(fit.precision),
        "seed": fit.seed,
        "data_sha256": state.data_sha256,
        "begin": beginning.told() if beginning else None,
        "command": command(),
        "commit": commit(),
        "versions": versions(),
        "hardware": hardware(),
    }
    # Last, since it is what tells others that the run is complete.
    place.write_json(place.metrics, metrics)
    words = f"{config.recipe_name}: {n} of {fit.epochs} epochs in {metrics['seconds']:.0f} s."
    lines = [
        words + (f" {stopped}" if stopped else ""),
        f"Validation: {validation}.",
        f"Test:       {test}.",
        f"Everything is in {place.path}",
    ]
    return RunResult(place.path, metrics, "\n".join(lines))


def measured(model: keras.Model, batches: list[LineBatch]) -> LineScores:
    """What the best paths of a net get right of these lines."""
    return score_lines(read_texts(answers(model, batches)), texts_of(batches))


def _draw(place: RunFolder, state: State, kept: int) -> None:
    from tenfold import plots

    history: list[Any] = list(state.history)
    curves = plots.curves(
        accuracy=[row.accuracy for row in history],
        loss=[row.loss for row in history],
        validation_accuracy=[row.validation_accuracy for row in history],
        validation_loss=[row.validation_loss for row in history],
        kept=kept,
    )
    place.write(place.curves, lambda draft: plots.save(curves, draft))
