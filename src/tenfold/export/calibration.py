"""What a net is given in its work: pictures and strips that set the ranges of 8-bit arithmetic.

Training's own make them, and others that no training saw prove what came of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.evaluation import wilson
from tenfold.models import Settings
from tenfold.models.classifier import as_pixels
from tenfold.opening import DigitModel
from tenfold.runtime.line import on_paper, room_of
from tenfold.training.line_maker import VALIDATION_SEED, Chunks
from tenfold.training.line_run import fingerprint_of
from tenfold.training.material import material

Pictures = NDArray[np.uint8]

N_PICTURES: Final = 2000
N_CHUNKS: Final = 3
_SHARE: Final = 0.02  # of an epoch of the mixture; to draw all of it takes minutes
_BATCH: Final = 100
_STRIPS: Final = 16


@dataclass(frozen=True, slots=True)
class Digits:
    """Canonical pictures, (n, 28, 28) uint8: `shown` set the ranges, `held` are the proof.

    With `test_x` and its labels a net is tested once.
    """

    shown: Pictures
    held: Pictures
    test_x: Pictures
    test_y: NDArray[np.uint8]

    def batches(self) -> Iterator[NDArray[np.float32]]:
        """Those that are shown, as the net takes them."""
        for start in range(0, len(self.shown), _BATCH):
            yield as_pixels(self.shown[start : start + _BATCH])

    def tested(self, net: DigitModel) -> dict[str, Any]:
        """The net's errors on the test digits, as a run's figures tell them."""
        wrong = net.predict_proba(self.test_x).argmax(axis=1) != self.test_y
        errors, n = int(wrong.sum()), len(wrong)
        return {"errors": errors, "n": n, "interval": wilson(errors, n)}


@dataclass(frozen=True, slots=True)
class Strips:
    """Strips: `shown` set the ranges, `held` are the proof; (32, w) uint8 each."""

    shown: list[Pictures]
    held: list[Pictures]

    def batches(self) -> Iterator[NDArray[np.float32]]:
        """Those that are shown, with paper to their right as the runtime gives it to them."""
        by_room = sorted(self.shown, key=lambda strip: room_of(strip.shape[1]))
        for room, some in itertools.groupby(by_room, lambda strip: room_of(strip.shape[1])):
            alike = list(some)
            for start in range(0, len(alike), _STRIPS):
                yield on_paper(alike[start : start + _STRIPS], room)


def digits_of(settings: Settings) -> Digits:
    """Pictures of a run's first epoch, and digits that it holds out or, without, tests on.

    Raises:
        DataError: the run's data is not there.
    """
    few = {"data.fraction": _SHARE} if settings.data.source == "mixture" else {}
    found = material(settings.changed(few))
    shown, _ = found.maker(0)
    held = found.held_x if len(found.held_x) else found.test_x
    return Digits(shown[:N_PICTURES], held, found.test_x, found.test_y)


def strips_of(settings: Settings) -> Strips:
    """The first lines of a run, and lines by hands that no training sees."""
    digits, folder = fingerprint_of(settings), settings.data.folder
    trained = Chunks(digits, settings.fit.seed, folder)
    held = Chunks(digits, VALIDATION_SEED, folder, held=True)
    return Strips([strip for k in range(N_CHUNKS) for strip in trained(k)[0]], held(0)[0])
