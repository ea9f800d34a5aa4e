"""What a model says of a digit, and which digits its explanation is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ConfigError, ModelError
from tenfold.explain.glyph import Glyph

if TYPE_CHECKING:
    from tenfold.opening import DigitModel

N_DIGITS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a model says of one digit.

    Attributes:
        model: its name.
        glyph: the digit.
        probabilities: (10,) float32, sum to 1.
        is_digit: is it a single digit at all? 1 where the model does not tell.
        digit: which digit the explanation is about.
        target: which digit shall win in place of the one that does: the second
            best, or the digit that was asked for.
    """

    model: str
    glyph: Glyph
    probabilities: NDArray[np.float32]
    is_digit: float
    digit: int
    target: int

    @property
    def predicted(self) -> int:
        """The most probable digit."""
        return int(self.probabilities.argmax())

    @property
    def second(self) -> int:
        """The second most probable digit."""
        return int(np.argsort(-self.probabilities, kind="stable")[1])

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON values."""
        glyph = self.glyph
        return {
            "model": self.model,
            "picture": glyph.name,
            "box": None if glyph.box is None else glyph.box.to_list(),
            "digits_in_picture": glyph.n_digits,
            "label": glyph.label,
            "predicted": self.predicted,
            "probabilities": np.round(self.probabilities, 6).tolist(),
            "is_digit": round(self.is_digit, 6),
            "explained": self.digit,
        }


def answer(model: DigitModel, glyph: Glyph, digit: int | None = None) -> Answer:
    """What the model says of the digit.

    Args:
        model: any that was opened.
        glyph: the digit.
        digit: explain this one in place of the most probable.

    Raises:
        ConfigError: the digit is not 0 to 9.
        ModelError: the probabilities are no numbers.
    """
    if digit is not None and not 0 <= digit < N_DIGITS:
        raise ConfigError("--digit", "must lie in 0 to 9", came=str(digit))
    judged = model.judge(glyph.image[None])
    p = judged.probabilities[0]
    if not np.isfinite(p).all():
        raise ModelError(
            model.name,
            "its probabilities should be numbers",
            came="NaN",
            todo="Was its training stopped by a loss that was no number? Train it anew",
        )
    first, second = (int(k) for k in np.argsort(-p, kind="stable")[:2])
    explained = first if digit is None else digit
    target = second if explained == first else explained
    return Answer(model.name, glyph, p, float(judged.is_digit[0]), explained, target)
