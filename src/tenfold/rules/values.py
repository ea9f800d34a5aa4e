"""What a written number is worth: which of its marks part thousands, and which decimals.

The convention, in this order:

1. A minus in front makes the number negative. Dashes behind it, as in `12,-`,
   say that nothing follows and are worth nothing.
2. Where both marks stand, the last one parts the decimals and the other one
   groups thousands: `1.250,50` and `1,250.50` are both 1250.50.
3. A mark that stands more than once groups thousands: `1.250.000`.
4. A single mark parts decimals, `12,5`; but where exactly three digits follow it
   and one to three stand before it, the first of them no zero, it may do either.
   `1.250` has two meanings, 1.25 and 1250.

Groups of thousands have three digits, the first one to three. What follows none
of this, `1.2.3` or `1-2`, is worth nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

DIGITS: Final = "0123456789"
MARKS: Final = "-.,"
"""What `written` may hold beside digits."""

_NUMBER: Final = re.compile(r"(-?)([0-9.,]*[0-9])[.,]?-*")
_GROUPS: Final = r"[1-9][0-9]{{0,2}}(?:{0}[0-9]{{3}})+"
_FORMS: Final = tuple(  # an integer part in group 1, decimals in group 2, if any
    re.compile(form)
    for form in (
        "([0-9]+)()",
        "([0-9]*)[.,]([0-9]+)",
        f"({_GROUPS.format(',')})(?:[.]([0-9]+))?",
        f"({_GROUPS.format('[.]')})(?:,([0-9]+))?",
    )
)


def digits_of(text: str) -> str:
    """The digits of a text, its marks left out.

    >>> digits_of("-1.250,50")
    '125050'
    """
    return "".join(mark for mark in text if mark in DIGITS)


def meanings(text: str) -> frozenset[Decimal]:
    """Every value that a text may have; none where it is no number.

    Args:
        text: digits 0 to 9, minus, point, comma.

    >>> sorted(map(float, meanings("1.250")))
    [1.25, 1250.0]
    >>> meanings("1.250,50") == meanings("1,250.50") == meanings("1250,50")
    True
    >>> meanings("-12,-"), meanings("1.2.3")
    (frozenset({Decimal('-12.0')}), frozenset())
    """
    number = _NUMBER.fullmatch(text)
    if number is None:
        return frozenset()
    sign, body = number.groups()
    return frozenset(
        Decimal(f"{sign}{digits_of(found[1]) or 0}.{found[2] or 0}")
        for form in _FORMS
        if (found := form.fullmatch(body))
    )


def head(text: str) -> int:
    """The digits before the first point or comma, as a number; 0 where there is none.

    However a text goes on, its value is at least as far from zero as this.

    >>> head("12,5"), head("-12"), head(",5")
    (12, 12, 0)
    """
    before = re.match(r"-?([0-9]*)", text)
    return int(before[1]) if before and before[1] else 0
