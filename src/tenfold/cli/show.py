"""`tenfold show`: one digit in the terminal, and what a model makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tenfold.cli.evaluate import MODEL_HELP, answers, opened, write_figure
from tenfold.cli.halfblocks import drawn
from tenfold.cli.inputs import collect
from tenfold.cli.labelled import CHOICES, SETS, labelled
from tenfold.errors import ConfigError, PictureError
from tenfold.finding.single import single_digit

BAR_CELLS: Final = 20
SIDE_BY_SIDE: Final = 78
"""Cells that the picture, the bars and the words at them take."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A digit to show.

    Attributes:
        name: what it is, in words.
        image: (28, 28) uint8, ink high.
        true: its label, where it has one.
    """

    name: str
    image: NDArray[np.uint8]
    true: int | None = None


def show(
    model: Annotated[str, typer.Argument(metavar="MODEL", help=MODEL_HELP)],
    picture: Annotated[
        str | None,
        typer.Argument(
            metavar="PICTURE",
            show_default=False,
            help="A picture file of one digit, or - (stdin).",
        ),
    ] = None,
    index: Annotated[
        int | None,
        typer.Option(metavar="I", min=0, help="Digit number I of the data, from 0."),
    ] = None,
    random: Annotated[
        bool, typer.Option("--random", help="Any digit of the data.  [the default]")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(metavar="S", min=0, help="With --random: which one.")
    ] = None,
    data: Annotated[
        str, typer.Option("--data", metavar="SET", help=f"Where the digit is from: {CHOICES}.")
    ] = SETS[0],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write the same as a figure, too.")
    ] = None,
) -> None:
    """Show one digit, what MODEL makes of it, and how sure it is.

    Without PICTURE a digit of the data is shown, together with its true label.

    $ tenfold show tenfold --index 8

    $ tenfold show runs/dense128 seven.jpg --out seven.png
    """
    from tenfold.opening import find_model

    find_model(model)  # a mistyped name should not wait for the data
    _check(picture, index, random, seed)
    shown = _from_data(data, index, seed) if picture is None else _from_picture(picture)
    judged = answers(opened(model), shown.image[None])
    probabilities = judged.probabilities[0].astype(float)
    verdict = in_words(model, probabilities, float(judged.is_digit[0]), shown.true)
    console = Console(highlight=False)
    console.print(Text(f"{shown.name}\n{verdict}\n", style="bold"), soft_wrap=True)
    words = roles(int(probabilities.argmax()), shown.true)
    _print_beside(console, drawn(console, shown.image), _bars(console, probabilities, words))
    if out is not None:
        from tenfold.plots.answer import answer

        title = f"{shown.name}\n{verdict}"
        figure = answer(shown.image, probabilities, words, title=title, true=shown.true)
        write_figure(figure, out)
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"wrote {out}", markup=False)


def in_words(
    model: str, probabilities: NDArray[np.float64], is_digit: float, true: int | None
) -> str:
    """What the model says, and whether it is right.

    >>> in_words("tenfold", np.eye(10)[7] * 0.9 + 0.01, 1.0, 1)
    'tenfold reads 7 (91.0 %), wrong: it is a 1'
    """
    digit = int(probabilities.argmax())
    words = f"{model} reads {digit} ({probabilities[digit]:.1%})".replace("%", " %")
    if true is not None:
        words += ", right" if digit == true else f", wrong: it is a {true}"
    if is_digit < 1:  # exactly 1 comes from models that cannot tell
        words += f"; a single digit at all: {100 * is_digit:.1f} %"
    return words


def roles(predicted: int, true: int | None) -> list[str]:
    """Ten texts: what each digit is besides a possible answer.

    >>> roles(7, 1)[7], roles(7, 1)[1], roles(7, 7)[7], roles(7, None)[0]
    ('predicted', 'true', 'predicted, true', '')
    """
    return [
        ", ".join(word for word, one in (("predicted", predicted), ("true", true)) if one == digit)
        for digit in range(10)
    ]


def _check(picture: str | None, index: int | None, random: bool, seed: int | None) -> None:
    """One way of choosing the digit, not two."""
    given = [
        name
        for name, is_given in (
            ("PICTURE", picture is not None),
            ("--index", index is not None),
            ("--random", random or seed is not None),
        )
        if is_given
    ]
    if len(given) > 1:
        raise ConfigError("tenfold show", "one digit is shown", came=" and ".join(given))


def _from_data(data: str, index: int | None, seed: int | None) -> Shown:
    digits = labelled(data)
    n = len(digits.y)
    if index is None:
        index = int(np.random.default_rng(seed).integers(n))
    if index >= n:
        raise ConfigError("--index", f"goes from 0 to {n - 1:,} in {digits.name}", came=str(index))
    name = f"{digits.name}, {digits.names[index]}"
    return Shown(name, digits.x[index], int(digits.y[index]))


def _from_picture(argument: str) -> Shown:
    found = collect([argument])
    if len(found) > 1:
        raise PictureError(argument, "one picture is shown", came=f"{len(found)} pictures")
    [one] = found
    if one.source is None:
        raise PictureError(one.name, str(one.error).rstrip("."))
    image = single_digit(one.source)
    return Shown(one.name if image.any() else f"{one.name} (no ink was found)", image)


def _bars(console: Console, probabilities: NDArray[np.float64], words: list[str]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(width=BAR_CELLS)
    table.add_column(justify="right")
    table.add_column()
    mark = "#" if console.options.ascii_only else "█"
    for digit, probability in enumerate(probabilities.tolist()):
        style = "bold cyan" if "predicted" in words[digit] else "yellow" if words[digit] else ""
        bar = mark * round(BAR_CELLS * probability)
        table.add_row(str(digit), bar, f"{100 * probability:.1f} %", words[digit], style=style)
    return table


def _print_beside(console: Console, picture: Text, bars: Table) -> None:
    both: RenderableType = Group(picture, Text(), bars)
    if console.width >= SIDE_BY_SIDE:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(vertical="middle", no_wrap=True)
        grid.add_row(picture, bars)
        both = grid
    console.print(both)
