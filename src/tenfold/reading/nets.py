"""The nets asked of all lines of a picture at once: few large batches instead of many small."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE
from tenfold.finding.pieces import around
from tenfold.finding.single import glyph_in, levels_in
from tenfold.picture import Ink
from tenfold.runtime import (
    Classifier,
    Judgement,
    LineNet,
    company_of,
    load_classifier,
    load_line_net,
)

from .paths import Line, weigh
from .strips import strip_of
from .views import Seen

_NOTHING: Final = np.zeros((0, CANON_SIZE, CANON_SIZE), np.uint8)
_ALONE: Final = 1.0  # times its height: so wide a line at most is one digit


@dataclass(frozen=True, slots=True, eq=False)
class Nets:
    """What a reader asks.

    A P beside other digits is a 9, by itself it is a letter; a 1 whose flag is an arch is told
    from a 7 by its neighbours. So there may be a net of its own for digits in company.

    Attributes:
        alone: of a digit by itself.
        company: of digits that stand beside others; may be the same.
        line: of whole lines; None leaves the second view out.
    """

    alone: Classifier
    company: Classifier
    line: LineNet | None

    @classmethod
    def of(
        cls,
        model: str | Classifier,
        company: str | Classifier | None,
        line_net: str | LineNet | None,
    ) -> Nets:
        """The nets that these name, or that they are; raises as `load_classifier` does.

        Args:
            model: of a digit by itself.
            company: None is the model, and beside the default one, by name, the shipped one.
            line_net: None leaves it out.
        """
        alone = load_classifier(model) if isinstance(model, str) else model
        if company is None:
            named = company_of(model) if isinstance(model, str) else model
            company = alone if named == model else named
        return cls(
            alone,
            load_classifier(company) if isinstance(company, str) else company,
            load_line_net(line_net) if isinstance(line_net, str) else line_net,
        )


def see_lines(nets: Nets, ink: Ink, lines: list[Line]) -> list[Seen]:
    """What the nets say of each line; where there is none they are not asked.

    Args:
        nets: of digits, and of lines.
        ink: of the picture that the lines are in.
        lines: from `line_of`.
    """
    if not lines:
        return []
    judged = _judged(nets, ink, lines)
    strips = [strip_of(ink, line) for line in lines] if nets.line else []
    answers: list[Any] = []
    if nets.line:
        answers = nets.line.probabilities([strip.pixels for strip in strips])
    return [
        Seen(line, weigh(line, one.probabilities, one.is_digit), strip, frames)
        for line, one, strip, frames in itertools.zip_longest(lines, judged, strips, answers)
    ]


def _judged(nets: Nets, ink: Ink, lines: Sequence[Line]) -> list[Judgement]:
    """What the digit nets say of the candidates of each line; each net is asked once."""
    one_net = nets.company is nets.alone
    alone = [one_net or _is_alone(line) for line in lines]
    made: dict[int, Judgement] = {}
    for net, is_its in ((nets.alone, True), (nets.company, False)):
        mine = [k for k, one in enumerate(alone) if one == is_its]
        if not mine:
            continue
        glyphs = [glyph for k in mine for glyph in _glyphs(ink, lines[k])]
        judged = net.judge(np.stack(glyphs) if glyphs else _NOTHING)
        first = 0
        for k in mine:
            here = slice(first, first + len(lines[k].candidates))
            first = here.stop
            made[k] = Judgement(judged.probabilities[here], judged.is_digit[here])
    return [made[k] for k in range(len(lines))]


def _is_alone(line: Line) -> bool:
    """Whether there is room for one digit only."""
    box = around(line.parts)
    return box.width <= _ALONE * box.height


def _glyphs(ink: Ink, line: Line) -> list[NDArray[np.uint8]]:
    """(28, 28) of each candidate of a line."""
    levels = levels_in(ink, around(line.parts))
    return [glyph_in(levels, line.parts[c.start : c.stop], c.box) for c in line.candidates]
