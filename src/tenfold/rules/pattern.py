"""A regular expression as a rule: a whole text, or how a text may begin."""

from __future__ import annotations

import re
from typing import Final

import regex

from tenfold.errors import ConfigError
from tenfold.rules.values import digits_of

_PATIENCE_S: Final = 0.5  # a number is short; what takes longer backtracks without end

# What of a pattern speaks of digits alone: anchors, \d, quantifiers, ranges of digits, groups.
_OF_DIGITS: Final = re.compile(
    r"\\[dAbZ]|\{\d*,?\d*\}|\d-\d|\(\?(?:[:=!]|P<\w+>|P=\w+\))|^\^|[\d$]"
)
_MAY_BE_A_MARK: Final = frozenset("-.,^\\")


class Pattern:
    r"""A regular expression over digits, minus, point and comma, as `re.fullmatch` takes it.

    Where no mark can stand in it, as in `[0-9]{5}` or `\d+`, it is matched to the
    digits of the text: `40.718` fits `\d{5}`. Otherwise, to the text as written.

    Raises:
        ConfigError: it is no regular expression; the message says where it goes wrong.

    >>> amount = Pattern(r"\d+,\d\d")
    >>> amount.allows("12,50"), amount.could("12,5"), amount.could("12,505")
    (True, True, False)
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            re.compile(pattern)  # its messages name the place
        except re.error as error:
            where = "" if error.pos is None else f", at character {error.pos + 1}"
            raise _no_pattern(pattern, f"{error.msg}{where}") from None
        try:
            self._regex = regex.compile(pattern, regex.VERSION0)
        except regex.error as error:
            raise _no_pattern(pattern, str(error)) from None
        self.on_digits = not _MAY_BE_A_MARK & set(_OF_DIGITS.sub("", pattern))

    def allows(self, text: str) -> bool:
        """Does the whole text match?"""
        return self._match(text, partial=False)

    def could(self, prefix: str) -> bool:
        """False only where no text that begins so can match."""
        return self._match(prefix, partial=True)

    def __str__(self) -> str:
        """In words."""
        return f"matches {self.pattern}"

    def _match(self, text: str, *, partial: bool) -> bool:
        text = digits_of(text) if self.on_digits else text
        try:
            found = self._regex.fullmatch(text, partial=partial, timeout=_PATIENCE_S)
        except TimeoutError:
            raise ConfigError(
                "pattern",
                f"matching {len(text)} characters takes more than {_PATIENCE_S:g} s",
                came=f'"{self.pattern}"',
                todo="Repetitions inside repetitions, as in (a+)+, are the usual cause",
            ) from None
        return found is not None


def _no_pattern(pattern: str, reason: str) -> ConfigError:
    return ConfigError("pattern", f"no regular expression: {reason}", came=f'"{pattern}"')
