"""`tenfold batch`: the numbers in as many pictures as there are."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenfold.batch.rows import MIN_CONFIDENCE, Form
from tenfold.batch.sources import STDIN
from tenfold.cli.batch_options import (
    TIMEOUT_S,
    Address,
    Column,
    EngineName,
    FormName,
    Null,
    Ordered,
    Out,
    Overwrite,
    ShardText,
    SummaryFile,
    Timeout,
    Workers,
    form_of,
    told_options,
)
from tenfold.cli.layout_options import Cols, Layout, LayoutOptions, Rows
from tenfold.cli.parts import PagesText, RegionText, pages_of, region_of
from tenfold.cli.reader_options import InkOption, MinConfidence, Model
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
from tenfold.errors import ConfigError
from tenfold.runtime.manifest import DEFAULT_MODEL
from tenfold.trust.table import MAX_ERROR

if TYPE_CHECKING:
    from tenfold.batch.engines import Engine
    from tenfold.batch.run import Batch, Outcome
    from tenfold.batch.worker import Asked


def batch(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            show_default=False,
            help="Folders, zips, tars, PDFs, Parquet files, pictures; lists: FILE.txt, or -.",
        ),
    ],
    out: Out,
    form: FormName = None,
    ordered: Ordered = False,
    shard: ShardText = "1/1",
    column: Column = None,
    null: Null = False,
    summary: SummaryFile = None,
    overwrite: Overwrite = False,
    workers: Workers = None,
    timeout: Timeout = TIMEOUT_S,
    engine: EngineName = "local",
    address: Address = None,
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
    """Write the numbers of every picture in SOURCE to a file; killed, it goes on.

    The rows are those of tenfold read. FILE is there when it is whole; until then
    its rows lie in FILE.part. After Ctrl-C, a crash or a power cut the same command
    goes on where it stopped: no picture is lost and none is there twice. One that
    crashes or hangs its reader has an error in its row. Exit 0: all read; 1: some
    could not be read, or no room; 2: wrong usage; 130: stopped. docs/batch.md

    $ tenfold batch scans --out numbers.jsonl

    $ find / -name '*.png' -print0 | tenfold batch --null - --out numbers.csv

    $ tenfold batch scans.zip --out part-3.parquet --shard 3/8 --layout number
    """
    from tenfold.batch.run import Batch
    from tenfold.batch.shards import parse_shard
    from tenfold.batch.sources import Sources
    from tenfold.batch.worker import Asked

    laid = LayoutOptions(layout, rows, cols)
    rules = RuleOptions(pattern, length, minimum, maximum, checksum, choices, near, within)
    kept = promise_of(promise)
    asked = Asked(
        model=str(Path(model).resolve()) if model.endswith(".onnx") else model,
        polarity=polarity,
        max_error=max_error,
        promise=kept,
        min_confidence=min_confidence,
        how={**laid.arguments(), "rules": rules.rules(), "region": region_of(region)},
        pages=pages_of(pages),
        form=form_of(out, form),
        grid=laid.is_grid,
        timeout_s=timeout,
    )
    part = parse_shard(shard)
    _check(asked, sources)
    tell_whose(kept, model)
    _go(
        Batch(
            Sources(tuple(sources), null, column, ordered, part),
            out,
            asked,
            told_options(context, asked.model),
            overwrite,
        ),
        _engine(engine, asked, workers, address),
        summary,
    )


def _check(asked: Asked, sources: list[str]) -> None:
    """What is wrong is told before a worker is started."""
    if asked.form is Form.parquet:
        from tenfold.batch.parquet import check_pyarrow

        check_pyarrow()
    if not any(source == STDIN or os.path.lexists(source) for source in sources):
        raise ConfigError(sources[0], "no such file or folder")
    asked.reader()


def _engine(
    name: str, asked: Asked, workers: int | None, address: str | None
) -> Callable[[], Engine]:
    if name == "ray":
        from tenfold.batch.on_ray import RayEngine

        return lambda: RayEngine(asked, workers, address)
    from tenfold.batch.local import LocalEngine, n_cores

    return lambda: LocalEngine(asked, workers or n_cores())


def _go(batch: Batch, engine: Callable[[], Engine], summary: Path | None) -> None:
    from tenfold.batch.run import run_batch
    from tenfold.cli.batch_display import Display, tell
    from tenfold.cli.stopping import stopped_by_signals

    with stopped_by_signals() as stop, Display(batch.sources, batch.out) as display:
        outcome = run_batch(batch, engine, display, stop)
    tell(outcome, batch.out)
    if summary is not None:
        _write_summary(summary, batch, outcome)
    if not outcome.whole:
        typer.echo("Stopped. The same command goes on where it stopped.", err=True)
        raise typer.Exit(stop.exit_code)
    if outcome.tally.errors:
        raise typer.Exit(1)


def _write_summary(path: Path, batch: Batch, outcome: Outcome) -> None:
    from tenfold.data.cache import write_atomically

    told: dict[str, Any] = {
        "schema": 1,
        "out": str(batch.out),
        "whole": outcome.whole,
        "shard": str(batch.sources.shard),
        **outcome.tally.to_dict(),
    }
    write_atomically(path, (json.dumps(told, indent=2) + "\n").encode())
