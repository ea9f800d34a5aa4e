"""`tenfold evaluate --corruptions`: the same digits, spoilt in the 15 ways of MNIST-C."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from tenfold.cli.output import columns
from tenfold.data.corruptions import CORRUPTIONS, corrupt
from tenfold.evaluation import Evaluation, evaluate
from tenfold.finding.single import single_digit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNSPOILT: Final = "none"
MEAN: Final = "mean of the 15"
WAYS: Final = {
    "corruptions": "The digits spoilt, as arrays",
    "corruptions_as_pictures": "The digits spoilt, as pictures: after the reader's own clean-up",
}
"""Keys of the JSON and names of the figures, and the tables' headings."""

_HEADINGS: Final = ("corruption", "right %", "  ECE", "   NLL", " Brier")

Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def worn_ways(
    predict: Predict,
    x: NDArray[np.uint8],
    y: NDArray[np.uint8],
    clean: Evaluation,
    normalised: bool,
) -> dict[str, dict[str, Evaluation]]:
    """`spoilt` for each of `WAYS` that is asked for.

    Args:
        predict: as for `spoilt`, and so are the next three.
        x: the digits.
        y: true digits.
        clean: the evaluation without any corruption, as arrays.
        normalised: also as pictures.
    """
    plain, pictures = WAYS
    worn = {plain: spoilt(predict, x, y, clean)}
    if normalised:
        through = as_pictures(predict)
        worn[pictures] = spoilt(through, x, y, evaluate(through(x), y))
    return worn


def spoilt(
    predict: Predict, x: NDArray[np.uint8], y: NDArray[np.uint8], clean: Evaluation
) -> dict[str, Evaluation]:
    """The evaluation under each corruption, by its name; first that of the digits as they are.

    Args:
        predict: (n, 28, 28) uint8 to (n, 10) probabilities.
        x: (n, 28, 28) uint8, ink high.
        y: (n,) true digits.
        clean: the evaluation without any corruption.
    """
    found = {UNSPOILT: clean}
    talk = Console(stderr=True)
    for name in track(
        CORRUPTIONS, "Digits are being spoilt", console=talk, transient=True,
        disable=not talk.is_terminal,
    ):  # fmt: skip
        found[name] = evaluate(predict(corrupt(x, name)), y)
    return found


def as_pictures(predict: Predict) -> Predict:
    """The model behind the reader's own normalisation: each array is taken for a picture."""
    return lambda x: predict(np.stack([single_digit(picture) for picture in x]))


def corruption_report(found: Mapping[str, Evaluation], title: str) -> str:
    """A table for people to read."""
    rows = [(name, *_cells(_figures(result))) for name, result in found.items()]
    means = np.mean(
        [_figures(result) for name, result in found.items() if name != UNSPOILT], axis=0
    )
    return f"\n{title}\n" + columns(_HEADINGS, [*rows, (MEAN, *_cells(means.tolist()))])


def told_of(found: Mapping[str, Evaluation]) -> dict[str, Any]:
    """The figures as JSON values, by corruption."""
    return {
        name: {
            **result.scores.to_dict(),
            "ece": result.reliability.expected_error,
            "brier": result.brier,
            "confidence": _confidence(result),
        }
        for name, result in found.items()
    }


def corruption_figure(found: Mapping[str, Evaluation]) -> Figure:
    """A bar for each corruption; see `tenfold.plots.corruptions`."""
    from tenfold.plots.corruptions import corruptions

    return corruptions(
        {name: result.scores.accuracy for name, result in found.items()},
        {name: _confidence(result) for name, result in found.items()},
    )


def _confidence(result: Evaluation) -> float:
    """How sure the answers were, on average."""
    bins = result.reliability
    return float(bins.confidence @ bins.n / bins.n.sum())


def _figures(result: Evaluation) -> list[float]:
    scores = result.scores
    return [scores.accuracy, result.reliability.expected_error, scores.loss, result.brier]


def _cells(figures: list[float]) -> list[str]:
    accuracy, ece, loss, brier = figures
    return [f"{100 * accuracy:>7.2f}", f"{ece:>5.3f}", f"{loss:>6.3f}", f"{brier:>6.3f}"]
