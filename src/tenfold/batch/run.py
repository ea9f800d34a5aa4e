"""A batch from its first picture to its last: `run_batch`."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tenfold.errors import BatchError, ConfigError

from .engines import Engine
from .items import Item, key_of
from .journal import Journal, State, journal_of
from .schedule import Schedule
from .sinks import Sink, open_sink, part_of
from .sources import Sources
from .tally import Tally
from .worker import Asked

SAVE_S: Final = 1.0


class Watcher(Protocol):
    """Is told how a batch goes on."""

    def begins(self, tally: Tally) -> None:
        """The workers are ready; so much was done before."""

    def shows(self, tally: Tally) -> None:
        """So much is done."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked of a batch.

    Attributes:
        sources: the pictures.
        out: the file that is made; its rows lie in FILE.part until it is whole.
        asked: how they are read and written.
        options: everything that the rows depend on, as the user knows it. A batch is
            gone on with only where they are the same.
        overwrite: begin anew, whatever is there.
        save_s: so many seconds of work are done again, at most, after a kill.
    """

    sources: Sources
    out: Path
    asked: Asked
    options: Mapping[str, str]
    overwrite: bool = False
    save_s: float = SAVE_S


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch ended.

    Attributes:
        tally: over all runs of it.
        whole: everything is read and the output is in its place.
        before: it was whole when this run began.
    """

    tally: Tally
    whole: bool
    before: bool = False


def run_batch(
    batch: Batch,
    engine: Callable[[], Engine],
    watcher: Watcher,
    stopping: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Read what is left of a batch.

    Args:
        batch: what is asked.
        engine: starts the workers, once it is known that the output can be written.
        watcher: is told how it goes on.
        stopping: once it says yes, what is in hand is finished and no more begun.

    Raises:
        ConfigError: the output is there already, or was begun with other options.
        BatchError: another batch is writing it, or it cannot be written; what was
            saved before is kept, and the same call goes on from there.
    """
    out = batch.out
    _check_place(batch)
    with contextlib.closing(Journal(out)) as journal:
        state = _state(batch, journal)
        if state is State.whole:
            return Outcome(journal.tally, whole=True, before=True)
        if state is State.read and out.exists() and not part_of(out).exists():
            journal.finish()  # killed between the two steps of the end
            return Outcome(journal.tally, whole=True)
        sink = open_sink(batch.asked.form, out, journal.mark, grid=batch.asked.grid)
        with contextlib.closing(sink):
            tally = journal.tally
            if state is State.reading:
                try:
                    workers = engine()
                except BaseException:
                    if not tally.pictures:  # nothing is lost, so nothing is left lying about
                        part_of(out).unlink()
                        journal.remove()
                    raise
                with contextlib.closing(workers):
                    _read(batch, journal, sink, tally, workers, watcher, stopping)
                if stopping():
                    return Outcome(tally, whole=False)
                journal.save(sink.flush(), tally, State.read)
            sink.finish()
            journal.finish()
    return Outcome(tally, whole=True)


def _check_place(batch: Batch) -> None:
    """Nothing is made where a batch is not going to be."""
    out = batch.out
    if out.is_dir() or not out.parent.is_dir():
        wrong = "is a folder" if out.is_dir() else "lies in no folder that there is"
        raise ConfigError(str(out), wrong, todo="Give --out the path of a file")
    if out.exists() and not journal_of(out).exists() and not batch.overwrite:
        raise _exists(out)


def _state(batch: Batch, journal: Journal) -> State:
    """Where the batch stands; a new one is begun."""
    state, out = journal.state, batch.out
    lost = state is State.whole and not out.exists()
    if batch.overwrite or state is State.new or lost:
        if out.exists() and not batch.overwrite:
            raise _exists(out)
        journal.begin(batch.options)
        return State.reading
    before = journal.asked
    for name in {**before, **batch.options}:
        was, now = before.get(name, "not given"), batch.options.get(name, "not given")
        if was != now:
            raise ConfigError(
                str(out),
                f"was begun with {name} {was}",
                came=now,
                todo="Give what was given then, or begin anew with --overwrite",
            )
    return state


def _exists(out: Path) -> ConfigError:
    todo = "Give another --out, or begin anew with --overwrite"
    return ConfigError(str(out), "is there already, and no batch of this command's", todo=todo)


def _read(
    batch: Batch,
    journal: Journal,
    sink: Sink,
    tally: Tally,
    engine: Engine,
    watcher: Watcher,
    stopping: Callable[[], bool],
) -> None:
    """All that is not done yet; what is done is saved at once, every second, and at the end."""

    def left(item: Item) -> bool:
        return not journal.has(item.key)

    schedule = Schedule(
        batch.sources.items(lambda name, place: not journal.has(key_of(name, place))),
        engine,
        ordered=batch.sources.ordered,
        failed=batch.asked.failed,
        stopping=stopping,
        wanted=left,
        timeout_s=batch.asked.timeout_s,
    )
    tally.runs += 1
    watcher.begins(tally)
    began = time.monotonic()  # the clock on the wall may jump
    saved = began - batch.save_s  # the first row at once: a full disk is told before much is read
    worked = tally.seconds
    try:
        for item, answer in schedule:
            if left(item) and answer.row is not None:  # a picture may be named twice
                sink.add(answer.row.payload)
                journal.add(item.key)
                tally.add(answer.row)
            now = time.monotonic()
            tally.seconds = worked + now - began
            watcher.shows(tally)
            if now - saved >= batch.save_s:
                journal.save(sink.flush(), tally)
                saved = time.monotonic()
    except BatchError:
        raise
    except BaseException:
        journal.save(sink.flush(), tally)
        raise
    journal.save(sink.flush(), tally)
