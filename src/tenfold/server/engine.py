"""All work off the event loop, behind one bounded queue.

Two kinds of work share the queue. Small pictures that only need the net
wait for one thread, which takes all that wait as one batch: the more come,
the larger the batches. Whole pictures are read by a few threads, one each.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tenfold.runtime import Classifier, Judgement

from .metrics import Metrics
from .problems import ProblemError

T = TypeVar("T")
Floats = NDArray[np.float32]

MAX_BATCH: Final = 64
"""Requests in one batch; what comes later goes with the next."""

_RETRY_AFTER_S: Final = 1


@dataclass(frozen=True, slots=True)
class _Job:
    model: str
    prepare: Callable[[], Floats]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Judgement]


class Engine:
    """Judges small pictures in batches and runs other work in threads.

    Args:
        models: by name; each is loaded once and shared by all threads.
        metrics: told of jobs and batches.
        max_waiting: jobs that may be under way; one more is refused.
        threads: for the work that is no batch.
    """

    def __init__(
        self,
        models: Mapping[str, Classifier],
        metrics: Metrics,
        *,
        max_waiting: int,
        threads: int,
    ) -> None:
        self.models = models
        self.n_under_way = 0
        self._max_waiting = max_waiting
        self._metrics = metrics
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tenfold-read")
        self._batcher = threading.Thread(target=self._work, name="tenfold-batch", daemon=True)
        self._batcher.start()

    def close(self) -> None:
        """Finish what is being worked on; what still waits is dropped."""
        self._jobs.put(None)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._batcher.join()

    async def judge(self, model: str, prepare: Callable[[], Floats]) -> Judgement:
        """What a model makes of a few pictures; a caller that is cancelled drops its job.

        Args:
            model: one of `models`.
            prepare: gives (n, 28, 28) float32 in [0, 1]; run in the batch's thread.

        Raises:
            ProblemError: 503, the queue is full.
            TenfoldError: what `prepare` or the model raised.
        """
        with self._place():
            loop = asyncio.get_running_loop()
            done: asyncio.Future[Judgement] = loop.create_future()
            self._jobs.put(_Job(model, prepare, loop, done))
            return await done

    async def run(self, work: Callable[[], T]) -> T:
        """The result of some work in a thread; if cancelled before it begins, it never does.

        Raises:
            ProblemError: 503, the queue is full.
            TenfoldError: what the work raised.
        """
        with self._place():
            return await asyncio.wrap_future(self._pool.submit(work))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self.n_under_way >= self._max_waiting:
            raise ProblemError(
                503,
                "Too much to do",
                f"{self.n_under_way} requests wait already. Ask again in a moment.",
                {"Retry-After": str(_RETRY_AFTER_S)},
            )
        self.n_under_way += 1
        self._metrics.under_way.inc()
        try:
            yield
        finally:
            self.n_under_way -= 1
            self._metrics.under_way.dec()

    def _work(self) -> None:
        """The batch's thread: all that waits is one batch, then again."""
        stopped = False
        while not stopped:
            batch = [self._jobs.get()]
            while len(batch) < MAX_BATCH and batch[-1] is not None:
                try:
                    batch.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            stopped = batch[-1] is None
            jobs = [job for job in batch if job is not None and not job.done.cancelled()]
            if jobs:
                self._metrics.batches.observe(len(jobs))
                self._answer(jobs)

    def _answer(self, jobs: Sequence[_Job]) -> None:
        ready: dict[str, list[tuple[_Job, Floats]]] = {}
        answers: list[tuple[_Job, Judgement | Exception]] = []
        for job in jobs:
            try:
                ready.setdefault(job.model, []).append((job, job.prepare()))
            except Exception as error:
                answers.append((job, error))
        for model, parts in ready.items():
            answers += self._judged(self.models[model], parts)
        # Every job of one process came from the same loop: wake it once for the whole batch.
        jobs[0].loop.call_soon_threadsafe(_deliver, answers)

    def _judged(
        self, model: Classifier, parts: Sequence[tuple[_Job, Floats]]
    ) -> list[tuple[_Job, Judgement | Exception]]:
        try:
            whole = model.judge(np.concatenate([images for _, images in parts]))
        except Exception as error:
            if len(parts) == 1:
                return [(parts[0][0], error)]
            # One bad picture must not fail its neighbours: each by itself.
            return [answer for part in parts for answer in self._judged(model, [part])]
        stops = np.cumsum([len(images) for _, images in parts])
        return [
            (
                job,
                Judgement(
                    whole.probabilities[stop - len(images) : stop],
                    whole.is_digit[stop - len(images) : stop],
                ),
            )
            for (job, images), stop in zip(parts, stops, strict=True)
        ]


def _deliver(answers: Sequence[tuple[_Job, Any]]) -> None:
    """On the loop: hand each answer to the request that waits for it, if it still does."""
    for job, answer in answers:
        if job.done.done():
            continue
        if isinstance(answer, Exception):
            job.done.set_exception(answer)
        else:
            job.done.set_result(answer)
