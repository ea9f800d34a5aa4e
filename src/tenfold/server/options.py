"""How a picture is to be read: the options of `tenfold read`, as query parameters.

An option is declared once, here: a line gives its name, type, default and the
words of its help; `for_reader` hands it to the reader.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from tenfold.picture import Polarity
from tenfold.reading import DEFAULT_POLARITY

MAX_DIGITS = 12
"""Digits that are shown step by step in one answer."""


class ReadOptions(BaseModel):
    """The options of a reading.

    >>> ReadOptions(polarity="light-on-dark").for_reader()
    {'polarity': 'light-on-dark'}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str | None = Field(
        default=None, max_length=100, description="Which model reads; see /api/models."
    )
    polarity: Polarity = Field(
        default=DEFAULT_POLARITY, description="Is the ink darker than its paper, or lighter?"
    )

    def for_reader(self) -> dict[str, Any]:
        """The options that `tenfold.Reader` takes by name."""
        return self.model_dump(exclude={"model"})

    def plain(self) -> ReadOptions:
        """Only the options of a reading: readers are held by them."""
        return ReadOptions(**self.model_dump(include=set(ReadOptions.model_fields)))

    def for_drawing(self) -> ReadOptions:
        """The same for a drawing on our own white paper."""
        return self.plain().model_copy(update={"polarity": "dark-on-light"})


class LookOptions(ReadOptions):
    """Those, and which of the digits are to be looked at."""

    first: int = Field(default=0, ge=0, le=100_000, description="The digit to begin with, from 0.")
    count: int = Field(default=8, ge=0, le=MAX_DIGITS, description="How many digits.")


Options = Annotated[ReadOptions, Query()]
