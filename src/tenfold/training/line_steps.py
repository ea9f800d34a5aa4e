"""What the line net minimises, and its answer beside the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from tenfold.canon import BLANK, SYMBOLS
from tenfold.models import FitSettings
from tenfold.runtime.symbols import greedy_text
from tenfold.training.line_batches import LineBatch
from tenfold.training.objective import optimizer_of


def compile_line_model(model: keras.Model, fit: FitSettings, n_steps: int) -> None:
    """Give the model its loss and optimizer; `n_steps` of the whole run, give or take.

    The rate is set before every step by `rate_at`: how many steps an epoch has
    depends on the widths of its lines.
    """
    model.compile(
        optimizer=optimizer_of(replace(fit, schedule="constant"), n_steps),
        loss=ctc_loss,
        metrics=[keras.metrics.MeanMetricWrapper(right, name="accuracy")],
        jit_compile=False,
    )


def ctc_loss(targets: Any, logits: Any) -> Any:
    """(n,) -log p(text) of the lines, summed over all ways to say the text in their steps.

    Args:
        targets: (n, 2 + l) as `LineBatch.targets`, any type.
        logits: (n, T, 15).
    """
    n_steps, n_symbols, text = _parts(targets)
    return ops.ctc_loss(text, logits, n_symbols, n_steps, mask_index=BLANK)


def right(targets: Any, logits: Any) -> Any:
    """(n,) 1.0 where the best path says the text without any error, 0.0 elsewhere."""
    n_steps, n_symbols, text = _parts(targets)
    path = ops.cast(ops.argmax(logits, axis=-1), "int32")
    before = ops.pad(path[:, :-1], ((0, 0), (1, 0)), constant_values=BLANK)
    own = ops.arange(ops.shape(path)[1])[None] < n_steps[:, None]
    new = own & (path != BLANK) & (path != before)
    place = ops.cumsum(ops.cast(new, "int32"), axis=1)
    wanted = ops.take_along_axis(text, ops.clip(place - 1, 0, ops.shape(text)[1] - 1), axis=1)
    same = ops.all(ops.logical_or(ops.logical_not(new), path == wanted), axis=1)
    return ops.cast(same & (ops.max(place, axis=1) == n_symbols), "float32")


def rate_at(fit: FitSettings, progress: float) -> float:
    """The learning rate after a part of the run, 0 to 1; as the schedule of other recipes.

    >>> fit = FitSettings(learning_rate=1.0, schedule="cosine", warmup_rate=0.2)
    >>> [round(rate_at(fit, part), 2) for part in (0, 0.1, 0.2, 0.6, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if fit.schedule == "constant":
        return fit.learning_rate
    if progress < fit.warmup_rate:
        start = 1 / 25
        return fit.learning_rate * (start + (1 - start) * progress / fit.warmup_rate)
    part = (progress - fit.warmup_rate) / max(1 - fit.warmup_rate, 1e-9)
    return fit.learning_rate * (1 + math.cos(math.pi * min(part, 1.0))) / 2


def answers(model: keras.Model, batches: Sequence[LineBatch]) -> list[NDArray[np.float32]]:
    """(T, 15) logits of every line, its own steps only, in the order of the batches."""
    found: list[NDArray[np.float32]] = []
    for batch in batches:
        logits = np.asarray(model.predict_on_batch(as_strips(batch.strips)))
        found += [rows[:n] for rows, n in zip(logits, batch.targets[:, 0], strict=True)]
    return found


def texts_of(batches: Sequence[LineBatch]) -> list[str]:
    """What is written in every line, in the order of the batches."""
    return [
        "".join(SYMBOLS[k] for k in row[2 : 2 + row[1]])
        for batch in batches
        for row in batch.targets
    ]


def as_strips(strips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 32, w, 1) float32 in [0, 1], as the net takes them."""
    return strips[..., None].astype(np.float32) / np.float32(255)


def read_texts(found: Sequence[NDArray[np.float32]]) -> list[str]:
    """What the best paths say."""
    return [greedy_text(rows) for rows in found]


def _parts(targets: Any) -> tuple[Any, Any, Any]:
    whole = ops.cast(targets, "int32")
    return whole[:, 0], whole[:, 1], whole[:, 2:]
