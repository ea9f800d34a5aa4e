"""The same chunks on a Ray cluster: many machines that see the same files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tenfold.errors import ConfigError, MissingExtraError

from .engines import MOMENT_S, Desk, Done, Said, greet, heard
from .items import Item
from .worker import Asked


class RayEngine:
    """Ray's tasks; a worker process keeps its reader from one to the next.

    What asks, opens archives and writes is this process. Paths are opened by the
    workers, so they must be the same on every machine.

    Args:
        asked: how pictures are read.
        workers: chunks at the same time; None: one for each CPU of the cluster.
        address: of the cluster, or `auto`; None: one on this machine is begun.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: there is no cluster at the address.
        ModelError: the model is not there or cannot be used.
        BatchError: the workers die before they read anything.
    """

    def __init__(self, asked: Asked, workers: int | None, address: str | None) -> None:
        try:
            import ray
        except ModuleNotFoundError:
            raise MissingExtraError("ray", "ray") from None
        self._ray: Any = ray
        self._ours = not ray.is_initialized()
        if self._ours:
            try:
                ray.init(
                    address=address, num_cpus=None if address else workers, log_to_driver=False
                )
            except ConnectionError as fault:
                raise ConfigError(f"--address {address}", f"no Ray cluster ({fault})") from None
        self.workers = workers or int(ray.cluster_resources()["CPU"])
        # Its own retry would take the whole chunk; `schedule` takes its items one by one.
        self._task = ray.remote(max_retries=0)(_says)
        self._key, self._asked = uuid.uuid4().hex, ray.put(asked)
        self._in_hand: dict[Any, int] = {}
        greet(self, "Ray's workers")

    def submit(self, ticket: int, items: Sequence[Item]) -> None:
        """Hand in a chunk; it waits for a worker that is free."""
        self._in_hand[self._task.remote(self._key, self._asked, list(items))] = ticket

    def next(self) -> Done | None:
        """A chunk that is done; None where none is within a moment."""
        ready, _ = self._ray.wait(list(self._in_hand), timeout=MOMENT_S)
        if not ready:
            return None
        ticket = self._in_hand.pop(ready[0])
        try:
            said = self._ray.get(ready[0])
        except self._ray.exceptions.RayTaskError as fault:
            raise fault.cause from None  # a fault of our own code
        except self._ray.exceptions.RayError:
            return Done(ticket, None)
        return heard(ticket, said)

    def close(self) -> None:
        """End what is in hand; a cluster that was there before stays."""
        for reference in self._in_hand:
            self._ray.cancel(reference, force=True)
        self._in_hand = {}
        if self._ours:
            self._ray.shutdown()


_desk = Desk()


def _says(key: str, asked: Asked, items: list[Item]) -> Said:
    return _desk.says(key, asked, items)
