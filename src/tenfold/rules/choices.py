"""A list of the texts that can be."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Final

from tenfold.errors import ConfigError
from tenfold.rules.values import DIGITS, MARKS, digits_of

_SHOWN: Final = 3


class Choices:
    """Only these texts; where none of them has a mark, the digits of a text count alone.

    Raises:
        ConfigError: there are none, or one holds something else than digits and marks.

    >>> plates = Choices(["100", "125"])
    >>> plates.allows("125"), plates.could("12"), plates.could("13")
    (True, True, False)
    """

    def __init__(self, choices: Iterable[str]) -> None:
        self._texts = frozenset(choices)
        if not self._texts:
            raise ConfigError("choices", "there are none, so nothing could be read")
        for text in sorted(self._texts):
            if not text or set(text) - {*DIGITS, *MARKS}:
                raise ConfigError(
                    "choices", "may hold digits, minus, point and comma only", came=f'"{text}"'
                )
        self.on_digits = not any(set(text) & set(MARKS) for text in self._texts)
        self._starts = frozenset(text[:end] for text in self._texts for end in range(len(text) + 1))

    def allows(self, text: str) -> bool:
        """Is it one of them?"""
        return self._seen(text) in self._texts

    def could(self, prefix: str) -> bool:
        """Does one of them begin so?"""
        return self._seen(prefix) in self._starts

    def _seen(self, text: str) -> str:
        return digits_of(text) if self.on_digits else text

    def __str__(self) -> str:
        """In words."""
        some = ", ".join(sorted(self._texts)[:_SHOWN])
        more = ", …" if len(self._texts) > _SHOWN else ""
        return f"one of {len(self._texts):,} choices ({some}{more})"


def read_choices(path: str | PathLike[str]) -> frozenset[str]:
    """The texts in a file, one a line; blank lines and blanks around a text do not count.

    Raises:
        ConfigError: the file cannot be read or names no text.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(str(path), f"the choices cannot be read ({reason})") from None
    texts = frozenset(filter(None, map(str.strip, lines)))
    if not texts:
        raise ConfigError(str(path), "holds no choices", todo="Write one number a line")
    return texts
