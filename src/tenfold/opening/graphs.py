"""SavedModel and LiteRT files: graphs of which only the input and the outputs are known.

Whether ten outputs are probabilities, sigmoids or logits is not written in
such a file. It is told once, when the file is opened, by the answers to a few
fixed pictures: outputs that all lie in [0, 1] are parts of their sum, others
are logits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.canon import CANON_SIZE
from tenfold.errors import ModelError
from tenfold.models.classifier import as_pixels, judged
from tenfold.models.nets import N_DIGITS
from tenfold.runtime import Judgement

Run = Callable[[NDArray[np.float32]], Mapping[str, NDArray[Any]]]
Shape = tuple[int | None, ...]

BATCH: Final = 512
PROBABILITIES: Final = "probabilities"
IS_DIGIT: Final = "is_digit"
_EASE: Final = 1e-3  # rounding may put a probability this far outside [0, 1]
_TINY: Final = 1e-30  # stands for a probability of 0, which has no logarithm


class GraphModel:
    """A graph that takes pictures and tells ten digits; see `DigitModel`.

    Args:
        name: what messages call it.
        run: pictures, at most `BATCH` in the input's shape, float32 in [0, 1],
            to the outputs by name.
        shape: of the input; None where a size is free.

    Raises:
        ModelError: the input or the output does not fit.
    """

    def __init__(self, name: str, run: Run, shape: Shape) -> None:
        self.name, self._run = name, run
        self._tail = tuple(side or 0 for side in shape[1:])
        if not self._tail or np.prod(self._tail) != CANON_SIZE**2:
            raise ModelError(
                name,
                f"the input does not fit: it should be (n, {CANON_SIZE}, {CANON_SIZE})",
                came=_told(shape),
            )
        first, _ = self._outputs(_probes())
        self._are_logits = bool(first.min() < -_EASE or first.max() > 1 + _EASE)

    def predict_proba(self, images: ArrayLike) -> NDArray[np.float32]:
        """(n, 10) probabilities of the digits; rows sum to 1."""
        return self.judge(images).probabilities

    def judge(self, images: ArrayLike) -> Judgement:
        """Probabilities of the digits, and of being a digit at all."""
        given = as_pixels(images)
        # Graphs refuse an empty batch.
        pixels = given if len(given) else np.zeros((1, CANON_SIZE, CANON_SIZE), np.float32)
        starts = range(0, len(pixels), BATCH)
        pairs = [self._outputs(pixels[start : start + BATCH]) for start in starts]
        outputs = np.concatenate([first for first, _ in pairs]).astype(np.float64)
        # The softmax of logarithms are the parts of the sum.
        logits = outputs if self._are_logits else np.log(np.maximum(outputs, _TINY))
        found = judged(logits, "linear")
        told = [second for _, second in pairs if second is not None]
        is_digit = np.concatenate(told).astype(np.float32) if told else found.is_digit
        return Judgement(found.probabilities[: len(given)], is_digit[: len(given)])

    def _outputs(self, pixels: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """(k, 10) or (k, 11), and (k,) where the graph says by name what is a digit."""
        outputs = self._run(pixels.reshape(-1, *self._tail))
        names = [PROBABILITIES] if PROBABILITIES in outputs else list(outputs)
        first = np.asarray(outputs[names[0]])
        fits = first.ndim == 2 and first.shape[1] in (N_DIGITS, N_DIGITS + 1)
        if len(names) > 1 or not fits:
            raise ModelError(
                self.name,
                f"the output does not fit: one is needed, (n, {N_DIGITS}) or (n, {N_DIGITS + 1})",
                came=", ".join(_told((None, *np.shape(outputs[name])[1:])) for name in names),
            )
        second = outputs.get(IS_DIGIT)
        return first, None if second is None else np.asarray(second).reshape(-1)


def _probes() -> NDArray[np.float32]:
    """Thirty pictures of noise, a blank one and one of ink alone."""
    rng = np.random.Generator(np.random.Philox(0))
    noise = rng.random((30, CANON_SIZE, CANON_SIZE), np.float32)
    blank = np.zeros((1, CANON_SIZE, CANON_SIZE), np.float32)
    return np.concatenate([noise, blank, 1 - blank])


def _told(shape: Shape) -> str:
    return "(" + ", ".join("n" if side is None else str(side) for side in shape) + ")"
