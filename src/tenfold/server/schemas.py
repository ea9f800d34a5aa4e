"""The JSON of the answers as schemas, made from the result classes themselves.

A field that `tenfold.results` gains is in the OpenAPI description by itself;
its words are those of the class's docstring.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, create_model

from tenfold.results import SCHEMA, Box, Digit, Number, Reading, Table

Probability = Annotated[float, Field(ge=0, le=1)]
Ten = Annotated[list[Probability], Field(min_length=10, max_length=10)]
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
PictureUrl = Annotated[str, Field(pattern="^data:image/png;base64,")]

_BOX: Final = Annotated[
    list[int],
    Field(
        min_length=4,
        max_length=4,
        description="x, y, width and height in pixels of the picture as a person sees it.",
    ),
]

EXAMPLE: Final = Reading(
    "cheque.jpg",
    512,
    160,
    (
        Number(
            "47",
            0.982,
            "accepted",
            Box(31, 22, 134, 96),
            (
                Digit(4, 0.996, Box(31, 24, 60, 90), ((9, 0.003), (7, 0.001))),
                Digit(7, 0.991, Box(104, 22, 61, 96), ((1, 0.006), (2, 0.001))),
            ),
        ),
    ),
)


@cache
def schema_of(kind: type) -> type[BaseModel]:
    """The JSON that a result class's `to_dict` writes, as a model."""
    words = _attribute_words(kind.__doc__ or "")
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {
        part.name: (_json_type(hints[part.name]), Field(description=words.get(part.name)))
        for part in dataclasses.fields(kind)
    }
    if kind is Table:
        rows = Field(description="The text of every cell, null where it is empty.")
        fields = {"rows": (list[list[str | None]], rows), **fields}
    if kind is Reading:
        version = Field(alias="schema", description="Version of this form; docs/format.md.")
        fields = {"schema_": (typing.Literal[SCHEMA], version), **fields}
    first_line = (kind.__doc__ or "").partition("\n")[0]
    return create_model(
        kind.__name__, __config__=ConfigDict(extra="forbid"), __doc__=first_line, **fields
    )


def _json_type(hint: Any) -> Any:
    if hint is Box:
        return _BOX
    if dataclasses.is_dataclass(hint):
        return schema_of(typing.cast(type, hint))
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and inner[-1] is Ellipsis:
        return list[_json_type(inner[0])]  # type: ignore[misc]
    if origin is tuple:
        # Fixed places would be `prefixItems`, which FastAPI writes in a form of its own.
        either: Any = typing.Union[tuple(map(_json_type, inner))]  # noqa: UP007  made of a list
        return Annotated[list[either], Field(min_length=len(inner), max_length=len(inner))]
    if origin in (typing.Union, types.UnionType):
        return typing.Union[tuple(map(_json_type, inner))]  # noqa: UP007  made of a list
    return hint


def _attribute_words(doc: str) -> dict[str, str]:
    """Each attribute's words in a docstring.

    >>> _attribute_words(Digit.__doc__)["digit"]
    '0 to 9.'
    """
    _, _, lines = doc.partition("Attributes:\n")
    found = re.findall(r"^ {8}(\w+): ((?:.+\n?)(?: {12}.+\n?)*)", lines, re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in found}


ReadingJson: Final = schema_of(Reading)
DigitJson: Final = schema_of(Digit)


class Readings(BaseModel):
    """One reading for each picture, in the order sent."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"readings": [EXAMPLE.to_dict()]}]}
    )

    readings: list[ReadingJson]  # type: ignore[valid-type]


class Answer(BaseModel):
    """What one model says of one 28x28."""

    model_config = ConfigDict(extra="forbid")

    probabilities: Ten = Field(description="Of the digits 0 to 9; they sum to 1.")
    is_digit: Probability = Field(
        description="Is it one digit at all? 1 from a model that cannot tell."
    )


class DigitAnswer(Answer):
    """One digit, read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "model": "tenfold",
                    "digit": 7,
                    "confidence": 0.9978,
                    "status": "accepted",
                    "alternatives": [[1, 0.0012], [2, 0.0006]],
                    "probabilities": [0, 0.0012, 0.0006, 0.0001, 0, 0, 0, 0.998, 0, 0.0001],
                    "is_digit": 0.9998,
                }
            ]
        },
    )

    model: str
    digit: int = Field(ge=0, le=9, description="The most likely one.")
    confidence: Probability = Field(description="That it is a digit, and this one.")
    status: typing.Literal["accepted", "review", "not_a_digit"]
    alternatives: list[Pair] = Field(description="The next best digits with their shares.")


class Glyph(BaseModel):
    """One 28x28, and what every model says of it."""

    model_config = ConfigDict(extra="forbid")

    glyph: PictureUrl = Field(description="28x28 PNG, ink opaque black.")
    models: dict[str, Answer]


class Step(DigitJson, Glyph):  # type: ignore[valid-type,misc]
    """A digit of the reading, with what the models saw."""

    ink: PictureUrl = Field(description="PNG of its ink, before it became 28x28.")


class Whole(BaseModel):
    """All of the writing taken as one digit."""

    model_config = ConfigDict(extra="forbid")

    found: Glyph = Field(description="Its ink found and brought to the canonical form.")
    small: Glyph = Field(description="The picture merely made small, as the tutorials do it.")


class Look(BaseModel):
    """What the model sees, step by step."""

    model_config = ConfigDict(extra="forbid")

    reading: ReadingJson  # type: ignore[valid-type]
    light_on_dark: bool = Field(description="Was the writing lighter than its paper?")
    ink: PictureUrl = Field(description="PNG of all the ink that was found.")
    first: int = Field(description="Which digit of the reading the list below begins with.")
    digits: list[Step]
    whole: Whole | None = Field(description="Null for a blank picture.")


class ProblemJson(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    error: str = Field(description="The same as `detail`, for clients of the inference protocol.")


PROBLEM: Final[dict[str, Any]] = {
    "description": "What went wrong, in words",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemJson"}}
    },
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse: those named, and what any route may say."""
    return dict.fromkeys((*statuses, 401, 403, 413, 421, 503), PROBLEM)
