"""`tenfold read`: the numbers in pictures."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tenfold.batch.rows import MIN_CONFIDENCE, masked
from tenfold.cli.inputs import Input, collect, pass_over
from tenfold.cli.layout_options import Cols, Layout, LayoutOptions, Rows
from tenfold.cli.output import STREAMED, Format, writer_for
from tenfold.cli.parts import PagesText, RegionText, pages_of, region_of
from tenfold.cli.reader_options import InkOption, MinConfidence, Model, Polarity
from tenfold.cli.rules_options import (
    Checksum,
    Choices,
    Length,
    MaxError,
    Maximum,
    Minimum,
    Near,
    Pattern,
    PromiseFile,
    RuleOptions,
    Within,
    promise_of,
    tell_whose,
)
from tenfold.results import Reading
from tenfold.runtime.manifest import DEFAULT_MODEL
from tenfold.trust.table import MAX_ERROR

if TYPE_CHECKING:
    from tenfold.cli.annotate import Annotator
    from tenfold.reading import Reader

_MANY: Final = 8  # from here on a person waits long enough to want a progress bar


def read(
    pictures: Annotated[
        list[str],
        typer.Argument(
            metavar="PICTURE", show_default=False, help="Files, folders, patterns, or - (stdin)."
        ),
    ],
    form: Annotated[
        Format, typer.Option("--format", help="How to print the results (docs/format.md).")
    ] = Format.table,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: the same as --format jsonl.")
    ] = False,
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write each picture with boxes and answers drawn, here."),
    ] = None,
    model: Model = DEFAULT_MODEL,
    min_confidence: MinConfidence = MIN_CONFIDENCE,
    polarity: InkOption = "auto",
    layout: Layout = "auto",
    rows: Rows = None,
    cols: Cols = None,
    max_error: MaxError = MAX_ERROR,
    promise: PromiseFile = None,
    pattern: Pattern = None,
    length: Length = None,
    minimum: Minimum = None,
    maximum: Maximum = None,
    checksum: Checksum = None,
    choices: Choices = None,
    near: Near = None,
    within: Within = None,
    region: RegionText = None,
    pages: PagesText = None,
) -> None:
    """Print the numbers written in each PICTURE, in reading order.

    Each page of a PDF, TIFF or HEIC is an entry of its own. A picture that cannot
    be read has its error in its row; the rest are still printed. Exit 0: all read;
    1: some could not be read; 2: wrong usage.

    $ tenfold read examples/number.png

    $ cat form.jpg | tenfold read --json - | jq '.numbers[].text'

    $ tenfold read --pages 1-3 --region 0,0,50%,20% scan.pdf

    $ tenfold read --length 5 --near 40700 --within 50 meter.jpg

    $ tenfold read --layout grid --format csv sudoku.jpg
    """
    asked = RuleOptions(pattern, length, minimum, maximum, checksum, choices, near, within)
    laid = LayoutOptions(layout, rows, cols)
    how = {
        **laid.arguments(),
        "rules": asked.rules(),
        "region": region_of(region),
        "pages": pages_of(pages),
    }
    pictures, beside = pass_over(pictures)
    for name in beside:
        typer.echo(f"{name}: passed over; it lies beside pictures and is none.", err=True)
    inputs = collect(pictures)
    folder = _annotator(annotate)
    reader = _reader(inputs, model, polarity, max_error, promise)
    single = len(pictures) == 1 and [found.name for found in inputs] == pictures
    form = Format.jsonl if as_json else form
    writer = writer_for(form, single=single, grid=laid.is_grid)
    n_read = n_failed = 0
    for found in _with_progress(inputs, streams=form in STREAMED):
        for reading in _readings(reader, found, how):
            n_read += 1
            n_failed += reading.error is not None
            if folder is not None and found.source is not None and reading.error is None:
                folder.write(reading, found.source)
            writer.add(masked(reading, min_confidence))
    writer.close()
    if n_failed:
        typer.echo(f"{n_failed} of {n_read} pictures could not be read.", err=True)
        raise typer.Exit(1)


def _annotator(folder: Path | None) -> Annotator | None:
    if folder is None:
        return None
    from tenfold.cli.annotate import Annotator

    return Annotator(folder)


def _reader(
    inputs: list[Input], model: str, polarity: Polarity, max_error: float, promise: Path | None
) -> Reader | None:
    """No reader where there is nothing to open: a mistyped path should not wait for a model."""
    if all(found.source is None for found in inputs):
        return None
    from tenfold.reading import Reader

    kept = promise_of(promise)
    reader = Reader(model, polarity=polarity, max_error=max_error, promise=kept)
    tell_whose(kept, model)
    return reader


def _readings(reader: Reader | None, found: Input, how: dict[str, Any]) -> Iterator[Reading]:
    """One reading for each page of an input, under the name that was given."""
    if reader is None or found.source is None:
        yield Reading(found.name, 0, 0, error=found.error)
        return
    for reading in reader.read_many([found.source], **how):
        yield dataclasses.replace(reading, file=found.name)


def _with_progress(inputs: list[Input], *, streams: bool) -> Iterator[Input]:
    """The inputs one by one; a bar on stderr where a person looks on and sees nothing else."""
    lines_show_it = streams and sys.stdout.isatty()
    if len(inputs) < _MANY or not sys.stderr.isatty() or lines_show_it:
        yield from inputs
        return
    from rich.console import Console
    from rich.progress import Progress

    # rich would take over stdout, and the results would go to stderr with the bar.
    with Progress(
        console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        yield from progress.track(inputs, description="Reading")
