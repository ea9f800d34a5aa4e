"""What a worker does: pictures in, rows out. Every engine calls the same function."""

from __future__ import annotations

import dataclasses
import faulthandler
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenfold.errors import PictureError
from tenfold.results import Reading
from tenfold.trust.table import MAX_ERROR

from .items import Answer, Item, Row
from .rows import MIN_CONFIDENCE, Form, encoder, masked

if TYPE_CHECKING:
    from tenfold.reading import Reader
    from tenfold.trust import Promise

_GRACE: Final = 0.02  # of the time that a picture may take: so much later it may be ended


@dataclass(frozen=True)
class Asked:
    """How pictures are read and what is made of them; it travels to every worker.

    Attributes:
        model: a shipped name, or the path of an .onnx file.
        polarity: as for `Reader`.
        max_error: as for `Reader`.
        promise: as for `Reader`.
        min_confidence: digits less sure are `?`.
        how: what `Reader.read_pages` takes by name, but for `pages`.
        pages: which of a file's pages; None: all.
        form: of the rows.
        grid: the CSV is the rows and columns of tables.
        timeout_s: for one picture; whoever takes longer is ended, with its process.
    """

    model: str
    polarity: Any = "auto"
    max_error: float = MAX_ERROR
    promise: Promise | None = None
    min_confidence: float = MIN_CONFIDENCE
    how: dict[str, Any] = field(default_factory=dict)
    pages: Sequence[range] | None = None
    form: Form = Form.jsonl
    grid: bool = False
    timeout_s: float = 60.0

    def reader(self) -> Reader:
        """The reader.

        Raises:
            ModelError: the model is not there or cannot be used.
        """
        from tenfold.reading import Reader

        return Reader(
            self.model, polarity=self.polarity, max_error=self.max_error, promise=self.promise
        )

    def row(self, reading: Reading) -> Row:
        """A reading as it is written."""
        return encoder(self.form, grid=self.grid)(masked(reading, self.min_confidence))

    def failed(self, item: Item, error: str) -> Answer:
        """The answer for a picture that cannot be read."""
        return Answer(self.row(Reading(item.name, 0, 0, error=error, page=item.page)))


class Worker:
    """A reader that is kept from one chunk to the next; made in the process where it works."""

    def __init__(self, asked: Asked) -> None:
        import cv2

        cv2.setNumThreads(1)  # there is a process for every core
        self._asked, self._reader = asked, asked.reader()

    def answers(self, items: Sequence[Item]) -> list[Answer]:
        """One answer for each item, in their order.

        A picture that takes too long, or crashes, takes this process with it.
        """
        with _watch(self._asked.timeout_s) as begin:
            found = []
            for item in items:
                begin()
                found.append(self._answer(item))
            return found

    def rows(self, item: Item) -> Iterator[Row]:
        """The row of each page of an item, for an engine that looks after its own workers."""
        answer = self._answer(item)
        for page in item.pages(answer.pages):
            yield from self.rows(page)
        if answer.row is not None:
            yield answer.row

    def _answer(self, item: Item) -> Answer:
        if item.source is None:
            return self._asked.failed(item, item.error or "")
        try:
            pages = () if item.page else self._several(item.source)
            return Answer(pages=pages) if pages else self._read(item, item.source)
        except PictureError as fault:
            return self._asked.failed(item, fault.reason)
        except Exception as fault:  # one picture in ten million must not stop the others
            said = " ".join(f"{type(fault).__name__}: {fault}".split())
            return self._asked.failed(item, f"could not be read, by a fault of Tenfold ({said}).")

    def _read(self, item: Item, source: Path | bytes) -> Answer:
        spans = [range(item.page, item.page + 1)] if item.page else None
        [reading] = self._reader.read_many([source], pages=spans, **self._asked.how)
        return Answer(self._asked.row(dataclasses.replace(reading, file=item.name)))

    def _several(self, source: Path | bytes) -> tuple[int, ...]:
        """The pages to read, of a file that holds more than one or of which some were asked for."""
        from tenfold.picture import Pages

        spans = self._asked.pages
        if spans is None and not _may_hold_pages(source):
            return ()
        with Pages(source) as opened:
            n = opened.n
        if spans is None:
            return tuple(range(1, n + 1)) if n > 1 else ()
        return tuple(_asked_pages(spans, n))


def _asked_pages(spans: Sequence[range], n: int) -> Iterator[int]:
    """Those of a file with n; the first that it lacks ends them, and has its error in its row."""
    for span in spans:
        if span.start > n:
            yield span.start
            return
        yield from range(span.start, min(span.stop, n + 1))


def _may_hold_pages(source: Path | bytes) -> bool:
    """By the first bytes: is it a PDF, TIFF or HEIC? What cannot be opened is told later."""
    from tenfold.picture.formats import is_heif, is_pdf

    try:
        if isinstance(source, bytes):
            head = source[:1024]
        else:
            with source.open("rb") as file:
                head = file.read(1024)
    except (OSError, ValueError):
        return False
    return is_pdf(head) or is_heif(head) or head[:2] in (b"II", b"MM")


@contextmanager
def _watch(seconds: float) -> Iterator[Callable[[], None]]:
    """Ends this process where one picture takes too long, in the middle of C code as well.

    faulthandler's thread needs no interpreter lock, and its clock does not jump. Each watch
    is a new thread, a twentieth of a small picture's time: it is set anew only when its
    grace is used up, so no picture is ended early, and none much too late.
    """
    grace, since = _GRACE * seconds, -math.inf
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123

        def begin() -> None:
            nonlocal since
            now = time.monotonic()
            if now - since > grace:
                faulthandler.dump_traceback_later(seconds + grace, exit=True, file=nowhere)
                since = now

        try:
            yield begin
        finally:
            faulthandler.cancel_dump_traceback_later()
