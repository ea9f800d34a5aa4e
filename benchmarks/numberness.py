"""Fits what tells numbers from words on a page: python benchmarks/numberness.py

Draws synthetic pages as `benchmarks/pages_set.py` does, with other seeds, and fits the weights of
`tenfold.reading.numberness` to the things that are written together on them. What the weights of
the module and those of the first seed are worth is told by the second seed; the weights of both
are printed as they go into the module, by hand. A new line net asks for them anew.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from disputed import legible
from tenfold.data.donors import Donors
from tenfold.data.pages import KINDS, Page, drawn_pages
from tenfold.data.ruled import Place
from tenfold.data.sources import load_sources
from tenfold.finding.pieces import Piece, around
from tenfold.picture import Ink, View, open_picture
from tenfold.reading import Reader
from tenfold.reading.layouts import LaidOut, read_layout
from tenfold.reading.nets import see_lines
from tenfold.reading.numberness import FEATURES, WEIGHTS, features
from tenfold.reading.paths import line_of
from tenfold.reading.reader import DEFAULT_POLARITY, Desk
from tenfold.reading.spacing import apart
from tenfold.reading.spelling import spell
from tenfold.reading.straight import read_straight
from tenfold.reading.ways import ways_up
from tenfold.results import Number
from tenfold.runtime import DEFAULT_MODEL, LINE_MODEL

SEEDS: Final = (603, 604)
_NUMBER: Final = 0.5  # of a thing's box that lies in a number's: so much, and it is of that number
_WORD: Final = 0.2  # so little, and it is none; between both it is left out

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thing:
    """What is written together on a page, and has been read as digits.

    Attributes:
        features: of `tenfold.reading.numberness`.
        text: what was read.
        place: in px of the page.
    """

    features: Floats
    text: str
    place: Place


class Watching(Desk):
    """The reader with one view of a page before it; what it is shown goes into `things`."""

    def __init__(self, reader: Reader, view: View, things: list[Thing]) -> None:
        super().__init__(reader, view.picture, None)
        self._view, self._things = view, things

    def rows(self, ink: Ink, rows: list[list[Piece]]) -> list[list[Number]]:
        """What the desk says, each thing noted before."""
        lines = [line_of(group) for row in rows for group in apart(row)]
        for seen in see_lines(self._reader.nets, ink, lines):
            spelled = spell(seen)
            if spelled.found:
                box = around(seen.line.parts)
                sides = (box.x, box.y, box.width, box.height)
                place = self._view.hull(*(round(side / ink.scale) for side in sides))
                self._things.append(Thing(features(seen, spelled), spelled.text, place))
        return super().rows(ink, rows)


def things_on(reader: Reader, page: Page) -> list[Thing]:
    """All things of a page; none where it was tried several ways up, for only one is right."""
    tried: list[list[Thing]] = []

    def read(view: View, ink: Ink) -> LaidOut:
        tried.append([])
        return read_layout(ink, Watching(reader, view, tried[-1]), "auto")

    ways = partial(ways_up, reader.nets.alone)
    read_straight(open_picture(page.pixels), DEFAULT_POLARITY, read, ways)
    return tried[0] if len(tried) == 1 else []


def collected(reader: Reader, n: int, seed: int) -> tuple[Floats, NDArray[np.bool_], list[bool]]:
    """(k, 5) features of the things on some pages, which are numbers, and which are read right."""
    donors = Donors(legible(load_sources().held), real_only=True)
    rows, is_number, is_right = [], [], []
    for kind in KINDS:
        drawn = drawn_pages(kind, n, donors, seed=seed)
        for page in track(drawn, kind, total=n, disable=not sys.stderr.isatty()):
            for thing in things_on(reader, page):
                share, text = max((_inside(thing.place, at), text) for text, at in page.numbers)
                if not _WORD <= share < _NUMBER:
                    rows.append(thing.features)
                    is_number.append(share >= _NUMBER)
                    is_right.append(share >= _NUMBER and thing.text == text)
    return np.array(rows), np.array(is_number), is_right


def _inside(place: Place, other: Place) -> float:
    """Share of a place that lies in another."""
    wide = min(place[0] + place[2], other[0] + other[2]) - max(place[0], other[0])
    high = min(place[1] + place[3], other[1] + other[3]) - max(place[1], other[1])
    return max(wide, 0) * max(high, 0) / max(place[2] * place[3], 1)


def main(
    model: Annotated[str, typer.Argument(help="A shipped name.")] = DEFAULT_MODEL,
    line_net: Annotated[str, typer.Option(help="A shipped name, or a path.")] = LINE_MODEL,
    n: Annotated[int, typer.Option(min=1, help="Pages of each kind and seed.")] = 25,
) -> None:
    """Fit on the first seed, tell on the second; then fit on both."""
    reader = Reader(model, line_net=line_net)
    fitted, told = (collected(reader, n, seed) for seed in SEEDS)
    print("before:", _words(WEIGHTS, *told))
    print("after: ", _words(_fit(*fitted[:2]), *told))
    weights = _fit(np.concatenate([fitted[0], told[0]]), np.concatenate([fitted[1], told[1]]))
    print(", ".join(FEATURES))
    print("WEIGHTS: Final = (" + ", ".join(f"{weight:.1f}" for weight in weights) + ")")


def _fit(x: Floats, is_number: NDArray[np.bool_]) -> list[float]:
    """The weights, held a little towards 0; the first feature is 1 and stands for the rest."""
    model = LogisticRegression(C=10, max_iter=5000, fit_intercept=False).fit(x, is_number)
    return [float(weight) for weight in model.coef_[0]]


def _words(
    weights: Sequence[float], x: Floats, is_number: NDArray[np.bool_], is_right: list[bool]
) -> str:
    """What some weights are worth on these things."""
    odds = x @ np.asarray(weights)
    loss = np.logaddexp(0, np.where(is_number, -odds, odds)).mean()
    given_up = is_number & (odds <= 0)
    n_kept = np.count_nonzero(~is_number & (odds > 0))
    return (
        f"log loss {loss:.4f}; zero gives up {given_up.sum()} of {is_number.sum()} numbers, "
        f"{np.count_nonzero(given_up & is_right)} of them read right, "
        f"and keeps {n_kept} of {np.count_nonzero(~is_number)} words"
    )


if __name__ == "__main__":
    typer.run(main)
