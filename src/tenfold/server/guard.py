"""Who may ask, and how much: host, origin, token, bytes and seconds of every request."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import ProblemError
from .settings import Settings, known_names

OPEN_PATHS: Final = frozenset(
    {"/", "/page.js", "/page.css", "/healthz", "/v2/health/live", "/v2/health/ready"}
)
"""Asked of nobody's token: the page, which holds no secret, and whether the server lives."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE: Final = frozenset({"same-origin", "none"})


class Guard:
    """ASGI: the first to see a request and the last to see its answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._names = known_names(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or pass it on; mark its answer safe either way."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def secured(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            self._check(scope)
            async with asyncio.timeout(self._settings.max_seconds):
                await self._app(scope, self._limited(receive), secured)
        except ProblemError as problem:
            await problem.response()(scope, receive, secured)
        except TimeoutError:
            if not begun:
                await self._too_slow().response()(scope, receive, secured)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers.get("host", ""))
        if scope["method"] not in _SAFE_METHODS:
            _check_origin(headers)
        if scope["path"] not in OPEN_PATHS:
            self._check_token(headers)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._settings.max_bytes:
            raise self._too_many_bytes()

    def _check_host(self, host: str) -> None:
        name = host_name(host)
        if name in self._names or _is_address(name):
            return
        raise ProblemError(
            421,
            "Not this server",
            f'Host: "{host[:100]}" is no name of this server. '
            "Start it with --name to let it answer under that name.",
        )

    def _check_token(self, headers: Headers) -> None:
        token = self._settings.token
        if token is None:
            return
        kind, _, given = headers.get("authorization", "").partition(" ")
        fits = hmac.compare_digest(given.strip().encode(), token.encode())
        if kind.lower() != "bearer" or not fits:
            raise ProblemError(
                401,
                "A token is needed",
                "Send the header  Authorization: Bearer TOKEN  with the word that the server "
                "was started with.",
                {"WWW-Authenticate": "Bearer"},
            )

    def _limited(self, receive: Receive) -> Receive:
        """The same messages, as long as the body is not too long."""
        left = self._settings.max_bytes

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message.get("body", b""))
                if left < 0:
                    raise self._too_many_bytes()
            return message

        return limited

    def _too_many_bytes(self) -> ProblemError:
        limit = self._settings.max_bytes / 2**20
        return ProblemError(413, "Too many bytes", f"A request may have {limit:g} MiB at most.")

    def _too_slow(self) -> ProblemError:
        return ProblemError(
            503,
            "It took too long",
            f"The request was not done after {self._settings.max_seconds:g} s and was dropped.",
        )


def host_name(host: str) -> str:
    """The name or address in a Host header, small letters, without its port.

    >>> host_name("Board.School:8100"), host_name("[::1]:80"), host_name("127.0.0.1")
    ('board.school', '::1', '127.0.0.1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _check_origin(headers: Headers) -> None:
    """A page of another site must not make a visitor's browser send something here."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    foreign = origin is not None and _netloc(origin) != headers["host"].lower()
    if foreign or (site is not None and site not in _OWN_SITE):
        raise ProblemError(
            403, "Sent by another site", "Requests that change something come from this page only."
        )


def _netloc(origin: str) -> str:
    """Host and port of an origin; empty for `null` and for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
