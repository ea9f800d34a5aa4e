"""The nets that `tenfold train` knows, each with its settings and what its source claims.

The first five are the nets of five MNIST tutorials, exactly as those train
them; the next three are the "future work" that the tutorials wish for;
`reader` is the net behind `tenfold read`, `line` its second view of a whole number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tenfold.errors import ConfigError, did_you_mean
from tenfold.models.precision import AUTO
from tenfold.models.settings import DataSettings, FitSettings, ModelSettings, Settings

LINE_NET: Final = "line"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A net, how it is trained, and what is claimed of it.

    Attributes:
        name: what `tenfold train` calls it.
        summary: the net in a few words.
        net: the builder in `tenfold.models.nets`, or `line` for a net of strips.
        settings: the values that a run starts from.
        claim: what the source says that it reaches; empty where nobody has said so.
        claimed_test_accuracy: the claim as a number in [0, 1], where it is one.
    """

    name: str
    summary: str
    net: str
    settings: Settings
    claim: str = ""
    claimed_test_accuracy: float | None = None

    @property
    def reads_lines(self) -> bool:
        """Whether the net takes strips of writing, and not single digits."""
        return self.net == LINE_NET


# Wide batches and a rate that rises and falls: a net with batch norm reaches in
# eight epochs what a constant rate reaches in thirty.
_ONE_CYCLE: Final[dict[str, Any]] = {
    "batch_size": 128,
    "optimizer": "adamw",
    "learning_rate": 0.004,
    "schedule": "cosine",
    "warmup_rate": 0.2,
    "weight_decay": 0.01,
}


def _deep(name: str, summary: str, *, width: int, epochs: int) -> Recipe:
    """A convolutional recipe; they share one schedule."""
    return Recipe(
        name=name,
        summary=summary,
        net=name,
        settings=Settings(
            model=ModelSettings(width=width, dropout=0.2),
            data=DataSettings(validation_rate=0.1),
            fit=FitSettings(epochs=epochs, ema=0.99, label_smoothing=0.05, **_ONE_CYCLE),
        ),
        claim="future work of the sources",
    )


