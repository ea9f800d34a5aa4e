"""The JSON of the routes that only tell: models, corrections, health, the inference protocol."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tenfold.runtime import ManifestEntry

from .schemas import Probability, schema_of


class ShippedModel(schema_of(ManifestEntry)):  # type: ignore[misc]
    """A model that came with this package, and what was measured of it."""

    name: str


class OwnModel(BaseModel):
    """A model that the server was given."""

    model_config = ConfigDict(extra="forbid")

    name: str


class Models(BaseModel):
    """Who can read, and from which confidence on an answer is accepted."""

    default: str = Field(description="Who reads where a request names nobody.")
    accept_from: Probability
    models: list[ShippedModel | OwnModel]


class CorrectionsTold(BaseModel):
    """Where corrections are kept."""

    folder: str | None = Field(description="Null where none are kept.")
    n: int = Field(ge=0, description="How many there are.")


class Correction(BaseModel):
    """One that was kept."""

    file: str = Field(description="The name that it got in the folder.")


class Health(BaseModel):
    """How the server is."""

    live: bool
    ready: bool


class ServerTold(BaseModel):
    """What the server is."""

    name: str
    version: str
    extensions: list[str]


class TensorTold(BaseModel):
    """What a model takes or gives; -1 is any number."""

    name: str
    datatype: str
    shape: list[int]


class ModelTold(BaseModel):
    """A model as the inference protocol sees it."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorTold]
    outputs: list[TensorTold]


class ModelReady(BaseModel):
    """Can it judge?"""

    name: str
    ready: bool


class OutputTensor(TensorTold):
    """An output; its numbers are in `data`, or behind the JSON."""

    data: list[float] | None = None
    parameters: dict[str, Any] | None = None


class InferAnswer(BaseModel):
    """What a model makes of the images."""

    model_name: str
    model_version: str
    outputs: list[OutputTensor]
    id: str | None = None
