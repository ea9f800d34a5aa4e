"""What the line net's answer says, read the simple way."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import BLANK, SYMBOLS


def greedy_text(answer: NDArray[Any]) -> str:
    """The text of the likeliest class of every step, repeats and blanks left out.

    Graves et al. (2006), section 3.2, "best path decoding".

    Args:
        answer: (T, 15) probabilities or logits.

    >>> path = [BLANK, 1, 1, BLANK, 1, 7]
    >>> greedy_text(np.eye(BLANK + 1)[path])
    '117'
    """
    path = answer.argmax(axis=-1)
    new = (path != BLANK) & (path != np.concatenate([[BLANK], path[:-1]]))
    return "".join(SYMBOLS[k] for k in path[new])
