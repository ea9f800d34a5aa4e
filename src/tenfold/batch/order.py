"""Names in the order in which people count."""

from __future__ import annotations

import re


def natural_key(name: str) -> tuple[list[tuple[int, str]], str]:
    """A key that sorts names as people do.

    >>> sorted(["p10", "p9", "P1"], key=natural_key)
    ['P1', 'p9', 'p10']
    """
    parts = re.split(r"([0-9]+)", name.lower())
    return [(int(part) if part.isdecimal() else -1, part) for part in parts], name
