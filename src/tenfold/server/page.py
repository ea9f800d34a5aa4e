"""The page: three files of the package, held in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from .metrics import Metrics

_FILES: Final = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}


def page_routes(metrics: Metrics) -> APIRouter:
    """The routes of the page, and /metrics."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _FILES.items():
        data = (Path(__file__).parent / name).read_bytes()
        router.add_api_route(path, _Held(data, media_type), methods=["GET", "HEAD"])

    @router.get("/metrics")
    async def counts() -> Response:
        """The counts, as Prometheus reads them."""
        text, media_type = metrics.text()
        return Response(text, media_type=media_type)

    return router


class _Held:
    """Answers with one file; a browser that has it already is told so."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self._data, self._media_type = data, media_type
        self._tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'

    async def __call__(self, request: Request) -> Response:
        headers = {"etag": self._tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == self._tag:
            return Response(status_code=304, headers=headers)
        return Response(self._data, headers=headers, media_type=self._media_type)
