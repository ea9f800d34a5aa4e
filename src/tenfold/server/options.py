"""How a picture is to be read: the options of `tenfold read`, as query parameters.

An option is declared once, here: a line gives its name, type, default and the
words of its help; `how` hands it on.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from tenfold.batch.rows import MIN_CONFIDENCE, asks_for_grid
from tenfold.picture import Polarity, parse_pages, parse_region
from tenfold.reading import DEFAULT_POLARITY
from tenfold.reading.layouts import MAX_LINES, Layout
from tenfold.rules import Rules
from tenfold.trust import MAX_ERROR

MAX_DIGITS: Final = 12
"""Digits that are shown step by step in one answer."""

_RULES: Final = ("pattern", "length", "minimum", "maximum", "checksum", "choices", "near", "within")

Text = Annotated[str | None, Field(max_length=200)]
Count = Annotated[int | None, Field(ge=1, le=MAX_LINES)]


class ReadOptions(BaseModel):
    """The options of a reading.

    >>> options = ReadOptions(length="5", near="40700", within="50")
    >>> options.how()["rules"].describe()
    '5 digits; worth at least 40650 and at most 40750'
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    model: str | None = Field(
        default=None, max_length=100, description="Which model reads; see /api/models."
    )
    min_confidence: float = Field(
        default=MIN_CONFIDENCE, ge=0, le=1, description="`?` for digits less sure than this."
    )
    polarity: Polarity = Field(
        default=DEFAULT_POLARITY, description="Is the ink darker than its paper, or lighter?"
    )
    max_error: float = Field(
        default=MAX_ERROR,
        gt=0,
        lt=1,
        description="Accept as long as at most this share of the accepted is wrong.",
    )
    layout: Layout = Field(
        default="auto", description="One digit, one number, lines, or cells; auto finds out."
    )
    rows: Count = Field(default=None, description="The grid has so many rows.")
    cols: Count = Field(default=None, description="The grid has so many columns.")
    region: Text = Field(
        default=None, description="Read this part only: x,y,width,height in pixels or percent."
    )
    pages: Text = Field(default=None, description="Of a PDF, TIFF or HEIC: 1-3,7 or 5-.")
    pattern: Text = Field(default=None, description=r"All of a number matches, as in \d{5}.")
    length: Text = Field(
        default=None, pattern=r"^\d{1,3}(-\d{1,3})?$", description="It has N digits; or N-M."
    )
    minimum: Text = Field(default=None, alias="min", description="It is this or more.")
    maximum: Text = Field(default=None, alias="max", description="It is this or less.")
    checksum: Text = Field(default=None, description="Its check digit is right: luhn, ean13, ...")
    choices: list[str] | None = Field(
        default=None, max_length=1000, description="It is one of these; give the key again."
    )
    near: Text = Field(default=None, description="It is this, give or take `within`.")
    within: Text = Field(default=None, description="How far from `near` it may be.")

    def how(self) -> dict[str, Any]:
        """What `Reader.read_pages` takes by name.

        Raises:
            ConfigError: a region, pages or a rule in no form that there is.
        """
        return {
            "layout": self.layout,
            "rows": self.rows,
            "cols": self.cols,
            "region": parse_region(self.region) if self.region is not None else None,
            "pages": parse_pages(self.pages) if self.pages is not None else None,
            "rules": self._rules(),
        }

    def _rules(self) -> Rules | None:
        given = {name: getattr(self, name) for name in _RULES}
        if all(value is None for value in given.values()):
            return None
        if self.length is not None:
            first, _, last = self.length.partition("-")
            given["length"] = (int(first), int(last)) if last else int(first)
        return Rules(**given)


class FormOptions(ReadOptions):
    """Those, and the form of the answer."""

    format: Literal["json", "jsonl", "csv"] = Field(
        default="json", description="One object, a line for each picture, or a table."
    )

    @property
    def is_grid(self) -> bool:
        """Was a grid asked for? Its CSV is the table itself."""
        return asks_for_grid(self.layout, self.rows, self.cols)


class LookOptions(ReadOptions):
    """Those of a reading, and which of the digits are to be looked at."""

    first: int = Field(default=0, ge=0, le=100_000, description="The digit to begin with, from 0.")
    count: int = Field(default=8, ge=0, le=MAX_DIGITS, description="How many digits.")


Options = Annotated[FormOptions, Query()]
