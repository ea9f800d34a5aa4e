"""The least ink, added or taken away, that makes another digit win."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ConfigError
from tenfold.explain.gradients import gradient_of
from tenfold.explain.net import Net
from tenfold.explain.wanted import LIMIT_RATE

if TYPE_CHECKING:
    from tenfold.opening import DigitModel

Floats = NDArray[np.float32]

_STEPS: Final = 250
_RATE: Final = 0.03  # of full ink per step
_WEIGHTS: Final = np.geomspace(0.1, 3000, 10)  # of winning against changing little
_TV: Final = 0.15  # of roughness against ink: strokes, not speckles
_LEAD: Final = 0.05  # nats by which the other digit has to win on the way
_SHRINK: Final = np.linspace(0.3, 1, 36)
_LEVELS: Final = 255
_SMOOTH: Final = 0.01  # of full ink: rounds the corner of |x| at 0


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A digit before and after the least change that was found.

    One px of ink is one pixel of the 28 x 28, fully inked.

    Attributes:
        digit: which wins before.
        target: which shall win.
        before: (28, 28) float32 in [0, 1].
        after: the same; `before` itself where no change under the limit was found.
        p_before: (10,) the model's probabilities.
        p_after: likewise.
        found: whether the target wins after.
        limit_rate: the most ink that was allowed, as a part of the digit's ink.
        is_digit_after: is it a single digit at all, after? 1 where the model does not tell.
    """

    digit: int
    target: int
    before: Floats
    after: Floats
    p_before: Floats
    p_after: Floats
    found: bool
    limit_rate: float
    is_digit_after: float = 1.0

    @property
    def added_px(self) -> float:
        """Ink that was added."""
        return float(np.maximum(self.after - self.before, 0).sum(dtype=np.float64))

    @property
    def removed_px(self) -> float:
        """Ink that was taken away."""
        return float(np.maximum(self.before - self.after, 0).sum(dtype=np.float64))

    @property
    def moved_rate(self) -> float:
        """All of it as a part of the digit's ink."""
        return (self.added_px + self.removed_px) / max(float(self.before.sum()), 1.0)

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON values; `after` in 0..255."""
        facts: dict[str, Any] = {
            "from": self.digit,
            "to": self.target,
            "found": self.found,
            "limit_rate": self.limit_rate,
        }
        if not self.found:
            return facts
        return facts | {
            "added_px": round(self.added_px, 3),
            "removed_px": round(self.removed_px, 3),
            "moved_rate": round(self.moved_rate, 4),
            "probabilities_before": np.round(self.p_before, 6).tolist(),
            "probabilities_after": np.round(self.p_after, 6).tolist(),
            "is_digit_after": round(self.is_digit_after, 6),
            "after": np.rint(self.after * _LEVELS).astype(int).tolist(),
        }


def least_change(
    net: Net,
    model: DigitModel,
    image: Floats,
    target: int,
    limit_rate: float = LIMIT_RATE,
) -> Change:
    """The least change that was found to make the target the most probable digit.

    Gradient steps (Adam) on how far the target is behind, with a penalty on the
    ink that is moved and on its roughness, for several weights of the two at
    once; then each way is shrunk as far as the target still wins, and
    the one that moves the least ink is taken. Pixels stay in [0, 1], and the
    result lies on the 256 grey levels of a picture file. It is a small change,
    not proven to be the smallest.

    Wachter, Mittelstadt and Russell, "Counterfactual Explanations without
    Opening the Black Box" (2017); the weights side by side after Carlini and
    Wagner, "Towards Evaluating the Robustness of Neural Networks" (2017).

    Args:
        net: the model, for its gradients.
        model: the same; has the last word on which digit wins.
        image: (28, 28) in [0, 1], ink high.
        target: the digit that shall win.
        limit_rate: the most ink to be moved, as a part of the digit's ink.

    Raises:
        ConfigError: the target wins already, or the limit is not above 0.
    """
    p_before = model.predict_proba(image[None])[0]
    if int(p_before.argmax()) == target:
        raise ConfigError("target", "must be another digit than the winning one", came=f"{target}")
    if not limit_rate > 0:
        raise ConfigError("--limit", "must be above 0", came=f"{limit_rate:g}")
    tries = _shrunk(image, _ways(net, image, target))
    judged = model.judge(tries)
    probabilities = judged.probabilities
    ink = np.abs(tries - image).sum(axis=(1, 2))
    good = probabilities.argmax(axis=1) == target
    good &= ink <= limit_rate * max(float(image.sum()), 1.0)
    found = bool(good.any())
    best = int(np.where(good, ink, np.inf).argmin())
    return Change(
        digit=int(p_before.argmax()),
        target=target,
        before=image,
        after=tries[best] if found else image,
        p_before=p_before,
        p_after=probabilities[best] if found else p_before,
        found=found,
        limit_rate=limit_rate,
        is_digit_after=float(judged.is_digit[best]) if found else 1.0,
    )


def _ways(net: Net, image: Floats, target: int) -> Floats:
    """(w, 28, 28): for each weight the smallest change on the way where the target leads."""
    lead_of = gradient_of(lambda x: net.lead(x, target))
    x = np.repeat(image[None], len(_WEIGHTS), axis=0)
    best, size = x.copy(), np.full(len(x), np.inf)
    adam = _Adam(x.shape)
    for _ in range(_STEPS):
        lead, slopes = lead_of(x)
        penalty, penalty_slopes = change_penalty(x - image)
        better = (lead >= _LEAD) & (penalty < size)
        best[better], size[better] = x[better], penalty[better]
        pull = np.where(lead < _LEAD, _WEIGHTS, 0)[:, None, None]
        x = np.clip(x + adam.step(pull * slopes - penalty_slopes), 0, 1).astype(np.float32)
    led: Floats = best[np.isfinite(size)]
    return led


def _shrunk(image: Floats, ways: Floats) -> Floats:
    """The picture and every way, shrunk by every factor, on the grey levels of a file."""
    tries = image + _SHRINK[:, None, None, None] * (ways - image)
    levels = np.rint(np.concatenate([image[None], tries.reshape(-1, *image.shape)]) * _LEVELS)
    result: Floats = (levels / _LEVELS).astype(np.float32)
    return result


def change_penalty(change: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much and how roughly pictures are changed, and its slope at every pixel.

    The ink that is moved, and the differences between neighbouring pixels
    (total variation: Rudin, Osher and Fatemi, 1992), both rounded at 0. Squares
    in their place would spread the change as a haze over the paper.

    Args:
        change: (n, 28, 28).

    Returns:
        (n,) penalties and (n, 28, 28) their gradients.
    """
    d = change.astype(np.float64)
    size, slopes = _rounded(d)
    penalty = size.sum(axis=(1, 2))
    for axis in (1, 2):
        size, slope = _rounded(np.diff(d, axis=axis))
        penalty += _TV * size.sum(axis=(1, 2))
        ends = [(0, 0), (0, 0), (0, 0)]
        ends[axis] = (1, 1)
        # What a difference gains at its right end it loses at its left.
        slopes -= _TV * np.diff(np.pad(slope, ends), axis=axis)
    return penalty, slopes


def _rounded(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """|x| with a round corner at 0, and its slope."""
    size = np.sqrt(x**2 + _SMOOTH**2)
    return size - _SMOOTH, x / size


class _Adam:
    """Steps uphill (Kingma and Ba, 2014)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._mean, self._square, self._n = np.zeros(shape), np.zeros(shape), 0

    def step(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        self._n += 1
        self._mean += 0.1 * (slopes - self._mean)
        self._square += 0.001 * (slopes**2 - self._square)
        mean = self._mean / (1 - 0.9**self._n)
        square = self._square / (1 - 0.999**self._n)
        move: NDArray[np.float64] = _RATE * mean / (np.sqrt(square) + 1e-8)
        return move
