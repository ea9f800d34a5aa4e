"""How much a number may be worth, and how many digits it may have."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from tenfold.errors import ConfigError
from tenfold.rules.values import digits_of, head, meanings

Amount = int | float | str | Decimal


@dataclass(frozen=True, slots=True)
class Length:
    """How many digits, from the fewest to the most.

    >>> Length(2, 3).allows("1,5"), Length(2, 3).could("1,555")
    (True, False)
    """

    low: int
    high: int
    on_digits: ClassVar = True

    def __post_init__(self) -> None:
        if not 1 <= self.low <= self.high:
            raise ConfigError(
                "length",
                "must be a number of digits from 1, or the fewest and the most",
                came=_span(self.low, self.high),
            )

    def allows(self, text: str) -> bool:
        """Has the text so many digits?"""
        return self.low <= len(digits_of(text)) <= self.high

    def could(self, prefix: str) -> bool:
        """Are there not too many yet?"""
        return len(digits_of(prefix)) <= self.high

    def __str__(self) -> str:
        """In words."""
        return f"{_span(self.low, self.high)} digit{'s' if self.high > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Range:
    """What a number may be worth; one meaning in the range is enough.

    Attributes:
        low, high: the least and the most; infinite where there is no limit.
        longest: the most digits that there may be, where that is known.

    >>> cents = Range(Decimal(0), Decimal("99.99"))
    >>> cents.allows("45,10"), cents.allows("100"), cents.could("100")
    (True, False, False)
    """

    low: Decimal
    high: Decimal
    longest: int | None = None
    on_digits: ClassVar = False

    def allows(self, text: str) -> bool:
        """Is it worth something in the range?"""
        return any(self.low <= value <= self.high for value in meanings(text))

    def could(self, prefix: str) -> bool:
        """False only where whatever may follow leads out of the range."""
        if not prefix:
            return True
        low, high = (-self.high, -self.low) if prefix.startswith("-") else (self.low, self.high)
        whole, digits = head(prefix), digits_of(prefix)
        # The first mark parts the decimals, and what stands before it is all that counts; or it
        # groups, and each further digit makes the number ten times as much.
        if any(mark in prefix for mark in ".,") and whole <= high and whole + 1 > low:
            return True
        least, most = Decimal(digits or 0), Decimal(digits or 0) + 1
        if self.longest is None and (high.is_infinite() or least == 0):
            return high >= 0
        n_more = 0
        while least <= high and (self.longest is None or len(digits) + n_more <= self.longest):
            if most > low:
                return True
            least, most, n_more = 10 * least, 10 * most, n_more + 1
        return False

    def __str__(self) -> str:
        """In words."""
        least = f"at least {self.low:f}" if self.low.is_finite() else ""
        most = f"at most {self.high:f}" if self.high.is_finite() else ""
        return "worth " + " and ".join(filter(None, (least, most)))


def amount(name: str, value: Amount) -> Decimal:
    """A limit as a number.

    Raises:
        ConfigError: it is none; `name` says which limit it was.

    >>> amount("maximum", "12.50")
    Decimal('12.50')
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        todo = "Write decimals with a point, and thousands without any mark"
        raise ConfigError(name, "must be a number", came=f'"{value}"', todo=todo)
    return number


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"
