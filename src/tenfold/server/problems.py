"""Errors as problem+json (RFC 9457), in the words of the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from tenfold.errors import (
    ConfigError,
    DataError,
    ModelError,
    NotAPictureError,
    PictureError,
    PictureTooLargeError,
    TenfoldError,
)

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[tuple[tuple[type[TenfoldError], int, str], ...]] = (
    (PictureTooLargeError, 413, "The picture is too large"),
    (NotAPictureError, 422, "Not a picture"),
    (PictureError, 422, "The picture cannot be read"),
    (ModelError, 404, "No such model"),
    (ConfigError, 422, "The options do not fit"),
    (DataError, 422, "The values do not fit"),
)


class ProblemError(Exception):
    """An answer that is no result.

    Args:
        status: of HTTP.
        title: the kind of problem in a few words, the same for all of its kind.
        detail: what was wrong with this request, and what to do.
        headers: to be sent with it.
    """

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, title, detail)
        self.status, self.title, self.detail = status, title, detail
        self.headers = dict(headers or {})

    def to_dict(self) -> dict[str, Any]:
        """The members of RFC 9457; `error` is where clients of the inference protocol look."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "error": self.detail,
        }

    def response(self) -> Response:
        """The problem as an answer."""
        return Response(
            json.dumps(self.to_dict()), self.status, self.headers, media_type=MEDIA_TYPE
        )


def problem_of(error: TenfoldError) -> ProblemError:
    """The problem that an error of ours is.

    >>> problem_of(NotAPictureError("scan.png", "the file is empty")).to_dict()["detail"]
    'scan.png: the file is empty.'
    """
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            return ProblemError(status, title, str(error))
    return ProblemError(422, "It cannot be done", str(error))


def answer_with_problems(app: FastAPI) -> None:
    """Every error of the application becomes problem+json; none shows its insides."""
    app.add_exception_handler(ProblemError, _own)
    app.add_exception_handler(TenfoldError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


async def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response()


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, TenfoldError)
    return problem_of(error).response()


_OURS: Final[Mapping[str, str]] = {
    "extra_forbidden": "is not known",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_pattern_mismatch": "must be of the form {pattern}",
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
}
"""What pydantic found, in the words of the command line; the rest keeps pydantic's."""


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return unfit(error.errors()).response()


def _words(fault: Mapping[str, Any]) -> str:
    kind, came = fault["type"], fault.get("input")
    if kind not in _OURS:
        return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}"
    words = _OURS[kind].format(**fault.get("ctx", {}))
    told = isinstance(came, str | int | float) and kind != "extra_forbidden"
    return f'{words}; got "{str(came)[:40]}"' if told else words


def unfit(errors: Any) -> ProblemError:
    """The problem of values that pydantic refused, each in one sentence."""
    sentences = [f"{_place(fault['loc'])}: {_words(fault)}." for fault in errors]
    more = len(sentences) - 5
    shown = " ".join(sentences[:5]) + (f" And {more} more." if more > 0 else "")
    return ProblemError(422, "The values do not fit", shown)


def _place(location: tuple[str | int, ...]) -> str:
    parts = [str(part) for part in location if part not in ("query", "body", "path", "header")]
    return ".".join(parts)[:100] or "body"


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    path = request.url.path[:100]
    details = {
        404: f"{path}: there is nothing here. What there is: /openapi.json",
        405: f"{path}: {request.method} is not answered here",
    }
    detail = details.get(error.status_code, str(error.detail))
    return ProblemError(error.status_code, phrase, detail, error.headers).response()


async def _unknown(request: Request, error: Exception) -> Response:
    # Starlette raises it again behind this answer, so it stands in the server's own log.
    return ProblemError(
        500, "A fault of the server", "The request met a fault of ours; the log has it"
    ).response()
