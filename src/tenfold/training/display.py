"""What a person sees while a net trains: a live line on a terminal, a line per epoch elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from tenfold.training.checkpoint import Row

SECONDS_BETWEEN_UPDATES: Final = 0.1


class LiveLine:
    """A line that changes in place on a terminal; elsewhere it is not there.

    Args:
        console: where to; None is silent.
        columns: of the line.
        total: where its bar ends, if that is known.
        fields: what the columns show at first.
    """

    def __init__(
        self,
        console: Console | None,
        columns: Iterable[ProgressColumn],
        total: float | None,
        **fields: Any,
    ) -> None:
        self.console = console or Console(quiet=True, stderr=True)
        self._progress = Progress(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        )
        self._task = self._progress.add_task("", total=total, **fields)
        self._shown = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, **changes: Any) -> None:
        """Show it so from now on."""
        self._progress.update(self._task, **changes)

    def is_due(self, now: float) -> bool:
        """Was it shown long enough? `now` is in s, on any clock."""
        if now - self._shown < SECONDS_BETWEEN_UPDATES:
            return False
        self._shown = now
        return True

    def leave(self, line: str) -> None:
        """Print a line that stays."""
        self.console.print(line, highlight=False, soft_wrap=True)


class Display(LiveLine):
    """Tells how the training goes on; everything goes to the console, nothing to stdout.

    Args:
        console: where to; None is silent.
        n_epochs: epochs of the whole run.
        things: what is trained on.
    """

    def __init__(self, console: Console | None, n_epochs: int, things: str = "images") -> None:
        columns = (
            TextColumn("epoch {task.fields[epoch]:>2}/{task.fields[n_epochs]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            TimeRemainingColumn(compact=True),
        )
        super().__init__(console, columns, None, epoch=0, n_epochs=n_epochs)
        self.n_epochs, self.things = n_epochs, things
        self.epoch = 0
        self._validation = ""
        self._started = 0.0

    def waits(self, epoch: int) -> None:
        """The pictures of this epoch are being made."""
        self.epoch = epoch
        self.show(epoch=epoch, description="pictures are being made …")

    def begins(self, n_pictures: int) -> None:
        """The epoch's pictures are here."""
        self._started = time.perf_counter()
        # The bar spans the whole run, so that the time left does too.
        self.show(
            total=self.n_epochs * n_pictures,
            completed=(self.epoch - 1) * n_pictures,
        )

    def steps(self, n_done: int, n_pictures: int, loss: float, accuracy: float) -> None:
        """So many pictures of the epoch are done."""
        now = time.perf_counter()
        if not self.is_due(now):
            return
        rate = n_done / max(now - self._started, 1e-9)
        self.show(
            completed=(self.epoch - 1) * n_pictures + n_done,
            description=f"loss {loss:.4f}  accuracy {_percent(accuracy)}{self._validation}  "
            f"{rate:,.0f} {self.things}/s",
        )

    def ends(self, row: Row, n_pictures: int) -> None:
        """The epoch is done and saved."""
        self._validation = f"  {row.validated}" if row.validated else ""
        self.leave(
            f"epoch {row.epoch:>2}/{self.n_epochs}  loss {row.loss:.4f}  "
            f"accuracy {_percent(row.accuracy)}{self._validation}  "
            f"{n_pictures / row.seconds:,.0f} {self.things}/s  {row.seconds:.0f} s"
        )


def _percent(rate: float) -> str:
    return f"{100 * rate:.2f} %"
