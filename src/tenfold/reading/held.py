"""A line held to rules: the best text that obeys them, beside the best without them.

The confidence is the text's share among the texts that obey. Only where the
rules had to overrule a digit that the ink shows clearly is it the share among
all texts: then either the ink or the rule is wrong, and a person should look.
A text that the ink hardly supports is not taken: no text is the answer then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenfold.canon import JUNK

from .search import search
from .spelling import Spelled, lay, views_of
from .strips import Frames, align, marks_beside
from .views import Seen

if TYPE_CHECKING:
    from tenfold.rules import Rules

CLEAR: Final = 0.9
"""A digit at least this sure is not overruled without a person's look."""

SUPPORT: Final = 1e-3
"""Of the best text's score: a text with less is not what stands there."""

_MOST_OPENED: Final = 1500  # a check digit lets a beginning be given up only at its end


def spell_held(seen: Seen, rules: Rules) -> Spelled:
    """The best text of a line that obeys the rules; without a digit where none does.

    Args:
        seen: the line.
        rules: they speak of it as one number.

    Returns:
        With `unruled`, what was read without the rules.
    """
    views = views_of(seen)
    texts = search(views)
    free = lay(texts, seen)
    if not free.found:
        return replace(free, unruled=free)
    score = next(text.score for text in texts if text.text == free.text)
    allows, could = _tests(rules, free, seen.frames)
    obeying = search(
        views, could=could, allows=allows, most_opened=_MOST_OPENED, floor=SUPPORT * score
    )
    held = lay(obeying, seen)
    if held.found and _overrules(held, free):
        held_score = next(text.score for text in obeying if text.text == held.text)
        held = replace(held, share=min(held.share, free.share * held_score / score))
    return replace(held, unruled=free)


def digit_held(free: Spelled, rules: Rules) -> Spelled:
    """A line that is one digit, held to rules.

    Args:
        free: what was read without rules: one digit, its share that of being one at all
            and this one.
        rules: they speak of the one digit.
    """
    glyph = free.found[0]
    chances = glyph.probabilities
    obeying = [digit for digit in range(len(chances)) if rules.allows(str(digit))]
    best = max(obeying, key=lambda digit: chances[digit], default=None)
    if best is None or chances[best] < SUPPORT * chances[glyph.digit]:
        return Spelled([], 0.0, [], unruled=free)
    share = free.share * float(chances[best] / chances[glyph.digit])
    if best == glyph.digit or glyph.posterior < CLEAR:
        share = min(share / float(chances[obeying].sum()), free.share / chances[glyph.digit])
    found = replace(glyph, digit=best, posterior=share)
    return Spelled([found], share, [], unruled=free)


def _tests(
    rules: Rules, free: Spelled, frames: Frames | None
) -> tuple[Callable[[str], bool], Callable[[str], bool]]:
    """What allows a string of digits, and what could: with the line's marks, where it has any."""
    if frames is None or all(symbol == JUNK for _, symbol in free.marks):
        return lambda digits: bool(digits) and rules.allows(digits), rules.could
    return (
        lambda digits: bool(digits) and rules.allows(_written(frames, digits)),
        rules.could_digits,
    )


def _written(frames: Frames, digits: str) -> str:
    """The digits with the points, commas and dashes between and beside them."""
    spans = align(frames, digits)
    placed = [((a + b) / 2, digit) for (a, b), digit in zip(spans, digits, strict=False)]
    signs = [(at, symbol) for at, symbol in marks_beside(frames, spans) if symbol != JUNK]
    return "".join(symbol for _, symbol in sorted([*placed, *signs]))


def _overrules(held: Spelled, free: Spelled) -> bool:
    """Had a clear digit to give way? Where the lengths differ, all of the text is looked at."""
    if held.text == free.text:
        return False
    if len(held.found) != len(free.found):
        return free.share >= CLEAR
    return any(
        mine.digit != other.digit and other.posterior >= CLEAR
        for mine, other in zip(held.found, free.found, strict=True)
    )
