"""What is counted, for Prometheus: requests, seconds, batches, what is under way."""

from __future__ import annotations

import os
import time
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MULTIPROC: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where the worker processes put their counts, so that one answer tells of all."""

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_BATCHES: Final = (1, 2, 4, 8, 16, 32, 64)


disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter was made helps nobody


class Metrics:
    """The server's counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tenfold_requests_total",
            "Requests answered, by path and status.",
            ("path", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tenfold_request_seconds",
            "Seconds from a request's head to its answer's end, by path.",
            ("path",),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self.batches = Histogram(
            "tenfold_batch_requests",
            "Requests that were judged together.",
            registry=self._registry,
            buckets=_BATCHES,
        )
        self.gone = Counter(
            "tenfold_clients_gone_total",
            "Requests dropped because nobody waited for the answer any more.",
            registry=self._registry,
        )
        self.under_way = Gauge(
            "tenfold_jobs_under_way",
            "Jobs that wait or are worked on.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def count(self, path: str, status: int, seconds: float) -> None:
        """One more request."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """The counts of all worker processes, and their media type."""
        registry = self._registry
        if os.environ.get(MULTIPROC):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST


class Counted:
    """ASGI: counts every request on its way out."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 499  # nobody was left to answer to
        begun = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            # Paths that are no route would let anybody fill the memory with names.
            path = getattr(scope.get("route"), "path", "other")
            self._metrics.count(path, status, time.perf_counter() - begun)
