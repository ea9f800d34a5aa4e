"""What is known of a number before it is read: plain predicates over its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final, Protocol

from tenfold.errors import ConfigError
from tenfold.rules.amounts import Amount, Length, Range, amount
from tenfold.rules.checksums import checksum
from tenfold.rules.choices import Choices
from tenfold.rules.pattern import Pattern

_NO_RULE: Final = "anything"


class Rule(Protocol):
    """One rule; `str` says it in words."""

    @property
    def on_digits(self) -> bool:
        """Does it pass over marks, and look at the digits alone?"""

    def allows(self, text: str) -> bool:
        """May this be the whole text?"""

    def could(self, prefix: str) -> bool:
        """False only where no text that begins so is allowed."""


@dataclass(frozen=True)
class Rules:
    """What a number must obey; every rule that is given must hold.

    A text is a number as written: digits, minus, point and comma. `length`,
    `checksum`, and a pattern or choices in which no mark stands look at the
    digits alone, the others at all of it. What `1.250` is worth: docs/trust.md.

    Args:
        pattern: a regular expression that the whole text matches.
        length: how many digits it has, or the fewest and the most.
        minimum: the least that it is worth.
        maximum: the most that it is worth.
        checksum: `luhn`, `ean13`, `isbn10`, `isbn13`, `iban`, `iban:DE`, `mod11` or `aba`.
        choices: the texts that can be.
        near: what it is worth, give or take `within`.
        within: how far off it may be, 0 or more.

    Raises:
        ConfigError: a rule is none, or two of them leave nothing.

    >>> meter = Rules(length=5, near=40700, within=50)
    >>> meter.allows("40718"), meter.allows("90718"), meter.could("407"), meter.could("409")
    (True, False, True, False)
    """

    pattern: str | None = None
    length: int | tuple[int, int] | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    checksum: str | None = None
    choices: Iterable[str] | None = None
    near: Amount | None = None
    within: Amount | None = None

    def __post_init__(self) -> None:
        if self.choices is not None:  # an iterator could be walked only once
            object.__setattr__(self, "choices", frozenset(self.choices))
        _ = self._each  # what is wrong is said now, not in the middle of a picture

    def allows(self, text: str) -> bool:
        """May this be the whole text?"""
        return all(rule.allows(text) for rule in self._each)

    def could(self, prefix: str) -> bool:
        """False only where no text that begins so is allowed: a search can give up there."""
        return all(rule.could(prefix) for rule in self._each)

    def could_digits(self, digits: str) -> bool:
        """False only where no text whose digits begin so is allowed, whatever marks it has.

        >>> Rules(length=2, maximum=9).could_digits("12"), Rules(length=2).could_digits("123")
        (True, False)
        """
        return all(rule.could(digits) for rule in self._each if rule.on_digits)

    def describe(self) -> str:
        """The rules in words.

        >>> Rules(length=5, maximum=50000).describe()
        '5 digits; worth at most 50000'
        """
        return "; ".join(map(str, self._each)) or _NO_RULE

    def __bool__(self) -> bool:
        """Is there any rule at all?"""
        return bool(self._each)

    @cached_property
    def _each(self) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        length = None if self.length is None else Length(*_pair(self.length))
        if length is not None:
            rules.append(length)
        if self.pattern is not None:
            rules.append(Pattern(self.pattern))
        if self.checksum is not None:
            rules.append(checksum(self.checksum))
        if self.choices is not None:
            rules.append(Choices(self.choices))
        low, high = self._limits()
        if low.is_finite() or high.is_finite():
            rules.append(Range(low, high, None if length is None else length.high))
        return tuple(rules)

    def _limits(self) -> tuple[Decimal, Decimal]:
        low, high = Decimal("-Infinity"), Decimal("Infinity")
        if self.minimum is not None:
            low = amount("minimum", self.minimum)
        if self.maximum is not None:
            high = amount("maximum", self.maximum)
        if low > high:
            raise ConfigError("minimum", f"no number is at least {low:f} and at most {high:f}")
        if self.near is None and self.within is None:
            return low, high
        if self.near is None or self.within is None:
            given, other = ("near", "within") if self.within is None else ("within", "near")
            raise ConfigError(given, f"says nothing without {other}", todo=f"Give {other} as well")
        near, within = amount("near", self.near), amount("within", self.within)
        if within < 0:
            raise ConfigError("within", "a distance is 0 or more", came=f"{within:f}")
        nearest = max(low, near - within), min(high, near + within)
        if nearest[0] > nearest[1]:
            raise ConfigError(
                "near",
                "no number is so near and between minimum and maximum too",
                came=f"{near:f} within {within:f}",
            )
        return nearest


def _pair(length: int | tuple[int, int]) -> tuple[int, int]:
    return (length, length) if isinstance(length, int) else length
