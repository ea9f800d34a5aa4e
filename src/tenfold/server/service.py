"""What all routes share: settings, models loaded once, the engine, the counts."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request

from tenfold.errors import ModelError, did_you_mean
from tenfold.picture import Polarity
from tenfold.reading import Reader, accept_from
from tenfold.runtime import (
    COMPANY_MODEL,
    DIGIT,
    LINE_MODEL,
    Classifier,
    company_of,
    load_classifier,
    load_line_net,
    shipped,
)
from tenfold.trust import load_promise

from .engine import Engine
from .metrics import Metrics
from .options import ReadOptions
from .problems import ProblemError
from .settings import Settings

T = TypeVar("T")


class Service:
    """One process's share of the server.

    Attributes:
        models: by name, every shipped model that reads digits by themselves, and the one in
            `settings.model`.
        default: the name of the latter; a path is known by its last part.
        accept: the confidence from which answers are accepted, where a request asks
            for no other share of errors.

    Raises:
        ModelError: a model is not there or cannot be used.
        ConfigError: the promise is none, or promises too little.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.models = {
            name: load_classifier(name)
            for name, entry in shipped().items()
            if entry.kind == DIGIT and name != COMPANY_MODEL
        }
        self.default = settings.model
        if self.default not in self.models:
            self.default = Path(settings.model).stem
            self.models[self.default] = load_classifier(settings.model)
        self._promise = load_promise(Path(settings.promise)) if settings.promise else None
        self.accept = accept_from(promise=self._promise)
        self._line_net = load_line_net(LINE_MODEL)
        self._company = load_classifier(COMPANY_MODEL)
        self.engine = Engine(
            self.models,
            self.metrics,
            max_waiting=settings.max_waiting,
            threads=settings.threads,
        )
        self._made = lru_cache(maxsize=32)(self._make)

    def classifier(self, name: str | None) -> tuple[str, Classifier]:
        """A model and its name; the default one where none is named.

        Raises:
            ModelError: there is no such model here.
        """
        name = name or self.default
        if name not in self.models:
            raise ModelError(
                name[:100], "no such model", todo=did_you_mean(name[:100], self.models)
            )
        return name, self.models[name]

    def reader(self, options: ReadOptions, *, drawn: bool = False) -> Reader:
        """The reader for these options; the nets are shared by all.

        Args:
            options: as they were asked for.
            drawn: the picture is a drawing: dark on light, however much ink is on it.

        Raises:
            ModelError: there is no such model here.
            ConfigError: so small an error cannot be promised.
        """
        polarity = "dark-on-light" if drawn else options.polarity
        return self._made(self.classifier(options.model)[0], polarity, options.max_error)

    def _make(self, model: str, polarity: Polarity, max_error: float) -> Reader:
        classifier = self.models[model]
        # Not the name that it goes by here: a file may be called tenfold.onnx.
        has_company = company_of(classifier.name) == COMPANY_MODEL
        return Reader(
            classifier,
            polarity=polarity,
            line_net=self._line_net,
            company=self._company if has_company else None,
            max_error=max_error,
            promise=self._promise,
        )

    async def while_connected(self, request: Request, work: Coroutine[Any, Any, T]) -> T:
        """The result of some work, dropped when the client goes away.

        Args:
            request: its body must have been read: what comes next is its end.
            work: is cancelled when nobody waits any more.
        """
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(request.receive())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            self.metrics.gone.inc()
            raise ProblemError(499, "Nobody waits", "The client went away; the work was dropped.")
        finally:
            task.cancel()
            gone.cancel()
