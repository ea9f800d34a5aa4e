"""Which pixels count for a digit: the slope of its odds, and what wiping them does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ConfigError
from tenfold.explain.wanted import PATCH_PX

if TYPE_CHECKING:
    from tenfold.explain.net import Net

Floats = NDArray[np.float32]

_SMALLEST: Final = 1e-12  # as low as a probability in float32 is worth anything


@dataclass(frozen=True, slots=True, eq=False)
class Occlusion:
    """What is lost where a square of the digit is wiped.

    Attributes:
        patch_px: side of the square.
        loss: (28, 28) float64; by how many nats the log odds of the digit fall
            when the square around this pixel becomes paper.
        probability: (28, 28) float32, the digit's probability then.
    """

    patch_px: int
    loss: NDArray[np.float64]
    probability: Floats

    @property
    def worst(self) -> tuple[int, int]:
        """Row and column around which wiping costs the digit most."""
        row, column = np.unravel_index(int(self.loss.argmax()), self.loss.shape)
        return int(row), int(column)

    def to_dict(self) -> dict[str, Any]:
        """The map and its worst place as JSON values."""
        row, column = self.worst
        return {
            "patch_px": self.patch_px,
            "worst": {
                "row": row,
                "column": column,
                "loss_nats": round(float(self.loss[row, column]), 4),
                "probability": round(float(self.probability[row, column]), 6),
            },
            "loss_nats": np.round(self.loss, 4).tolist(),
        }


def log_odds(probabilities: NDArray[np.float32], digit: int) -> NDArray[np.float64]:
    """Log of a digit's probability over that of all others together, in nats.

    From the sum of the others, not from 1 - p, which a sure answer rounds to 0.

    Args:
        probabilities: (n, 10), rows sum to 1.
        digit: 0 to 9.

    >>> float(log_odds(np.array([[0.5, 0.25, 0.25] + [0] * 7]), 0)[0])
    0.0
    """
    p = np.asarray(probabilities, np.float64)
    others = np.delete(p, digit, axis=1).sum(axis=1)
    for_it, against = np.maximum(p[:, digit], _SMALLEST), np.maximum(others, _SMALLEST)
    odds: NDArray[np.float64] = np.log(for_it) - np.log(against)
    return odds


def occlusion(
    predict_proba: Callable[[Floats], Floats], image: Floats, digit: int, patch_px: int = PATCH_PX
) -> Occlusion:
    """How much the digit's odds fall when each square of the picture is wiped.

    The square is centred on a pixel and cut off at the picture's edge. Needs
    no gradient: it works with any model.

    Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014).

    Args:
        predict_proba: (n, 28, 28) in [0, 1] -> (n, 10).
        image: (28, 28) in [0, 1], ink high.
        digit: whose odds.
        patch_px: side of the square, odd.

    Raises:
        ConfigError: the side is even or does not fit.
    """
    if patch_px % 2 == 0 or not 1 <= patch_px < len(image):
        raise ConfigError(
            "--patch", f"must be odd, from 1 to {len(image) - 1}", came=str(patch_px)
        )  # fmt: skip
    reach = patch_px // 2
    wiped = np.repeat(image[None], image.size, axis=0)
    for index, (row, column) in enumerate(np.ndindex(*image.shape)):
        wiped[index, max(row - reach, 0) : row + reach + 1,
              max(column - reach, 0) : column + reach + 1] = 0  # fmt: skip
    before = log_odds(predict_proba(image[None]), digit)
    after = predict_proba(wiped)
    loss = (before - log_odds(after, digit)).reshape(image.shape)
    return Occlusion(patch_px, loss, after[:, digit].reshape(image.shape))


def input_gradient(net: Net, image: Floats, digit: int) -> Floats:
    """How the digit's log odds change with each pixel, (28, 28), nats per pixel of full ink.

    Above 0: more ink here speaks for the digit; below: against it.

    Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2013).

    Args:
        net: the model.
        image: (28, 28) in [0, 1], ink high.
        digit: whose odds.
    """
    from tenfold.explain.gradients import gradient_of

    _, slopes = gradient_of(lambda x: net.log_odds(x, digit))(image[None])
    slope: Floats = slopes[0]
    return slope
