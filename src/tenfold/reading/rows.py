"""Rows of writing: what is written together is read together, words are left out,
and numbers that stand evenly spaced are one, like marks in the squares of a sheet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Final

from tenfold.finding.pieces import Piece, gap_between
from tenfold.picture import Ink
from tenfold.results import Box

from .beside import Part, given_back, spacing
from .held import spell_held
from .nets import Nets, see_lines
from .numberness import holds
from .paths import line_of
from .spacing import Spacing, apart, is_as_high, is_low
from .spelling import Spelled, spell
from .views import Seen
from .words import without_words

if TYPE_CHECKING:
    from tenfold.rules import Rules

Run = tuple[list[int], float]  # which parts make one number, and how surely nothing else does

_WIDEST: Final = 1.3  # heights of the row's digits: what is wider is a word
_BAR: Final = 2.0  # heights of the row's digits: what is higher is none of them
_FEWEST: Final = 3  # things read, before they tell how high a row's digits are
_SCRAP: Final = 0.2  # heights of the row's digits: what is lower is a dash
_EVEN_CHANCE: Final = 0.5  # that what was taken for the end of a word is a digit after all


def read_rows(
    nets: Nets,
    ink: Ink,
    rows: list[list[Piece]],
    rules: Rules | None = None,
) -> list[list[Spelled]]:
    """The numbers of each row, from left to right.

    Args:
        nets: of digits, and of lines.
        ink: of the picture that the rows are in.
        rows: pieces from left to right; none may be empty.
        rules: what every number must obey.
    """
    groups = [apart(row) for row in rows]
    lines = [line_of(group) for row in groups for group in row]
    seen = see_lines(nets, ink, lines)
    read = [spell(one) for one in seen]
    kept, rest = without_words(seen, read)
    written = map(_part, itertools.chain.from_iterable(groups), seen, read, kept)
    parts = [list(itertools.islice(written, len(row))) for row in groups]
    parts = given_back(nets, ink, [without_bars(row) for row in parts])
    runs = [runs_of(row, ink.squares) for row in parts]
    whole = _whole(nets, ink, parts, runs)
    return [
        [_spelled([row[k] for k in run], chance * rest, whole, rules) for run, chance in found]
        for row, found in zip(parts, runs, strict=True)
    ]


def _part(pieces: list[Piece], seen: Seen, read: Spelled, kept: Spelled) -> Part:
    """A part of a row, without the ink of digits that were left out beside others that are kept."""
    left = {id(glyph) for glyph in kept.found}
    gone = [glyph.box for glyph in read.found if left and id(glyph) not in left]
    rest = [piece for piece in pieces if not any(holds(box, piece.box) for box in gone)]
    return Part(rest or pieces, seen, kept)


def _whole(
    nets: Nets,
    ink: Ink,
    parts: list[list[Part]],
    runs: list[list[Run]],
) -> Iterator[Seen]:
    """The numbers of several parts, shown to the nets once more as the one line that each is.

    A writer's first digit says what his others are, also across a wide gap.
    """
    several = [
        line_of([piece for k in run for piece in row[k].pieces])
        for row, found in zip(parts, runs, strict=True)
        for run, _ in found
        if len(run) > 1
    ]
    return iter(see_lines(nets, ink, several))


def _spelled(
    parts: list[Part], chance: float, whole: Iterator[Seen], rules: Rules | None
) -> Spelled:
    """What is read of one number; the next one of `whole` is it where it has several parts."""
    seen = parts[0].seen if len(parts) == 1 else next(whole)
    if rules is not None:
        return spell_held(seen, rules)
    read = parts[0].spelled if len(parts) == 1 else spell(seen)
    for part in parts:
        chance *= part.chance
    return replace(read, share=read.share * chance)


def without_bars(parts: list[Part]) -> list[Part]:
    """The parts of a row, with nothing read in those that are far higher than its digits.

    They stand apart from these: a shadow, the edge of a sheet, a brace.
    """
    heights = [glyph.box.height for part in parts for glyph in part.spelled.found]
    if len(heights) < _FEWEST:
        return parts
    highest = _BAR * median(heights)
    return [
        replace(part, spelled=replace(part.spelled, found=[], share=1.0))
        if part.spelled.found and min(g.box.height for g in part.spelled.found) > highest
        else part
        for part in parts
    ]


def runs_of(parts: list[Part], squares: float = 0.0) -> list[Run]:
    """Neighbours that are evenly spaced.

    Between two parts of one number stands no word. A thing of a digit's size next to a
    number, read as none, takes from its surety: with it the number would be another.
    """
    row_has = spacing(parts, squares)
    if row_has is None:
        return []
    runs: list[list[int]] = []
    for k, part in enumerate(parts):
        if not part.spelled.found:
            continue
        goes_on = bool(runs) and runs[-1][-1] == k - 1
        if goes_on and part.box.x - parts[k - 1].box.right <= row_has.widest:
            runs[-1].append(k)
        else:
            runs.append([k])
    return [
        (
            run,
            _ends_before(parts, run[0], -1, row_has) * _ends_before(parts, run[-1], 1, row_has),
        )
        for run in runs
    ]


def _ends_before(parts: list[Part], end: int, step: int, row_has: Spacing) -> float:
    """The chance that what stands beside an end of a number is no digit of it.

    Args:
        parts: of the row.
        end: index of the number's first or last part.
        step: to the part beside it, -1 or 1.
        row_has: the row's spacing.
    """
    if not 0 <= end + step < len(parts) or parts[end + step].spelled.found:
        return 1.0
    beside = parts[end + step]
    gap = gap_between(parts[end].box, beside.box)
    if gap <= row_has.widest and _is_digit_sized(beside.box, row_has.height):
        return min(beside.spelled.share, _EVEN_CHANCE)
    nearest = _around_end(beside.pieces, 0 if step > 0 else -1)
    is_even = row_has.goes_on(gap) and _is_digit_sized(nearest, row_has.height)
    is_close = row_has.is_close(gap) and not is_low(beside.box, row_has.height)
    # By itself in the next square it may be what a printed line left of a digit.
    is_alone = max(gap, beside.box.width) <= row_has.square
    is_scrap = is_alone and beside.box.height >= _SCRAP * row_has.height
    return _EVEN_CHANCE if is_even or is_close or is_scrap else 1.0


def _around_end(pieces: Sequence[Piece], end: int) -> Box:
    """The box around the first thing of some pieces, or the last: a 5 and the bar above it.

    Args:
        pieces: from left to right.
        end: 0 or -1.
    """
    box = pieces[end].box
    for piece in pieces:
        if gap_between(pieces[end].box, piece.box) < 0:
            box = box.union(piece.box)
    return box


def _is_digit_sized(box: Box, height: float) -> bool:
    return is_as_high(box, height) and box.width <= _WIDEST * height
