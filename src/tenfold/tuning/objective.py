"""One trial: a net trained in silence, and how it does on the held-out digits after each epoch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from tenfold.models import build
from tenfold.training import Config
from tenfold.training.begin import beginning_of
from tenfold.training.checkpoint import Row, State
from tenfold.training.display import Display
from tenfold.training.loop import train_epochs
from tenfold.training.material import Material, maker_of
from tenfold.training.stopping import Stop
from tenfold.tuning.display import TuneDisplay


def train_trial(
    config: Config,
    material: Material,
    *,
    after_epoch: Callable[[Row], None],
    watch: keras.callbacks.Callback,
    stop: Stop,
) -> State:
    """The state after the last epoch, the same as `tenfold train` reaches with this config.

    Args:
        config: of the trial.
        material: of the study; the test digits in it are not looked at.
        after_epoch: is given each epoch's row; what it raises ends the trial.
        watch: looks on at every step.
        stop: ends the trial after the steps under way.

    Raises:
        LossIsNotANumberError: the loss left the numbers.
        ModelError: `fit.begin` names no model, or one of another net.
    """
    settings = config.settings
    keras.utils.clear_session()  # else every trial's graph stays in memory
    keras.utils.set_random_seed(settings.fit.seed)
    if settings.data.source != "mixture":
        x, y = material.train_x, material.train_y
        maker = maker_of(x, y, settings)
        material = replace(material, maker=maker)
    return train_epochs(
        build(config.recipe, settings, training=True),
        settings,
        material,
        State(material.sha256),
        save=lambda state: after_epoch(state.history[-1]),
        display=Display(None, settings.fit.epochs),
        stop=stop,
        callbacks=(watch,),
        beginning=beginning_of(config.recipe, settings),
    )


def kept_row(state: State, config: Config) -> Row:
    """The epoch whose weights `tenfold train` would keep."""
    fit = config.settings.fit
    ended_early = len(state.history) < fit.epochs
    best = ended_early or fit.keep == "best"
    return state.history[(state.best_epoch if best else len(state.history)) - 1]


class Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the display of every step, and wishes the end when the time is up."""

    def __init__(self, display: TuneDisplay, stop: Stop, deadline: float) -> None:
        super().__init__()
        self.display, self.stop, self.deadline = display, stop, deadline
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """`epoch` counts from 0."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """`batch` counts from 0 in each epoch."""
        self.display.steps(self.epoch + (batch + 1) / self.params["steps"])
        if time.monotonic() > self.deadline:
            self.stop.wished = self.model.stop_training = True
