"""Whatever workers do and whenever a batch ends, every picture is there once and in its turn."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_small import Watching
from tenfold.batch.engines import Done
from tenfold.batch.items import Answer, Item
from tenfold.batch.journal import Journal
from tenfold.batch.run import Batch, run_batch
from tenfold.batch.schedule import Schedule
from tenfold.batch.sources import Sources, Wanted
from tenfold.batch.worker import Asked
from tenfold.errors import BatchError
from tenfold.results import Reading

ASKED = Asked("none")
SAVE = Journal.save


class KilledError(BatchError):
    """The batch ends here, as by kill -9: nothing more is saved."""

    def __init__(self) -> None:
        super().__init__("the batch", "is killed")


@dataclass(frozen=True)
class Pictures(Sources):
    """Sources that are told: how many pages each picture has; 0 kills who reads it."""

    pages: Sequence[int] = ()

    def items(self, wanted: Wanted = lambda name, place: True) -> Iterator[Item]:
        for k, n in enumerate(self.pages):
            if wanted(f"{k:03d}-{n}", 0):
                yield Item(f"{k:03d}-{n}", b"bytes")

    def rows(self) -> list[tuple[str, int | None, bool]]:
        """File, page and whether it fails, of every row that is to come, in order."""
        found: list[tuple[str, int | None, bool]] = []
        for k, n in enumerate(self.pages):
            name = f"{k:03d}-{n}"
            several = range(1, n + 1) if n > 1 else [None]
            found += [(name, page, n == 0) for page in several]
        return found


@dataclass
class Chancy:
    """Chunks come back in any order; some die for no reason; some end the whole batch."""

    rng: random.Random
    deaths: float
    kills: float
    workers: int = 3
    chunks: list[tuple[int, Sequence[Item]]] = field(default_factory=list)
    most: int = 0
    given: Counter[bytes] = field(default_factory=Counter)

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        assert items
        self.given.update(item.key for item in items)
        assert max(self.given.values()) <= 2  # one retry
        self.chunks.append((ticket, items))
        self.most = max(self.most, sum(len(chunk) for _, chunk in self.chunks))

    def next(self) -> Done | None:
        if self.rng.random() < self.kills:
            raise KilledError
        ticket, items = self.chunks.pop(self.place())
        poison = any(item.name.endswith("-0") for item in items)
        if poison or (len(items) > 1 and self.rng.random() < self.deaths):
            return Done(ticket, None)
        return Done(ticket, list(map(answer, items)), 0.05)

    def place(self) -> int:
        """Which chunk comes next."""
        return self.rng.randrange(len(self.chunks))

    def close(self) -> None:
        """Nothing to end."""


class Slow(Chancy):
    """The first chunk is done when there is no other."""

    def place(self) -> int:
        return len(self.chunks) - 1


def answer(item: Item) -> Answer:
    n = int(item.name.split("-")[1])
    if n > 1 and item.page is None:
        return Answer(pages=tuple(range(1, n + 1)))
    return Answer(ASKED.row(Reading(item.name, 1, 1, page=item.page)))


def ran(batch: Batch, engine: Callable[[], Chancy]) -> bool:
    """Once; was it whole? What was not saved when it was killed is lost."""
    try:
        return run_batch(batch, engine, Watching()).whole
    except KilledError:
        return False


@settings(deadline=None, max_examples=40)
@given(
    pages=st.lists(st.sampled_from([1, 1, 1, 1, 0, 2, 5]), max_size=40),
    seed=st.integers(0, 10**6),
    deaths=st.sampled_from([0, 0.2, 0.6]),
    ordered=st.booleans(),
)
def test_every_picture_has_one_row_whatever_happens(
    pages: list[int], seed: int, deaths: float, ordered: bool
) -> None:
    rng = random.Random(seed)
    sources = Pictures((), ordered=ordered, pages=pages)
    kills = 0.0

    def save_or_die(*arguments: Any) -> None:
        if rng.random() < kills:  # the rows are written, and not yet noted
            raise KilledError
        SAVE(*arguments)

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as context:
        out = Path(folder) / "out.jsonl"
        context.setattr(Journal, "save", save_or_die)
        batch = Batch(sources, out, ASKED, {}, save_s=rng.choice([0, 1e9]))
        for kills in (0.3, 0.2, 0.1, 0.05, 0):
            assert not out.exists()
            if ran(batch, lambda kills=kills: Chancy(rng, deaths, kills)):
                break
        rows = [json.loads(line) for line in out.read_text().splitlines()]
    found = [(row["file"], row["page"], row["error"] is not None) for row in rows]
    assert (found if ordered else sorted(found, key=str)) == (
        sources.rows() if ordered else sorted(sources.rows(), key=str)
    )


@pytest.mark.parametrize("kind", [Chancy, Slow])
@pytest.mark.parametrize("ordered", [False, True])
def test_few_items_are_in_hand_whatever_the_number_of_pictures(
    ordered: bool, kind: type[Chancy]
) -> None:
    fetched = 0

    def stream() -> Iterator[Item]:
        nonlocal fetched
        for k in range(8000):
            fetched += 1
            yield Item(f"{k}-1", b"x" * 1000)

    engine = kind(random.Random(0), 0.05, 0)
    schedule = Schedule(
        stream(),
        engine,
        ordered=ordered,
        failed=ASKED.failed,
        stopping=lambda: False,
        wanted=lambda item: True,
        timeout_s=1,
    )
    told = []
    for item, _ in schedule:
        told.append(item.name)
        assert fetched - len(told) < 2500  # the window, and what is in hand
    assert engine.most <= 2 * engine.workers * 64
    names = [f"{k}-1" for k in range(8000)]
    assert told == names if ordered else sorted(told) == sorted(names)


def test_a_wish_to_stop_finishes_what_is_in_hand_and_begins_no_more() -> None:
    engine, told = Chancy(random.Random(0), 0, 0), []
    schedule = Schedule(
        (Item(f"{k}-1") for k in range(1000)),
        engine,
        ordered=False,
        failed=ASKED.failed,
        stopping=lambda: len(told) > 50,
        wanted=lambda item: True,
        timeout_s=1,
    )
    told.extend(item for item, _ in schedule)
    assert engine.chunks == []
    assert 50 < len(told) < 200
