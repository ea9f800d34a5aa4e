"""Readings beside what is written: which of their numbers are right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tenfold.results import Reading
from tenfold.rules import digits_of

NEXT_LINE = "|"


def answers(reading: Reading, label: str) -> list[tuple[float, bool]]:
    """The confidence of each number that was read, and whether it is right.

    Args:
        reading: of one picture.
        label: what is written in it, lines joined by `|`; marks, words and blanks do
            not count. A label without digits says that there is no number: whatever
            was read is wrong.

    Returns:
        One pair for each number. All are right where their digits, joined, are those
        of the label; otherwise those that are a line of it, found in order.

    >>> from tenfold.results import Box, Number
    >>> numbers = [Number(t, 0.9, "accepted", Box(0, 0, 9, 9), ()) for t in ("12", "7", "34")]
    >>> answers(Reading("a.png", 99, 99, tuple(numbers)), "12|34")
    [(0.9, True), (0.9, False), (0.9, True)]
    >>> answers(Reading("a.png", 99, 99, tuple(numbers)), "12 7 34")
    [(0.9, True), (0.9, True), (0.9, True)]
    """
    texts = [number.text for number in reading.numbers]
    if "".join(texts) == digits_of(label):
        right = [True] * len(texts)
    else:
        lines = [digits for line in label.split(NEXT_LINE) if (digits := digits_of(line))]
        right = _found(texts, lines)
    pairs = zip(reading.numbers, right, strict=True)
    # A number that obeys no rule has no text: nobody is told anything wrong.
    return [(number.confidence, is_right) for number, is_right in pairs if number.text]


def one_of(pairs: Sequence[tuple[float, bool]], seed: int) -> Sequence[tuple[float, bool]]:
    """One of a picture's answers by chance; none where there is none.

    The numbers of one picture stand and fall together; a bound that counts them
    as many would promise too much.
    """
    if len(pairs) < 2:
        return pairs
    return [pairs[int(np.random.default_rng(seed).integers(len(pairs)))]]


def _found(texts: Sequence[str], wanted: Sequence[str]) -> list[bool]:
    """Which texts are in the longest common subsequence with the wanted ones."""
    n, m = len(texts), len(wanted)
    longest = [[0] * (m + 1) for _ in range(n + 1)]  # of what comes from here on
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            equal = texts[i] == wanted[j]
            longest[i][j] = (
                1 + longest[i + 1][j + 1] if equal else max(longest[i + 1][j], longest[i][j + 1])
            )
    found, j = [], 0
    for i, text in enumerate(texts):
        while j < m and text != wanted[j] and longest[i][j + 1] == longest[i][j]:
            j += 1
        here = j < m and text == wanted[j]
        found.append(here)
        j += here
    return found
