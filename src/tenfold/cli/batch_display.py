"""What a person sees of a batch: a live bar on a terminal, a line a minute elsewhere, the end."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from tenfold.batch.run import Outcome
from tenfold.batch.sources import Sources
from tenfold.batch.tally import Tally

_BETWEEN_S: Final = 0.2
_LINES_BETWEEN_S: Final = 60.0


class Display:
    """Tells on stderr how a batch goes on.

    How many pictures there are is counted beside the reading: where that takes
    long, the time left is told later.

    Args:
        sources: what is counted.
        out: for the words.
    """

    def __init__(self, sources: Sources, out: Path) -> None:
        self._sources, self._out = sources, out
        self._console = Console(stderr=True)
        self._live = self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[counts]}"),
            console=self._console,
            transient=True,
            disable=not self._live,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: Any = None
        self._shown = 0.0
        self._first = Tally()

    def __enter__(self) -> Self:
        self._progress.start()
        self._task = self._progress.add_task(
            "The workers load the model", total=None, rate=0.0, counts=""
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begins(self, tally: Tally) -> None:
        """The workers are ready; so much was done before."""
        self._first = Tally(pictures=tally.pictures, seconds=tally.seconds)
        self._shown = time.monotonic()
        if tally.pictures:
            typer.echo(f"Going on: {tally.pictures:,} pictures were done before.", err=True)
        self._progress.update(self._task, description="Reading", completed=tally.pictures)
        if self._live:
            threading.Thread(target=self._count, daemon=True).start()

    def shows(self, tally: Tally) -> None:
        """So much is done."""
        now = time.monotonic()
        if now - self._shown < (_BETWEEN_S if self._live else _LINES_BETWEEN_S):
            return
        self._shown = now
        seconds = tally.seconds - self._first.seconds
        rate = (tally.pictures - self._first.pictures) / max(seconds, 1e-9)
        counts = f"{tally.accepted:,} accepted, {tally.review:,} review, {tally.errors:,} errors"
        if self._live:
            self._progress.update(self._task, completed=tally.pictures, rate=rate, counts=counts)
        else:
            typer.echo(f"{tally.pictures:,} pictures, {rate:,.0f}/s, {counts}", err=True)

    def _count(self) -> None:
        total = self._sources.count()
        if total is not None:
            self._progress.update(self._task, total=total)


def tell(outcome: Outcome, out: Path) -> None:
    """The counts, on stderr."""
    counts = outcome.tally.to_dict()
    where = str(out) if outcome.whole else f"{out}.part"
    lines = [
        f"{where}: pictures {counts['pictures']:,}, numbers {counts['numbers']:,}: "
        f"{counts['accepted']:,} accepted, {counts['review']:,} for review.",
        f"Without a number {counts['without_numbers']:,}, "
        f"could not be read {counts['errors']:,}. "
        f"{counts['seconds']:,.1f} s, {counts['pictures_per_second']:,.0f} pictures a second.",
    ]
    if outcome.before:
        lines.insert(0, "Nothing is left to read.")
    for line in lines:
        typer.echo(line, err=True)
