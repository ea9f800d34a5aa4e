"""The ASGI application: routes, guard and counts, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .corrections import correction_routes
from .digits import DigitRequest, digit_routes
from .drawing import Drawing
from .guard import Guard
from .metrics import Counted
from .page import page_routes
from .problems import answer_with_problems
from .protocol import protocol_routes
from .reading import reading_routes
from .schemas import ProblemJson
from .service import Service
from .settings import Settings
from .tensors import InferRequest

_BODIES: Final[tuple[type[BaseModel], ...]] = (Drawing, DigitRequest, InferRequest, ProblemJson)
_REF: Final = "#/components/schemas/{model}"
_ABOUT: Final = (
    "Reads handwritten digits and numbers in pictures, and says when it is not sure. "
    "Errors are application/problem+json."
)


class _App(FastAPI):
    """FastAPI, whose description also knows the bodies that the routes parse themselves."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            described = super().openapi()
            _, bodies = models_json_schema(
                [(kind, "validation") for kind in _BODIES], ref_template=_REF
            )
            described["components"]["schemas"] |= bodies["$defs"]
            self.openapi_schema = described
        return self.openapi_schema


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; models are loaded here, before anybody listens.

    Args:
        settings: those in `$TENFOLD_SERVE` where none are given.

    Raises:
        ModelError: a model is not there or cannot be used.
    """
    settings = settings or Settings.from_environment()
    service = Service(settings)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        service.engine.close()

    # No pages of FastAPI's own: they bring scripts from other hosts.
    app = _App(
        title="Tenfold",
        version=version("tenfold"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.include_router(reading_routes(service))
    app.include_router(digit_routes(service))
    app.include_router(correction_routes(service))
    app.include_router(protocol_routes(service))
    app.include_router(page_routes(service.metrics))
    answer_with_problems(app)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Counted, metrics=service.metrics)
    return app
