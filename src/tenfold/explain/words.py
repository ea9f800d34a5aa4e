"""An explanation in sentences, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.explain.answer import Answer
from tenfold.explain.whole import Explanation

if TYPE_CHECKING:
    from tenfold.explain.change import Change
    from tenfold.explain.layers import LayerView
    from tenfold.explain.neighbours import Neighbours

_ROWS: Final = ("upper", "middle", "lower")
_COLUMNS: Final = ("left", "middle", "right")
DOUBT: Final = 0.5
"""A model less sure than this that it sees one digit does not take it for one."""


def headline(answer: Answer) -> str:
    """What the model reads, and what a reader of it should know."""
    glyph, p = answer.glyph, answer.probabilities
    first, second = answer.predicted, answer.second
    parts = [
        f"{glyph.name}: {answer.model} reads {first} ({percent(p[first])}); "
        f"second best {second} ({percent(p[second])})."
    ]
    if glyph.label is not None:
        right = "which is right" if glyph.label == first else f"but it is a {glyph.label}"
        parts[0] = parts[0].replace("; second", f", {right}; second")
    if glyph.n_digits > 1 and glyph.box is not None:
        x, y, width, height = glyph.box.to_list()
        parts.append(
            f"The picture holds {glyph.n_digits} digits; the largest is explained, "
            f"{width} × {height} px at x {x}, y {y}."
        )
    if glyph.n_digits == 0:
        parts.append(
            "The model finds no digit in the picture; all its writing is explained as one."
        )
    if answer.is_digit < DOUBT:
        parts.append(f"It doubts that this is one digit ({percent(answer.is_digit)} sure).")
    if answer.digit != first:
        parts.append(f"What is explained is the {answer.digit} ({percent(p[answer.digit])}).")
    return " ".join(parts)


def sentences(explanation: Explanation) -> dict[str, str]:
    """One or two sentences for every part that was made, by the part's name."""
    answer, found = explanation.answer, {}
    if explanation.layers is not None:
        found["layers"] = _layers(explanation.layers)
    if explanation.occlusion is not None:
        found["saliency"] = _saliency(explanation)
    if explanation.neighbours is not None:
        found["neighbours"] = _neighbours(explanation.neighbours, answer.predicted)
    if explanation.change is not None:
        found["change"] = _change(explanation.change)
    return found


def percent(p: float) -> str:
    """A probability in words that never claim certainty.

    >>> percent(0.9712), percent(0.99999), percent(0.00001)
    ('97.1 %', 'over 99.9 %', 'under 0.1 %')
    """
    if p > 0.9995:
        return "over 99.9 %"
    return "under 0.1 %" if p < 0.0005 else f"{100 * p:.1f} %"


def place(row: int, column: int, side: int = 28) -> str:
    """Where a pixel lies, in words and counted from 0 at the upper left.

    >>> place(3, 14)
    'the upper middle (row 3, column 14)'
    >>> place(14, 14)
    'the middle (row 14, column 14)'
    """
    words = (_ROWS[3 * row // side], _COLUMNS[3 * column // side])
    named = "middle" if words == ("middle", "middle") else " ".join(words)
    return f"the {named} (row {row}, column {column})"


def doubt_after(change: Change) -> str:
    """That the model takes the changed digit for none; empty where it does not."""
    if change.is_digit_after >= DOUBT:
        return ""
    return f"then the model doubts that this is one digit ({percent(change.is_digit_after)} sure)"


def _layers(views: tuple[LayerView, ...]) -> str:
    first, last = views[0], views[-1]
    n_units = sum(view.values.shape[-1] for view in views)
    n_silent = sum(int(view.to_dict()["silent"]) for view in views)
    return (
        f"{len(views)} layers, from {first.name} ({first.shape}) to {last.name} ({last.shape}); "
        f"{n_silent} of their {n_units} maps and units stay silent."
    )


def _saliency(explanation: Explanation) -> str:
    answer, occlusion = explanation.answer, explanation.occlusion
    assert occlusion is not None
    digit, side = answer.digit, occlusion.patch_px
    row, column = occlusion.worst
    after = float(occlusion.probability[row, column])
    told = (
        f"wiping {side} × {side} px around {place(row, column)} costs the {digit} most: "
        f"{percent(answer.probabilities[digit])} becomes {percent(after)}."
    )
    if explanation.gradient is None:
        return told
    helps, harms = (_peak(explanation.gradient), _peak(-explanation.gradient))
    return (
        f"{told} By the gradient, more ink would speak for the {digit} most in {place(*helps)}, "
        f"and against it most in {place(*harms)}."
    )


def _peak(values: NDArray[np.float32]) -> tuple[int, int]:
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    return int(row), int(column)


def _neighbours(found: Neighbours, predicted: int) -> str:
    labels = found.labels.tolist()
    same = labels.count(predicted)
    agree = "all" if same == len(labels) else f"{same}" if same else "none"
    return (
        f"the {len(labels)} nearest of {found.n_source:,} {found.source} are, nearest first, "
        f"{' '.join(map(str, labels))}: {agree} agree with the answer "
        f"({found.measure} distance {found.distances[0]:.4f} to {found.distances[-1]:.4f} in the "
        f"{found.n_values} values of layer {found.layer})."
    )


def _change(change: Change) -> str:
    a, b = change.digit, change.target
    if not change.found:
        return (
            f"no change of at most {100 * change.limit_rate:.0f} % of its ink was found that makes "
            f"the {b} win over the {a}."
        )
    p, q = change.p_before, change.p_after
    doubt = f" But {doubt_after(change)}." if doubt_after(change) else ""
    return (
        f"the {b} wins with {change.added_px:.1f} px of ink added and {change.removed_px:.1f} px "
        f"removed, {100 * change.moved_rate:.1f} % of the digit's ink: {a} falls from "
        f"{percent(p[a])} to {percent(q[a])}, {b} rises from {percent(p[b])} to "
        f"{percent(q[b])}.{doubt}"
    )
