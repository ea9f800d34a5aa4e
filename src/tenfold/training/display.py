"""What a person sees while a net trains: a live line on a terminal, a line per epoch elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from tenfold.training.checkpoint import Row

SECONDS_BETWEEN_UPDATES: Final = 0.1


class Display:
    """Tells how the training goes on; everything goes to the console, nothing to stdout.

    Args:
        console: where to; None is silent.
        n_epochs: epochs of the whole run.
        things: what is trained on.
    """

    def __init__(self, console: Console | None, n_epochs: int, things: str = "images") -> None:
        self.console = console or Console(quiet=True, stderr=True)
        self.n_epochs, self.things = n_epochs, things
        self.epoch = 0
        self._validation = ""
        self._started = self._shown = 0.0
        self._progress = Progress(
            TextColumn("epoch {task.fields[epoch]:>2}/{task.fields[n_epochs]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.description}"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task: TaskID = self._progress.add_task("", total=None, epoch=0, n_epochs=n_epochs)

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def waits(self, epoch: int) -> None:
        """The pictures of this epoch are being made."""
        self.epoch = epoch
        self._progress.update(self._task, epoch=epoch, description="pictures are being made …")

    def begins(self, n_pictures: int) -> None:
        """The epoch's pictures are here."""
        self._started = time.perf_counter()
        # The bar spans the whole run, so that the time left does too.
        self._progress.update(
            self._task,
            total=self.n_epochs * n_pictures,
            completed=(self.epoch - 1) * n_pictures,
        )

    def steps(self, n_done: int, n_pictures: int, loss: float, accuracy: float) -> None:
        """So many pictures of the epoch are done."""
        now = time.perf_counter()
        if now - self._shown < SECONDS_BETWEEN_UPDATES:
            return
        self._shown = now
        rate = n_done / max(now - self._started, 1e-9)
        self._progress.update(
            self._task,
            completed=(self.epoch - 1) * n_pictures + n_done,
            description=f"loss {loss:.4f}  accuracy {_percent(accuracy)}{self._validation}  "
            f"{rate:,.0f} {self.things}/s",
        )

    def ends(self, row: Row, n_pictures: int) -> None:
        """The epoch is done and saved."""
        self._validation = f"  {row.validated}" if row.validated else ""
        self.console.print(
            f"epoch {row.epoch:>2}/{self.n_epochs}  loss {row.loss:.4f}  "
            f"accuracy {_percent(row.accuracy)}{self._validation}  "
            f"{n_pictures / row.seconds:,.0f} {self.things}/s  {row.seconds:.0f} s",
            highlight=False,
            soft_wrap=True,
        )


def _percent(rate: float) -> str:
    return f"{100 * rate:.2f} %"
