"""The engine: batches, a bounded queue, and work that nobody waits for."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tenfold import load_classifier
from tenfold.errors import DataError
from tenfold.runtime import Classifier
from tenfold.server.engine import MAX_BATCH, Engine
from tenfold.server.metrics import Metrics
from tenfold.server.problems import ProblemError

Floats = NDArray[np.float32]


class Held:
    """A model whose first batch waits for `go`, so that the next requests pile up."""

    def __init__(self, model: Classifier) -> None:
        self.model = model
        self.go = threading.Event()
        self.begun = threading.Event()
        self.sizes: list[int] = []

    def judge(self, images: Floats) -> Any:
        self.sizes.append(len(images))
        self.begun.set()
        assert self.go.wait(20)
        return self.model.judge(images)


@pytest.fixture(scope="module")
def model() -> Classifier:
    return load_classifier()


@pytest.fixture
def held(model: Classifier) -> Held:
    return Held(model)


@pytest.fixture
def engine(held: Held) -> Iterator[Engine]:
    made = Engine({"held": held}, Metrics(), max_waiting=100, threads=1)  # type: ignore[dict-item]
    yield made
    held.go.set()
    made.close()


def some_images(n: int) -> list[Floats]:
    random = np.random.default_rng(3)
    return [random.random((1 + i % 3, 28, 28), np.float32) for i in range(n)]


def giving(images: Floats) -> Callable[[], Floats]:
    return lambda: images


async def pile_up(engine: Engine, held: Held, jobs: list[Callable[[], Floats]]) -> list[Any]:
    """The answers of jobs that all came while the first batch was being judged."""
    first = asyncio.ensure_future(engine.judge("held", giving(np.zeros((1, 28, 28), np.float32))))
    await asyncio.to_thread(held.begun.wait)
    tasks = [asyncio.ensure_future(engine.judge("held", job)) for job in jobs]
    await asyncio.sleep(0)
    held.go.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_what_waits_is_one_batch_and_everybody_gets_their_own_answer(
    engine: Engine, held: Held, model: Classifier
) -> None:
    images = some_images(30)
    answers = asyncio.run(pile_up(engine, held, [giving(some) for some in images]))
    assert held.sizes == [1, sum(map(len, images))]
    for some, answer in zip(images, answers, strict=True):
        alone = model.judge(some)
        assert np.allclose(answer.probabilities, alone.probabilities, atol=1e-6)
        assert np.allclose(answer.is_digit, alone.is_digit, atol=1e-6)


def test_a_batch_has_an_end(engine: Engine, held: Held) -> None:
    blank = giving(np.zeros((1, 28, 28), np.float32))
    asyncio.run(pile_up(engine, held, [blank] * (MAX_BATCH + 10)))
    assert held.sizes == [1, MAX_BATCH, 10]


def test_a_bad_picture_fails_alone(engine: Engine, held: Held) -> None:
    def broken() -> Floats:
        raise DataError("images", "cannot be made")

    good = giving(np.zeros((1, 28, 28), np.float32))
    too_bright = giving(np.full((1, 28, 28), 7, np.float32))
    answers = asyncio.run(pile_up(engine, held, [good, too_bright, broken, good]))
    assert [isinstance(answer, DataError) for answer in answers] == [False, True, True, False]
    assert "floats must lie in [0, 1]" in str(answers[1])


def test_a_full_queue_says_when_to_come_back(held: Held) -> None:
    engine = Engine({"held": held}, Metrics(), max_waiting=2, threads=1)  # type: ignore[dict-item]
    blank = giving(np.zeros((1, 28, 28), np.float32))

    async def crowd() -> list[Any]:
        tasks = [asyncio.ensure_future(engine.judge("held", blank)) for _ in range(3)]
        await asyncio.sleep(0)
        held.go.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.run(crowd())
    engine.close()
    assert isinstance(answers[2], ProblemError)
    assert (answers[2].status, answers[2].headers) == (503, {"Retry-After": "1"})
    assert all(hasattr(answer, "is_digit") for answer in answers[:2])
    assert engine.n_under_way == 0


def test_work_that_nobody_waits_for_is_never_begun(engine: Engine, held: Held) -> None:
    begun = []

    async def leave() -> None:
        first = asyncio.ensure_future(engine.judge("held", giving(some_images(1)[0])))
        await asyncio.to_thread(held.begun.wait)
        blocked = asyncio.ensure_future(engine.run(held.go.wait))
        gone = [
            asyncio.ensure_future(engine.judge("held", lambda: begun.append(1))),  # type: ignore[arg-type, return-value]
            asyncio.ensure_future(engine.run(lambda: begun.append(2))),
        ]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.wait(gone)
        held.go.set()
        await asyncio.gather(first, blocked)
        assert engine.n_under_way == 0

    asyncio.run(leave())
    engine.close()
    assert begun == []


def test_the_loop_goes_on_while_a_picture_is_judged(engine: Engine, held: Held) -> None:
    async def look_around() -> bool:
        task = asyncio.ensure_future(engine.judge("held", giving(some_images(1)[0])))
        await asyncio.to_thread(held.begun.wait)
        still_free = not task.done()
        held.go.set()
        await task
        return still_free

    assert asyncio.run(look_around())