_ALL: Final = (
    Recipe(
        name="dense128-dropout",
        summary="Flatten, Dense 128 ReLU, Dropout 0.2, Dense 10 softmax",
        net="dense",
        settings=Settings(model=ModelSettings(width=128, dropout=0.2)),
        claim="a working demo; shows the first test image with its actual and predicted digit",
    ),
    Recipe(
        name="dense128",
        summary="Flatten, Dense 128 ReLU, Dense 10 softmax",
        net="dense",
        settings=Settings(),
        claim="about 97 % test",
        claimed_test_accuracy=0.97,
    ),
    Recipe(
        name="dense128-onehot",
        summary="Flatten, Dense 128 ReLU, Dropout 0.2, Dense 10 softmax; one-hot labels",
        net="dense",
        settings=Settings(
            model=ModelSettings(dropout=0.2),
            data=DataSettings(validation_rate=0.2),
            fit=FitSettings(one_hot=True),
        ),
        claim="97.5 % test",
        claimed_test_accuracy=0.975,
    ),
    Recipe(
        name="dense100-sigmoid",
        summary="Flatten, Dense 100 ReLU, Dense 10 sigmoid",
        net="dense_sigmoid",
        settings=Settings(
            model=ModelSettings(width=100),
            data=DataSettings(validation_rate=0.2),
            fit=FitSettings(epochs=10),
        ),
        claim="99 / 98 / 98 % train / validation / test; 3 and 8 confused",
        claimed_test_accuracy=0.98,
    ),
    Recipe(
        name="dense50x2-sigmoid",
        summary="Flatten, Dense 50 ReLU, Dense 50 ReLU, Dense 10 sigmoid",
        net="dense_twice_sigmoid",
        settings=Settings(model=ModelSettings(width=50), fit=FitSettings(epochs=10)),
        claim='"about 99 %", under 1 % wrong',
        claimed_test_accuracy=0.99,
    ),
    _deep("convnet", "five plain 3x3 convolutions with batch norm", width=16, epochs=8),
    _deep("resnet", "three pairs of 3x3 convolutions with shortcuts", width=24, epochs=8),
    _deep("densenet", "two blocks in which every layer sees all before it", width=12, epochs=8),
    Recipe(
        name="fast",
        summary="four convolutions, the first of stride 2; learns in a minute",
        net="fast",
        settings=Settings(
            model=ModelSettings(width=16),
            data=DataSettings(jitter=0.3, calm=1, makers=0),
            fit=FitSettings(
                epochs=4,
                ema=0.99,
                label_smoothing=0.05,
                **_ONE_CYCLE | {"batch_size": 192, "learning_rate": 0.028},
            ),
        ),
        claim="ours: 99.5 % within 60 s on two cores",
        claimed_test_accuracy=0.995,
    ),
    Recipe(
        name="tiny",
        summary="five narrow convolutions, eight bits a weight; 13 kB",
        net="tiny",
        settings=Settings(
            model=ModelSettings(width=9, weight_bits=8),
            data=DataSettings(jitter=0.5, calm=5),
            fit=FitSettings(epochs=30, ema=0.999, **_ONE_CYCLE | {"learning_rate": 0.01}),
        ),
        claim="ours: 99.5 % in 13 kB",
        claimed_test_accuracy=0.995,
    ),
    Recipe(
        name="best",
        summary="six convolutions with one pooling; MNIST alone, jittered",
        net="best",
        settings=Settings(
            model=ModelSettings(width=32, dropout=0.2),
            data=DataSettings(jitter=1.0, calm=2),
            fit=FitSettings(epochs=10, ema=0.999, label_smoothing=0.05, **_ONE_CYCLE),
        ),
        claim="ours: the most that some minutes on two cores can learn of MNIST",
    ),
    Recipe(
        name="reader",
        summary='six 3x3 convolutions; ten digits and "not a single digit"',
        net="reader",
        settings=Settings(
            model=ModelSettings(width=16, dropout=0.2),
            data=DataSettings(source="mixture"),
            fit=FitSettings(
                epochs=16, ema=0.999, label_smoothing=0.02, precision=AUTO, **_ONE_CYCLE
            ),
        ),
        claim="ours: reads people's own pictures",
    ),
    Recipe(
        name="line",
        summary="eleven convolutions; what is written in a line, without cutting it",
        net=LINE_NET,
        settings=Settings(
            model=ModelSettings(width=40, dropout=0.1),
            data=DataSettings(source="lines"),
            fit=FitSettings(
                epochs=30,
                ema=0.999,
                clip=2.0,
                precision=AUTO,
                **_ONE_CYCLE | {"batch_size": 64, "learning_rate": 0.002, "warmup_rate": 0.1},
            ),
        ),
        claim="ours: a second view of whole numbers",
    ),
)
RECIPES: Final = {recipe.name: recipe for recipe in _ALL}


@cache
def measured_recipes() -> dict[str, dict[str, Any]]:
    """What was measured of the recipes: test accuracy, its spread, and over how many seeds.

    Written by `python benchmarks/tables.py` from results/classic.csv; a recipe
    that was not measured has no entry.

    >>> figures = measured_recipes().get("dense128", {"test_accuracy": 0.97})
    >>> 0.96 < figures["test_accuracy"] < 0.99
    True
    """
    path = Path(__file__).with_name("measured.json")
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ConfigError: there is none; the message names the nearest.

    >>> recipe("dense128").summary
    'Flatten, Dense 128 ReLU, Dense 10 softmax'
    >>> recipe("dense182")
    Traceback (most recent call last):
    tenfold.errors.ConfigError: dense182: no such recipe. Did you mean "dense128" or "densenet"?
    """
    if name not in RECIPES:
        raise ConfigError(name, "no such recipe", todo=did_you_mean(name, RECIPES))
    return RECIPES[name]
