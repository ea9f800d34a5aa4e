"""The epochs of the line net: train, validate, save, again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.evaluation.lines import score_lines
from tenfold.models import Recipe, Settings, build
from tenfold.training.begin import Beginning, mixed
from tenfold.training.checkpoint import Arrays, Row, State, assign, values
from tenfold.training.display import Display
from tenfold.training.feed import epochs_ahead
from tenfold.training.line_batches import LineBatch
from tenfold.training.line_maker import LineMaker
from tenfold.training.line_steps import (
    as_strips,
    compile_line_model,
    ctc_loss,
    rate_at,
    read_texts,
    texts_of,
)
from tenfold.training.loop import LossIsNotANumberError, patience_is_over
from tenfold.training.norms import settle_norms_over
from tenfold.training.stopping import Stop, StoppedWhileWaiting

N_SETTLING: Final = 16  # batches that the norms are measured over


@dataclass(frozen=True, slots=True)
class LineRow(Row):
    """One epoch of the line net. Accuracies are of lines without any error."""

    digits_right: float = 0.0
    symbol_error_rate: float = 1.0

    @property
    def rank(self) -> tuple[float, float]:
        """Smaller is better: by lines whose digits are right, then by symbols wrong."""
        return (-self.digits_right, self.symbol_error_rate)

    @property
    def validated(self) -> str:
        """What validation said."""
        return (
            f"validation {100 * (self.validation_accuracy or 0):.2f} %  "
            f"digits {100 * self.digits_right:.2f} %  "
            f"symbols wrong {100 * self.symbol_error_rate:.2f} %"
        )


def train_line_epochs(
    recipe: Recipe,
    settings: Settings,
    maker: LineMaker,
    held: Callable[[], list[LineBatch]],
    state: State,
    *,
    save: Callable[[State], None],
    display: Display,
    stop: Stop,
    beginning: Beginning | None = None,
) -> State:
    """The state after the last whole epoch; an epoch that is broken off leaves no trace.

    Args:
        recipe: which net.
        settings: of the run.
        maker: makes each epoch.
        held: gives the lines to choose by.
        state: after the epochs that are done already; empty at the start.
        save: is given the state after every epoch.
        display: is told everything.
        stop: ends the training after the step under way.
        beginning: weights to go on from, where it is not chance that begins.

    Raises:
        LossIsNotANumberError: with the step at which it happened.
        ModelError: the weights to begin with do not answer as their file.
    """
    done, fit = len(state.history), settings.fit
    model = build(recipe, settings, precision=fit.precision, training=True)
    # Figures are those of the net that is kept, which computes in float32.
    judge = build(recipe, settings)
    compile_line_model(model, fit, fit.epochs * math.ceil(maker.n_lines / fit.batch_size))
    if done:
        state.restore(model)
    with epochs_ahead(maker, done, fit.epochs, settings.data.makers) as epochs:
        try:
            display.waits(done + 1)
            with stop.waiting():
                validation = held()  # drawn here while the first epoch is drawn there
            begun: Arrays = ()
            if beginning and (fit.begin_rate or not done):
                begun = beginning.weights(_some_of(validation))
            if begun and not done:
                assign(model.weights, begun)
            for number in range(done + 1, fit.epochs + 1):
                if patience_is_over(state, settings):
                    break
                display.waits(number)
                with stop.waiting():
                    batches = next(epochs)
                started = time.perf_counter()
                display.begins(n_lines(batches))
                loss, accuracy = _train(model, settings, batches, number, display, stop)
                if stop.wished:
                    break
                weights = kept_weights(
                    model, judge, batches, averaged=fit.ema > 0, begun=begun, rate=fit.begin_rate
                )
                row = _row(judge, validation, number, loss, accuracy, started)
                state = state.after(row, model, weights)
                save(state)
                display.ends(row, n_lines(batches))
        except StoppedWhileWaiting:
            pass
    return state


def n_lines(batches: Sequence[LineBatch]) -> int:
    """How many lines there are in all."""
    return sum(len(batch.strips) for batch in batches)


def _train(
    model: keras.Model,
    settings: Settings,
    batches: Sequence[LineBatch],
    number: int,
    display: Display,
    stop: Stop,
) -> tuple[float, float]:
    """One epoch's steps; its mean loss and accuracy."""
    fit, n_all, n_done = settings.fit, n_lines(batches), 0
    sums = np.zeros(2)
    for step, batch in enumerate(batches, start=1):
        model.optimizer.learning_rate = rate_at(fit, (number - 1 + n_done / n_all) / fit.epochs)
        logs = model.train_on_batch(as_strips(batch.strips), batch.targets, return_dict=True)
        if not math.isfinite(logs["loss"]):
            raise LossIsNotANumberError(
                f"epoch {number}",
                f"the loss is not a number, in step {step:,}",
                todo=f"Train anew with a smaller --learning-rate than {fit.learning_rate:g}",
            )
        n_done += len(batch.strips)
        sums += len(batch.strips) * np.array([logs["loss"], logs["accuracy"]])
        loss, accuracy = sums / n_done
        display.steps(n_done, n_all, loss, accuracy)
        if stop.wished:
            break
    return float(loss), float(accuracy)


def _some_of(batches: Sequence[LineBatch]) -> list[NDArray[np.float32]]:
    """Strips of a few batches, of narrow lines and of wide ones."""
    step = max(1, len(batches) // N_SETTLING)
    return [as_strips(batch.strips) for batch in batches[::step][:N_SETTLING]]


def kept_weights(
    model: keras.Model,
    judge: keras.Model,
    batches: Sequence[LineBatch],
    *,
    averaged: bool,
    begun: Arrays = (),
    rate: float = 0.0,
) -> Arrays:
    """Weights for use: the running mean, where there is one, its norms settled anew.

    Part of them may stay as the run began, see `begin.mixed`.

    Args:
        model: in training; it is as before in the end.
        judge: the same net in float32; holds the weights in the end.
        batches: of training lines.
        averaged: whether the optimizer keeps a running mean.
        begun: the weights that the run began with; none where chance began.
        rate: their part, in [0, 1].
    """
    raw = values(model.trainable_variables)
    if averaged:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    assign(judge.weights, values(model.weights))
    assign(model.trainable_variables, raw)
    if begun and rate:
        assign(judge.weights, mixed(values(judge.weights), begun, rate))
    settle_norms_over(judge, [as_strips(batch.strips) for batch in batches[:N_SETTLING]])
    return values(judge.weights)


def _row(
    judge: keras.Model,
    validation: Sequence[LineBatch],
    number: int,
    loss: float,
    accuracy: float,
    started: float,
) -> LineRow:
    losses, found = [], []
    for batch in validation:
        logits = np.asarray(judge.predict_on_batch(as_strips(batch.strips)))
        losses.append(np.asarray(ctc_loss(batch.targets, logits)))
        found += [rows[:n] for rows, n in zip(logits, batch.targets[:, 0], strict=True)]
    scores = score_lines(read_texts(found), texts_of(validation))
    return LineRow(
        epoch=number,
        loss=loss,
        accuracy=accuracy,
        validation_loss=float(np.concatenate(losses).mean()),
        validation_accuracy=scores.exact / scores.n,
        seconds=round(time.perf_counter() - started, 3),
        digits_right=scores.digits_right / scores.n,
        symbol_error_rate=scores.symbol_error_rate,
    )
