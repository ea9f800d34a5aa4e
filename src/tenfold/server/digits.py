"""`/api/digit`: one digit, as 28x28 or as strokes; `/api/models`: who can read it."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tenfold.canon import CANON_SIZE, to_canon
from tenfold.runtime import Judgement, shipped

from .drawing import PAPER, Drawing, Stroke
from .problems import ProblemError
from .schemas import DigitAnswer, problems
from .service import Service
from .told import Models
from .uploads import parse

N_ALTERNATIVES: Final = 2
_NO_DIGIT: Final = 0.5

Row = Annotated[
    list[Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]],
    Field(min_length=CANON_SIZE, max_length=CANON_SIZE),
]


class DigitRequest(BaseModel):
    """One digit: either its pixels or its strokes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"strokes": [{"points": [[80, 70], [190, 70], [120, 220]], "width": 18}]}]
        },
    )

    image: list[Row] | None = Field(
        default=None,
        min_length=CANON_SIZE,
        max_length=CANON_SIZE,
        description="28 rows of 28 numbers in [0, 1], 1 = ink.",
    )
    strokes: list[Stroke] | None = Field(
        default=None, max_length=200, description="On a sheet of 280x280 px."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> DigitRequest:
        if (self.image is None) == (self.strokes is None):
            raise ValueError('either "image" or "strokes" is needed')
        return self

    def canon(self) -> NDArray[np.float32]:
        """The digit as the nets take it, (1, 28, 28) float32 in [0, 1].

        Raises:
            ProblemError: 422, there is no ink.
        """
        if self.image is not None:
            glyph = to_canon(np.array(self.image, np.float32))
        else:
            glyph = to_canon(PAPER - Drawing(strokes=self.strokes or []).picture())
        if not glyph.any():
            raise ProblemError(
                422, "The values do not fit", "There is no ink: every pixel is paper."
            )
        return glyph[None].astype(np.float32) / np.float32(255)


def digit_routes(service: Service) -> APIRouter:
    """The routes that take one digit, or only tell."""
    router = APIRouter(tags=["read"])

    @router.post(
        "/api/digit",
        summary="Read one digit",
        responses={200: {"model": DigitAnswer}, **problems(404, 422)},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/DigitRequest"}}
                },
            }
        },
    )
    async def digit(
        request: Request,
        model: Annotated[str | None, Query(max_length=100, description="See /api/models.")] = None,
    ) -> Response:
        """The digit, how sure it is, and the ten probabilities.

        Pixels are brought to the canonical form as strokes are; a digit of
        MNIST is in that form and stays as it is.
        """
        name, _ = service.classifier(model)
        asked = parse(DigitRequest, await request.body())
        work = service.engine.judge(name, asked.canon)
        found = await service.while_connected(request, work)
        return JSONResponse(answer(name, found, service.accept))

    @router.get(
        "/api/models", summary="List the models", response_model=Models, responses=problems()
    )
    async def models() -> dict[str, Any]:
        """Every model, with what was measured of it where it came with this package.

        `accept_from` is the confidence from which an answer is `accepted`.
        """
        entries = {name: entry.to_dict() for name, entry in shipped().items()}
        told = [{"name": name, **entries.get(name, {})} for name in service.models]
        return {"default": service.default, "accept_from": service.accept, "models": told}

    return router


def answer(name: str, found: Judgement, accept: float) -> dict[str, Any]:
    """JSON of the first image that was judged; `accepted` from that confidence on.

    >>> found = Judgement(np.eye(10, dtype=np.float32)[7:8], np.array([0.25], np.float32))
    >>> told = answer("tenfold", found, 0.9)
    >>> told["digit"], told["confidence"], told["status"]
    (7, 0.25, 'not_a_digit')
    """
    chances, is_digit = found.probabilities[0], float(found.is_digit[0])
    order = np.argsort(-chances, kind="stable")
    confidence = float(chances[order[0]]) * is_digit
    status = "accepted" if confidence >= accept else "review"
    return {
        "model": name,
        "digit": int(order[0]),
        "confidence": round(confidence, 4),
        "status": status if is_digit >= _NO_DIGIT else "not_a_digit",
        "alternatives": [
            [int(d), round(float(chances[d]), 4)] for d in order[1 : 1 + N_ALTERNATIVES]
        ],
        "probabilities": [round(float(p), 4) for p in chances],
        "is_digit": round(is_digit, 4),
    }
