"""What is counted on the way, and told at the end."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from .items import Row


@dataclass(slots=True)
class Tally:
    """Counts of a batch, over all the times that it was gone on with.

    Attributes:
        pictures: that have a row; each page of a file is one.
        errors: of these, that could not be read.
        without: of these, in which no number stands.
        numbers: that were found.
        accepted: of the numbers.
        seconds: that were worked.
        runs: how often it was begun or gone on with.
    """

    pictures: int = 0
    errors: int = 0
    without: int = 0
    numbers: int = 0
    accepted: int = 0
    seconds: float = 0.0
    runs: int = 0

    @property
    def review(self) -> int:
        """Numbers that a person should look at."""
        return self.numbers - self.accepted

    def add(self, row: Row) -> None:
        """One more picture."""
        self.pictures += 1
        self.errors += row.failed
        self.without += not row.failed and not row.numbers
        self.numbers += row.numbers
        self.accepted += row.accepted

    def to_dict(self) -> dict[str, Any]:
        """The counts as JSON values."""
        rate = self.pictures / self.seconds if self.seconds else 0.0
        return {
            "pictures": self.pictures,
            "errors": self.errors,
            "without_numbers": self.without,
            "numbers": self.numbers,
            "accepted": self.accepted,
            "review": self.review,
            "seconds": round(self.seconds, 3),
            "pictures_per_second": round(rate, 1),
            "runs": self.runs,
        }

    def to_json(self) -> str:
        """The fields as the journal keeps them.

        >>> Tally.from_json(Tally(pictures=3).to_json()).pictures
        3
        """
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Tally:
        """The tally that `to_json` wrote."""
        return cls(**json.loads(text))
