"""What `tenfold tune` may try for a setting: a span around the recipe's own value.

Spans are relative where recipes differ in scale: 128 units are few for a dense
net and many for a convolutional one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tenfold.errors import ConfigError
from tenfold.models.settings import Settings, Value

AUGMENTATION: Final = "data.strength"  # 0 stands for no augmentation at all
NO_AUGMENTATION: Final = ("mixture",)  # its pictures are made anew each epoch as it is


@dataclass(frozen=True, slots=True)
class Span:
    """The values of one setting that are tried.

    Attributes:
        setting: its name, as in `fit.learning_rate`.
        kind: `log` and `even` draw between low and high, each factor or each
            difference as likely as any other; `choice` takes one of the choices.
        low, high: the ends, both included; int for settings of whole numbers.
        choices: in rising order.
        own: the recipe's value, which is tried first.
    """

    setting: str
    kind: Literal["log", "even", "choice"]
    own: float
    low: float = 0
    high: float = 0
    choices: tuple[float, ...] = ()


def search_space(settings: Settings, *, fixed: Collection[str] = ()) -> tuple[Span, ...]:
    """The spans of the settings that a recipe has and nobody has fixed.

    Args:
        settings: the recipe's own; they lie within every span.
        fixed: names of settings that keep their value.

    Raises:
        ConfigError: nothing is left to try, or there is nothing around the own value.

    >>> for span in search_space(Settings(), fixed=["model.dropout", "data.augment"]):
    ...     print(span.setting, span.choices or (span.low, span.high))
    fit.learning_rate (0.0001, 0.01)
    model.width (32, 512)
    fit.batch_size (8, 16, 32, 64, 128)
    """
    fit, model, data = settings.fit, settings.model, settings.data
    rate, width, batch = fit.learning_rate, model.width, fit.batch_size
    strength = data.strength if data.augment else 0.0
    spans = [
        Span("fit.learning_rate", "log", rate, rate / 10, rate * 10),
        Span("model.width", "log", width, max(width // 4, 1), width * 4),
        Span("model.dropout", "even", model.dropout, 0.0, max(0.5, model.dropout)),
        Span("fit.batch_size", "choice", batch, choices=_doublings(batch)),
        Span(AUGMENTATION, "choice", strength, choices=_with(strength, 0.0, 0.25, 0.5, 0.75, 1.0)),
    ]
    if data.source in NO_AUGMENTATION or "data.augment" in fixed:
        fixed = {*fixed, AUGMENTATION}
    if rate == 0 and "fit.learning_rate" not in fixed:
        raise ConfigError("fit.learning_rate", "must be above 0 to try others around it", came="0")
    left = tuple(span for span in spans if span.setting not in fixed)
    if not left:
        raise ConfigError("--set", "every setting that could be tried is fixed", todo="Free one")
    return left


def to_settings(tried: Mapping[str, Any]) -> dict[str, Value]:
    """What `Settings.changed` takes, from the values of the spans.

    >>> to_settings({"fit.learning_rate": 0.00123456, "data.strength": 0.0})
    {'fit.learning_rate': 0.00123, 'data.augment': False}
    """
    values: dict[str, Value] = {}
    for name, value in tried.items():
        # Three digits say all there is to say, and a person can read them.
        rounded: Value = float(f"{value:.3g}") if isinstance(value, float) else value
        if name == AUGMENTATION:
            values["data.augment"] = value > 0
        if name != AUGMENTATION or value > 0:
            values[name] = rounded
    return values


def _doublings(own: int) -> tuple[int, ...]:
    """Two halvings and two doublings of a whole number, where they are whole."""
    halves = [own // part for part in (4, 2) if own % part == 0]
    return (*halves, own, 2 * own, 4 * own)


def _with(own: float, *usual: float) -> tuple[float, ...]:
    return tuple(sorted({own, *usual}))
