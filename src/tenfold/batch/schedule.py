"""Pictures to workers and answers back: chunks, retries, pages, order; few in hand at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from tenfold.errors import PictureError

from .engines import Done, Engine
from .items import Answer, Item

CHUNK_S: Final = 0.25
"""A chunk takes about this long, so that stopping and the bar need not wait."""

_MOST_ITEMS: Final = 64
_MOST_BYTES: Final = 8 * 2**20
_EACH: Final = 2  # chunks in hand for each worker: one that is read, one that waits
_WINDOW: Final = 2048  # pictures that may be done before their turn
_TRIES: Final = 2


class _Place:
    """An item and what becomes of it; in an ordered batch it keeps its turn."""

    __slots__ = ("answer", "item", "pages", "tries")

    def __init__(self, item: Item) -> None:
        self.item, self.tries = item, 0
        self.answer: Answer | None = None
        self.pages: list[_Place] | None = None


class Schedule:
    """The answers to a stream of items.

    A worker that dies takes its chunk with it: each item of it is then read by
    itself, and the one that kills a second time gets an error.

    Args:
        items: fetched only when a worker will soon be free.
        engine: who reads.
        ordered: answers come in the order of their items.
        failed: makes the answer for an item that cannot be read.
        stopping: once it says yes, what is in hand is finished and no more begun.
        wanted: whether a page is still to be read.
        timeout_s: for the words of an error.
    """

    def __init__(
        self,
        items: Iterator[Item],
        engine: Engine,
        *,
        ordered: bool,
        failed: Callable[[Item, str], Answer],
        stopping: Callable[[], bool],
        wanted: Callable[[Item], bool],
        timeout_s: float,
    ) -> None:
        self._items, self._engine, self._ordered = items, engine, ordered
        self._failed, self._stopping, self._wanted = failed, stopping, wanted
        self._fatal = f"ended the process that read it, or took longer than {timeout_s:g} s, twice"
        self._again: deque[_Place] = deque()  # each by itself
        self._pages: deque[_Place] = deque()
        self._line: deque[_Place] = deque()
        self._in_hand: dict[int, list[_Place]] = {}
        self._tickets = 0
        self._seconds_each = 0.0

    def __iter__(self) -> Iterator[tuple[Item, Answer]]:
        while self._fill():
            done = self._engine.next()
            if done is None:
                continue
            places = self._in_hand.pop(done.ticket)
            self._note(done, places)
            if self._ordered:
                yield from self._front()
            else:
                yield from _told(places)

    def _fill(self) -> bool:
        """Hand in chunks while workers want some; False where nothing is left in hand."""
        while len(self._in_hand) < _EACH * self._engine.workers and not self._stopping():
            chunk = self._chunk()
            if not chunk:
                break
            self._tickets += 1
            self._in_hand[self._tickets] = chunk
            self._engine.submit(self._tickets, [place.item for place in chunk])
        return bool(self._in_hand)

    def _chunk(self) -> list[_Place]:
        if self._again:
            return [self._again.popleft()]
        chunk: list[_Place] = []
        n_bytes = 0
        while len(chunk) < self._most() and n_bytes < _MOST_BYTES:
            place = self._next()
            if place is None:
                break
            chunk.append(place)
            n_bytes += place.item.n_bytes
        return chunk

    def _most(self) -> int:
        if not self._seconds_each:
            return 1
        return max(1, min(_MOST_ITEMS, round(CHUNK_S / self._seconds_each)))

    def _next(self) -> _Place | None:
        if self._pages:
            return self._pages.popleft()
        if len(self._line) >= _WINDOW:
            return None
        item = next(self._items, None)
        if item is None:
            return None
        place = _Place(item)
        if self._ordered:
            self._line.append(place)
        return place

    def _note(self, done: Done, places: list[_Place]) -> None:
        if done.answers is None:
            self._retry(places)
            return
        each = done.seconds / len(places)
        self._seconds_each = 0.7 * self._seconds_each + 0.3 * each if self._seconds_each else each
        for place, answer in zip(places, done.answers, strict=True):
            place.answer = answer
            if not answer.pages:
                place.item = replace(place.item, source=None)  # its bytes need not wait for a turn
            else:
                pages = [page for page in place.item.pages(answer.pages) if self._wanted(page)]
                place.pages = list(map(_Place, pages))
                self._pages.extend(place.pages)

    def _retry(self, places: list[_Place]) -> None:
        if self._stopping():  # whoever stops us may have ended the workers as well
            return
        for place in places:
            place.tries += 1
            if place.tries < _TRIES:
                self._again.append(place)
            else:
                reason = PictureError(place.item.name, self._fatal).reason
                place.answer = self._failed(place.item, reason)

    def _front(self) -> Iterator[tuple[Item, Answer]]:
        """What is done and has no one before it."""
        while self._line and self._line[0].answer is not None:
            place = self._line.popleft()
            if place.pages is not None:
                self._line.extendleft(reversed(place.pages))
            else:
                yield from _told([place])


def _told(places: list[_Place]) -> Iterator[tuple[Item, Answer]]:
    for place in places:
        if place.answer is not None and place.pages is None:
            yield place.item, place.answer
