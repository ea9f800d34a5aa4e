"""The epochs of a run: train, validate, save, again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import keras

from tenfold.errors import TrainingError
from tenfold.models import Settings
from tenfold.models.classifier import PREDICT_BATCH, as_pixels
from tenfold.models.rounded import round_kernels
from tenfold.training.batches import in_batches
from tenfold.training.begin import Beginning, mixed
from tenfold.training.checkpoint import Arrays, Row, State, assign, values
from tenfold.training.display import Display
from tenfold.training.feed import epochs_ahead
from tenfold.training.makers import Epoch
from tenfold.training.material import Material
from tenfold.training.norms import N_SETTLING, settle_norms
from tenfold.training.objective import compile_model, steps_per_call, targets, taught
from tenfold.training.stopping import Stop, StoppedWhileWaiting


class LossIsNotANumberError(TrainingError):
    """The loss left the numbers; the state before the epoch is the last good one."""


def train_epochs(
    model: keras.Model,
    settings: Settings,
    material: Material,
    state: State,
    *,
    save: Callable[[State], None],
    display: Display,
    stop: Stop,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
    beginning: Beginning | None = None,
) -> State:
    """The state after the last whole epoch.

    An epoch that is broken off leaves no trace: going on from the state
    gives the same figures as never having stopped.

    Args:
        model: freshly built.
        settings: of the run.
        material: its digits.
        state: after the epochs that are done already; empty at the start.
        save: is given the state after every epoch.
        display: is told everything.
        stop: ends the training after the steps under way.
        callbacks: more Keras callbacks.
        beginning: weights to go on from, where it is not chance that begins.

    Raises:
        LossIsNotANumberError: with the steps at which it happened.
    """
    done, fit = len(state.history), settings.fit
    begun: Arrays = ()
    with epochs_ahead(material.maker, done, fit.epochs, settings.data.makers) as epochs:
        for number in range(done + 1, fit.epochs + 1):
            if patience_is_over(state, settings):
                break
            display.waits(number)
            try:
                with stop.waiting():
                    epoch = next(epochs)
            except StoppedWhileWaiting:
                break
            if number == done + 1:
                compile_model(model, fit, fit.epochs * steps_of(epoch, settings))
                if beginning and (fit.begin_rate or not done):
                    begun = beginning.weights([as_pixels(epoch[0][:N_SETTLING])])
                if done:
                    state.restore(model)
                elif begun:
                    assign(model.weights, begun)
            after = _one_epoch(
                model, settings, material, state, epoch, number, display, stop, callbacks, begun
            )
            if after is None:
                break
            state = after
            save(state)
            display.ends(state.history[-1], len(epoch[0]))
    return state


def patience_is_over(state: State, settings: Settings) -> bool:
    """Whether validation has not got better for as many epochs as the settings bear."""
    if not settings.fit.patience or not state.history:
        return False
    return len(state.history) - state.best_epoch >= settings.fit.patience


def steps_of(epoch: Epoch, settings: Settings) -> int:
    """How many batches an epoch has."""
    return math.ceil(len(epoch[0]) / settings.fit.batch_size)


def _one_epoch(
    model: keras.Model,
    settings: Settings,
    material: Material,
    state: State,
    epoch: Epoch,
    number: int,
    display: Display,
    stop: Stop,
    callbacks: tuple[keras.callbacks.Callback, ...],
    begun: Arrays,
) -> State | None:
    """The state after one more epoch, or None where it was broken off."""
    x, y = epoch
    n_classes = model.output_shape[-1]
    started = time.perf_counter()
    display.begins(len(x))
    watch = _Watch(number, len(x), settings, display, stop)
    logs = model.fit(
        **in_batches(x, taught(x, y, settings.fit, n_classes), settings.fit.batch_size),
        initial_epoch=number - 1,
        epochs=number,
        shuffle=False,  # the maker did it, with a seed of its own for each epoch
        verbose=0,
        callbacks=[watch, *callbacks],
    ).history
    if stop.wished:
        return None
    # From here on the model holds the running mean of the weights, where there is one.
    if begun and settings.fit.begin_rate:
        assign(model.weights, mixed(values(model.weights), begun, settings.fit.begin_rate))
    round_kernels(model)
    settle_norms(model, as_pixels(x[:N_SETTLING]))
    weights = values(model.weights)
    # JAX lets the mean and its copy in the model share memory, and gives it away in evaluate.
    assign(model.weights, weights)
    validation = {"loss": None, "accuracy": None}
    if len(material.held_x):
        validation = model.evaluate(
            **in_batches(
                material.held_x,
                targets(material.held_y, settings.fit, n_classes),
                PREDICT_BATCH,
            ),
            verbose=0,
            return_dict=True,
        )
    assign(model.variables, watch.raw)
    row = Row(
        epoch=number,
        loss=logs["loss"][0],
        accuracy=logs["accuracy"][0],
        validation_loss=validation["loss"],
        validation_accuracy=validation["accuracy"],
        seconds=round(time.perf_counter() - started, 3),
    )
    return state.after(row, model, weights)


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Looks on at every call of the training function."""

    def __init__(
        self, number: int, n_pictures: int, settings: Settings, display: Display, stop: Stop
    ) -> None:
        super().__init__()
        self.number, self.n_pictures, self.settings = number, n_pictures, settings
        self.display, self.stop = display, stop
        self.raw: tuple[Any, ...] = ()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """`batch` is the last one of the call, counted from 0."""
        told = logs or {}
        if not math.isfinite(told["loss"]):
            first = batch + 1 - batch % steps_per_call()
            raise LossIsNotANumberError(
                f"epoch {self.number}",
                f"the loss is not a number, in steps {first:,} to {batch + 1:,}",
                todo="Train anew with a smaller --learning-rate than "
                f"{self.settings.fit.learning_rate:g}",
            )
        n_done = min((batch + 1) * self.settings.fit.batch_size, self.n_pictures)
        self.display.steps(n_done, self.n_pictures, told["loss"], told["accuracy"])
        if self.stop.wished:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep the raw state: after this Keras puts the running mean in its place."""
        self.raw = values(self.model.variables)
