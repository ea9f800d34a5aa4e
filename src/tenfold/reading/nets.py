"""Both nets asked of all lines of a picture at once: few large batches instead of many small."""

import itertools
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import CANON_SIZE
from tenfold.finding.pieces import around
from tenfold.finding.single import glyph_in, levels_in
from tenfold.picture import Ink
from tenfold.runtime import Classifier, LineNet

from .paths import Line, weigh
from .strips import strip_of
from .views import Seen

_NOTHING: Final = np.zeros((0, CANON_SIZE, CANON_SIZE), np.uint8)


def see_lines(
    classifier: Classifier, line_net: LineNet | None, ink: Ink, lines: list[Line]
) -> list[Seen]:
    """What the nets say of each line; where there is none they are not asked.

    Args:
        classifier: of single digits.
        line_net: of whole lines; None leaves the second view out.
        ink: of the picture that the lines are in.
        lines: from `line_of`.
    """
    if not lines:
        return []
    glyphs = [glyph for line in lines for glyph in _glyphs(ink, line)]
    judged = classifier.judge(np.stack(glyphs) if glyphs else _NOTHING)
    strips = [strip_of(ink, line) for line in lines] if line_net else []
    answers: list[Any] = []
    if line_net:
        answers = line_net.probabilities([strip.pixels for strip in strips])
    seen = []
    first = 0
    for line, strip, frames in itertools.zip_longest(lines, strips, answers):
        here = slice(first, first + len(line.candidates))
        first = here.stop
        weights = weigh(line, judged.probabilities[here], judged.is_digit[here])
        seen.append(Seen(line, weights, strip, frames))
    return seen


def _glyphs(ink: Ink, line: Line) -> list[NDArray[np.uint8]]:
    """(28, 28) of each candidate of a line."""
    levels = levels_in(ink, around(line.parts))
    return [glyph_in(levels, line.parts[c.start : c.stop], c.box) for c in line.candidates]
