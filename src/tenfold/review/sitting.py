"""A walk through doubtful answers that can be stopped at any moment, gone on with, and undone."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.kept import LABEL, KeptFolder
from tenfold.errors import TenfoldError

from .doubts import Doubt

SOURCE: Final = "tenfold review"
CONFIRMED: Final = "confirmed"
CORRECTED: Final = "corrected"
NO_NUMBER: Final = "no number"
NONE: Final = "none"
"""The label where there is no number: any without digits would do (docs/trust.md)."""

_NEXT_LINE: Final = "|"


def is_label(text: str, doubt: Doubt) -> bool:
    """Can this be what is written there? Lines of a whole picture are parted by `|`.

    >>> from tenfold.results import Reading
    >>> picture = Doubt(Reading("a.png", 9, 9), None)
    >>> is_label("12,50|7", picture), is_label("twelve", picture)
    (True, False)
    """
    lines = text.split(_NEXT_LINE) if doubt.number is None else [text]
    return all(re.fullmatch(LABEL, line) for line in lines)


class Sitting:
    """What is still to be looked at. Everything that was said lies in the folder at once.

    So there is nothing to save at the end: who stops, is stopped or killed goes on
    where they were, and can undo what they said in earlier sittings.

    Args:
        doubts: in the order in which they are asked about.
        kept: where what is said of them is kept.

    Attributes:
        n: of all doubts.
        lost: those that cannot be shown, with the reason.
    """

    def __init__(self, doubts: Sequence[Doubt], kept: KeptFolder) -> None:
        self.n, self.lost = len(doubts), list[tuple[Doubt, TenfoldError]]()
        self._kept, self._mine = kept, {doubt.name: doubt for doubt in doubts}
        decided = [name for row in kept.rows() if (name := row["file"]) in self._mine]
        self._past = [self._mine[name] for name in decided]
        self._skipped = set[str]()
        self._queue = deque(doubt for doubt in doubts if doubt.name not in decided)
        self.n_before = len(self._past)

    @property
    def current(self) -> Doubt | None:
        """What is asked about now; None at the end."""
        return self._queue[0] if self._queue else None

    @property
    def position(self) -> int:
        """The current one's place, from 1 to `n`."""
        return self.n - len(self._queue) + 1

    def keep(self, pixels: NDArray[np.uint8], label: str) -> str:
        """Keep what is written in the current one; was it confirmed, corrected, or no number?

        Args:
            pixels: its crop.
            label: what is written there; empty where there is no number.
        """
        doubt = self._queue[0]
        kind = CORRECTED if label else NO_NUMBER
        if label and label == doubt.proposal:
            kind = CONFIRMED
        self._kept.keep(pixels, label or NONE, source=SOURCE, kind=kind, name=doubt.name)
        self._past.append(self._queue.popleft())
        return kind

    def skip(self) -> None:
        """Leave the current one for the next sitting."""
        self._skipped.add(self._queue[0].name)
        self._past.append(self._queue.popleft())

    def lose(self, why: TenfoldError) -> None:
        """The current one cannot be shown."""
        self.lost.append((self._queue.popleft(), why))

    def undo(self) -> bool:
        """Take back the last step, so that it is the current one again; False if there is none."""
        if not self._past:
            return False
        doubt = self._past.pop()
        if doubt.name in self._skipped:
            self._skipped.remove(doubt.name)
        else:
            self._kept.remove(doubt.name)
        self._queue.appendleft(doubt)
        return True

    def counts(self) -> Counter[str]:
        """How many were confirmed, corrected, no number; of all sittings."""
        return Counter(row["kind"] for row in self._rows())

    def labels(self) -> set[str]:
        """What was said to be written; of all sittings."""
        return {row["label"] for row in self._rows()}

    def _rows(self) -> list[dict[str, str]]:
        return [row for row in self._kept.rows() if row["file"] in self._mine]

    @property
    def n_left(self) -> int:
        """How many have not been decided: skipped, or not come to."""
        return len(self._queue) + len(self._skipped)
