"""What a run minimises, and who takes the steps."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from tenfold.data.splits import one_hot
from tenfold.errors import ConfigError
from tenfold.models import FitSettings
from tenfold.models.nets import N_DIGITS
from tenfold.opening import DigitModel, open_model


def compile_model(model: keras.Model, fit: FitSettings, n_steps: int) -> None:
    """Give the model its loss and optimizer.

    Args:
        model: its last layer decides whether the loss takes logits.
        fit: the settings.
        n_steps: steps of the whole run, for the schedule.
    """
    logits = model.layers[-1].activation is keras.activations.linear
    if needs_rows(fit):
        loss: Any = keras.losses.CategoricalCrossentropy(
            from_logits=logits, label_smoothing=fit.label_smoothing
        )
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)
    model.compile(
        optimizer=optimizer_of(fit, n_steps),
        loss=loss,
        metrics=["accuracy"],
        steps_per_execution=steps_per_call(),
        jit_compile=keras.backend.backend() == "jax",
    )
    # TensorFlow traces a step twice, a second longer, where the first trace makes variables.
    model.optimizer.build(model.trainable_variables)
    n_classes = model.output_shape[-1]
    nothing = np.zeros((1, n_classes), np.float32)
    model.compute_metrics(None, targets(np.zeros(1, np.uint8), fit, n_classes), nothing)


def steps_per_call() -> int:
    """How many steps one call of the training function takes.

    Under TensorFlow, ten steps a call halve the time of a dense net (1.1 s
    against 2.3 s an epoch, two cores) and XLA makes it three times slower;
    JAX is nothing without XLA, and compiles ten steps ten times as long.
    """
    return 10 if keras.backend.backend() == "tensorflow" else 1


def needs_rows(fit: FitSettings) -> bool:
    """Whether the loss takes one row of probabilities for each picture."""
    return fit.one_hot or fit.label_smoothing > 0 or bool(fit.teacher)


def targets(y: NDArray[np.uint8], fit: FitSettings, n_classes: int) -> NDArray[Any]:
    """The labels as the loss takes them."""
    return one_hot(y, n_classes) if needs_rows(fit) else y


def taught(x: NDArray[Any], y: NDArray[np.uint8], fit: FitSettings, n_classes: int) -> NDArray[Any]:
    """The labels that are learnt: the true ones, or these mixed with the teacher's answers.

    Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015); the
    teacher sees the very pictures, so that it says how far a bent 4 has become a 9.

    Args:
        x: (n, 28, 28) pictures, as bytes or in [0, 1].
        y: (n,) labels.
        fit: names the teacher, if there is one.
        n_classes: of the net that learns.
    """
    rows = targets(y, fit, n_classes)
    if not fit.teacher:
        return rows
    if n_classes != N_DIGITS:
        raise ConfigError("fit.teacher", "teaches nets of ten digits only", came=str(n_classes))
    answers = [teacher.predict_proba(x) for teacher in _teachers(fit.teacher)]
    mixed: NDArray[np.float32] = (
        (1 - fit.teacher_rate) * rows + fit.teacher_rate * np.mean(answers, axis=0)
    ).astype(np.float32)
    return mixed


@cache
def _teachers(names: str) -> list[DigitModel]:
    return [open_model(name.strip()) for name in names.split(",")]


def optimizer_of(fit: FitSettings, n_steps: int) -> keras.optimizers.Optimizer:
    """Who takes the steps, with the schedule of its rate over so many of them."""
    common: dict[str, Any] = {"learning_rate": _rate(fit, n_steps)}
    if fit.clip:
        common["global_clipnorm"] = fit.clip
    if fit.ema:
        # A mean longer than a tenth of the run would still hold its first, random weights.
        common |= {"use_ema": True, "ema_momentum": min(fit.ema, max(1 - 10 / n_steps, 0.0))}
    if fit.optimizer == "adam":
        return keras.optimizers.Adam(**common)
    common["weight_decay"] = fit.weight_decay
    if fit.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(**common)
    else:
        optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=True, **common)
    # Pulling a norm's scale or a bias to zero gains nothing.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def _rate(fit: FitSettings, n_steps: int) -> Any:
    """The learning rate, or its schedule: up to the peak, then down a cosine to nothing."""
    if fit.schedule == "constant":
        return fit.learning_rate
    n_warm = round(n_steps * fit.warmup_rate)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=fit.learning_rate / 25 if n_warm else fit.learning_rate,
        warmup_target=fit.learning_rate if n_warm else None,
        warmup_steps=n_warm,
        decay_steps=max(n_steps - n_warm, 1),
    )
