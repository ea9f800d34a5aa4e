"""`tenfold explain`: why a model reads a digit as it does."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from tenfold.batch.sources import STDIN
from tenfold.cli.evaluate import MODEL_HELP
from tenfold.cli.reader_options import Polarity
from tenfold.errors import ConfigError, MissingExtraError, did_you_mean
from tenfold.explain.wanted import (
    LIMIT_RATE,
    N_NEIGHBOURS,
    PARTS,
    PATCH_PX,
    Distance,
    Part,
    Wanted,
)
from tenfold.models.quiet import quiet
from tenfold.opening import Kind, find_model

if TYPE_CHECKING:
    from tenfold.explain.glyph import Glyph
    from tenfold.explain.net import Net
    from tenfold.explain.whole import Explanation
    from tenfold.opening import DigitModel, Found
    from tenfold.picture import Picture

WITH_LAYERS = (Kind.run, Kind.keras, Kind.h5)


def explain(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help=MODEL_HELP),
    ],
    picture: Annotated[
        str | None, typer.Argument(metavar="[PICTURE]", help="A picture file, or - for stdin.")
    ] = None,
    index: Annotated[
        int | None,
        typer.Option("--index", metavar="I", help="Explain MNIST's test digit I, not a PICTURE."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="PARTS", help=f"Some of {','.join(PARTS)}."),
    ] = None,
    digit: Annotated[
        int | None,
        typer.Option("--digit", metavar="D", help="Explain this digit, not the one that is read."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where the files go.  [default: explain-NAME]"),
    ] = None,
    patch: Annotated[
        int, typer.Option("--patch", metavar="PX", help="Side of the square that is wiped; odd.")
    ] = PATCH_PX,
    distance: Annotated[
        Distance, typer.Option("--distance", help="How near training digits are.")
    ] = "cosine",
    neighbours: Annotated[
        int, typer.Option("--neighbours", metavar="K", min=1, help="How many training digits.")
    ] = N_NEIGHBOURS,
    among: Annotated[
        int | None,
        typer.Option(
            "--among", metavar="N", min=1, help="Look among N training digits.  [default: all]"
        ),
    ] = None,
    limit: Annotated[
        float,
        typer.Option(
            "--limit",
            metavar="PART",
            help="Most ink that a change may move: a part of all.",
        ),
    ] = LIMIT_RATE,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FOLDER", help="Where MNIST lies, if not in $TENFOLD_DATA."),
    ] = None,
    polarity: Annotated[
        Polarity, typer.Option(help="Is the ink darker than its paper, or lighter?")
    ] = "auto",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, not in words.")
    ] = False,
) -> None:
    """Show why MODEL reads a digit as it does: figures, a report and words.

    The maps of every layer; which pixels count; the training digits that look
    most like it to the net; the least change that makes the second best digit win.
    A file without layers (.onnx, .tflite) is explained by wiping alone.

    $ tenfold explain runs/convnet-20260101-120000 seven.png

    $ tenfold explain model.keras --index 8 --only saliency,change
    """
    parts = _parts(only)
    wanted = Wanted(parts, patch, distance, neighbours, limit, data, among)
    found = find_model(model)
    opened = _source(picture, index, data, polarity)
    with quiet() as stderr:
        console = Console(file=stderr)
        with console.status(f"{model} is being opened …"):
            classifier, net = _opened(found)
        glyph = _glyph(opened, classifier, polarity)
        explanation = _explained(classifier, net, glyph, digit, wanted, console)
        paths = _written(explanation, out or Path(f"explain-{_stem(picture, index)}"))
    if as_json:
        typer.echo(json.dumps(explanation.to_dict(), ensure_ascii=False))
    else:
        _print(explanation, paths, _left_out(parts, found, net))


def _parts(only: str | None) -> tuple[Part, ...]:
    if only is None:
        return PARTS
    names = [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if name not in PARTS:
            raise ConfigError(
                "--only", "no such part", came=f'"{name}"', todo=did_you_mean(name, PARTS)
            )
    if not names:
        raise ConfigError("--only", "names no part", todo=f"Known: {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in names)


def _source(
    picture: str | None, index: int | None, data: Path | None, polarity: Polarity
) -> Picture | Glyph:
    """What is to be explained, opened before any model is waited for."""
    from tenfold.explain.glyph import mnist_glyph, open_inked

    if (picture is None) == (index is None):
        came = "neither" if picture is None else "both"
        raise ConfigError("PICTURE", "give either a PICTURE or --index I", came=came)
    if index is not None:
        from tenfold.data.mnist import load_mnist

        split = load_mnist(data)
        return mnist_glyph(index, split.test_x, split.test_y)
    if picture == STDIN:
        opened = open_inked(sys.stdin.buffer.read(), polarity)
        return dataclasses.replace(opened, name=STDIN)
    return open_inked(str(picture), polarity)


def _opened(found: Found) -> tuple[DigitModel, Net | None]:
    """The model, and its layers where the file holds them."""
    from tenfold.models import load_keras
    from tenfold.opening import open_keras, open_model

    if found.kind not in WITH_LAYERS:
        return open_model(found.name), None
    load_keras()
    from tenfold.explain.net import Net

    classifier = open_keras(found.name)

    return classifier, Net(classifier.model, found.name, classifier.temperature)


def _glyph(opened: Picture | Glyph, classifier: DigitModel, polarity: Polarity) -> Glyph:
    from tenfold.explain.glyph import Glyph, find_glyph

    if isinstance(opened, Glyph):
        return opened
    return find_glyph(opened, classifier, polarity)


def _explained(
    classifier: DigitModel,
    net: Net | None,
    glyph: Glyph,
    digit: int | None,
    wanted: Wanted,
    console: Console,
) -> Explanation:
    from tenfold.explain.answer import answer
    from tenfold.explain.whole import explain as explain_all

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done)

        return explain_all(answer(classifier, glyph, digit), classifier, net, wanted, tell)


def _written(explanation: Explanation, folder: Path) -> list[Path]:
    try:
        from tenfold.explain.files import write_files
    except ModuleNotFoundError as missing:
        raise MissingExtraError(missing.name or "matplotlib", "train") from missing
    return write_files(explanation, folder)


def _left_out(parts: tuple[Part, ...], found: Found, net: Net | None) -> str:
    """Which of the parts that were asked for such a file cannot give."""
    if net is not None:
        return ""
    missing = ["the gradient" if part == "saliency" else part for part in parts]
    kind = "shipped ONNX" if found.kind is Kind.shipped else found.kind.value
    return (
        f"left out: {', '.join(missing)}. A model of kind {kind} shows neither layers nor "
        "gradients; give its run folder, .keras or .h5 for these."
    )


def _print(explanation: Explanation, paths: list[Path], left_out: str) -> None:
    from tenfold.explain.words import headline, sentences

    typer.echo(headline(explanation.answer))
    for part, sentence in sentences(explanation).items():
        typer.echo(f"{part}: {sentence}")
    if left_out:
        typer.echo(left_out)
    typer.echo(f"files: {', '.join(map(str, paths))}")


def _stem(picture: str | None, index: int | None) -> str:
    if index is not None:
        return f"mnist-{index}"
    return "stdin" if picture == STDIN else Path(str(picture)).stem
