"""Check digits: which numbers can be, by python-stdnum.

| name | what | digits |
|---|---|---|
| `luhn` | cards, IMEI, many customer numbers | 2 or more |
| `ean13` | goods | 13 |
| `isbn10` | books until 2006 | 10 |
| `isbn13` | books | 13, from 978 or 979 |
| `iban`, `iban:DE` | accounts: the digits behind the country's letters | 13 to 32 |
| `mod11` | weights 2 to 7 from the right: KID, payment forms | 2 or more |
| `aba` | routing numbers of banks in the USA | 9 |

Letters cannot be read. So an ISBN-10 that ends in X, one in eleven, is never
allowed; of an IBAN the digits alone are looked at, and countries whose accounts
have letters are out of reach. Plain `iban` takes any country, which makes the
check weaker by as many as have accounts of that length: name it where you can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from string import ascii_uppercase
from typing import ClassVar, Final

from tenfold.errors import ConfigError, did_you_mean
from tenfold.rules.values import digits_of

_NO_LIMIT: Final = 10**6
_IBAN: Final = (13, 32)  # Norway has 15 characters, the standard 34; two are the country


@dataclass(frozen=True, slots=True)
class Checksum:
    """One kind of check digit.

    Attributes:
        name: as it is given.
        holds: is this string of digits valid?
        lengths: how many digits such a number may have, from the fewest to the most.
        starts: what it must begin with, where that is known.
    """

    name: str
    holds: Callable[[str], bool]
    lengths: tuple[int, int]
    starts: tuple[str, ...] = ("",)
    on_digits: ClassVar = True

    def allows(self, text: str) -> bool:
        """Is this a number whose check digit is right? Marks are passed over."""
        digits = digits_of(text)
        low, high = self.lengths
        return low <= len(digits) <= high and digits.startswith(self.starts) and self.holds(digits)

    def could(self, prefix: str) -> bool:
        """False only where no number that begins so can be valid."""
        digits = digits_of(prefix)
        within = any(digits.startswith(start) or start.startswith(digits) for start in self.starts)
        return len(digits) <= self.lengths[1] and within

    def __str__(self) -> str:
        """In words."""
        return f"{self.name} check digit"


def checksum(name: str) -> Checksum:
    """The kind of check digit that has this name.

    Raises:
        ConfigError: there is no such kind, or no such country.

    >>> checksum("luhn").allows("79927398713"), checksum("luhn").allows("79927398710")
    (True, False)
    >>> checksum("iban:DE").allows("89370400440532013000")
    True
    """
    kind, colon, country = name.partition(":")
    if kind not in CHECKSUMS or (colon and kind != "iban"):
        raise ConfigError(
            "checksum", "no such kind", came=f'"{name}"', todo=did_you_mean(kind, CHECKSUMS)
        )
    if kind == "iban":
        return Checksum(name, _iban_of(country.upper() if colon else None), _IBAN)
    return CHECKSUMS[kind]


def _luhn(digits: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid(digits))


def _ean(digits: str) -> bool:
    from stdnum import ean

    return bool(ean.is_valid(digits))


def _isbn(digits: str) -> bool:
    from stdnum import isbn

    return bool(isbn.is_valid(digits))


def _aba(digits: str) -> bool:
    from stdnum.us import rtn

    return bool(rtn.is_valid(digits))


def _mod11(digits: str) -> bool:
    """By hand: python-stdnum has it only inside numbers of one kind (`stdnum.no.orgnr`)."""
    weights = (1, *(2 + place % 6 for place in range(len(digits) - 1)))
    return sum(w * int(d) for w, d in zip(weights, reversed(digits), strict=True)) % 11 == 0


def _iban_of(country: str | None) -> Callable[[str], bool]:
    if country is not None and country not in _countries():
        raise ConfigError(
            "checksum",
            "no country with IBANs has this code",
            came=f'"{country}"',
            todo=did_you_mean(country, _countries()),
        )

    def holds(digits: str) -> bool:
        from stdnum import iban

        countries = _countries() if country is None else (country,)
        return any(iban.is_valid(code + digits, check_country=False) for code in countries)

    return holds


@cache
def _countries() -> tuple[str, ...]:
    from stdnum import numdb

    registry = numdb.get("iban")
    codes = map("".join, product(ascii_uppercase, repeat=2))
    return tuple(code for code in codes if registry.info(code)[0][1])


CHECKSUMS: Final = {
    kind.name: kind
    for kind in (
        Checksum("luhn", _luhn, (2, _NO_LIMIT)),
        Checksum("ean13", _ean, (13, 13)),
        Checksum("isbn10", _isbn, (10, 10)),
        Checksum("isbn13", _isbn, (13, 13), ("978", "979")),
        Checksum("iban", _iban_of(None), _IBAN),
        Checksum("mod11", _mod11, (2, _NO_LIMIT)),
        Checksum("aba", _aba, (9, 9)),
    )
}
"""Every kind by its name."""
