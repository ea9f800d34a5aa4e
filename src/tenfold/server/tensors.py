"""Tensors of the Open Inference Protocol: as JSON numbers, or as bytes behind the JSON.

https://github.com/kserve/open-inference-protocol, and its extension for binary
tensor data (little-endian, row by row), which Triton's clients use by default.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from tenfold.canon import CANON_SIZE
from tenfold.errors import DataError

from .uploads import parse

Floats = NDArray[np.float32]

INPUT: Final = "images"
MAX_IMAGES: Final = 1024
"""In one request; more would keep the others waiting."""

HEADER_LENGTH: Final = "inference-header-content-length"
_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    "UINT8": np.dtype("u1"),
}


class InputTensor(BaseModel):
    """An input; extensions of the protocol may add keys."""

    name: str = Field(max_length=100)
    shape: list[int] = Field(max_length=8)
    datatype: str = Field(max_length=16)
    parameters: dict[str, Any] = Field(default_factory=dict)
    data: list[Any] | None = None


class WantedOutput(BaseModel):
    """An output that is asked for."""

    name: str = Field(max_length=100)
    parameters: dict[str, Any] = Field(default_factory=dict)


class InferRequest(BaseModel):
    """A request to judge images."""

    id: str | None = Field(default=None, max_length=200)
    parameters: dict[str, Any] = Field(default_factory=dict)
    inputs: list[InputTensor] = Field(max_length=8)
    outputs: list[WantedOutput] | None = Field(default=None, max_length=8)

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "inputs": [
                        {
                            "name": INPUT,
                            "shape": [1, 28, 28],
                            "datatype": "FP32",
                            "data": [0.0] * 28**2,
                        }
                    ]
                }
            ]
        }
    }


def open_request(body: bytes, header_length: str | None) -> tuple[InferRequest, Floats]:
    """The request and its images, (n, 28, 28) float32; UINT8 is taken as 0..255.

    Raises:
        ProblemError: 422, it is no JSON or lacks a key.
        DataError: the tensor is not the one that the models take.
    """
    length = _header_length(header_length, len(body))
    request = parse(InferRequest, body[:length])
    if len(request.inputs) != 1 or request.inputs[0].name != INPUT:
        came = ", ".join(tensor.name for tensor in request.inputs) or "none"
        raise DataError("inputs", f'there must be one, "{INPUT}"', came=came)
    tensor = request.inputs[0]
    shape = tuple(tensor.shape)
    if len(shape) != 3 or shape[1:] != (CANON_SIZE, CANON_SIZE) or not 1 <= shape[0] <= MAX_IMAGES:
        raise DataError(
            INPUT, f"must have the shape [n, 28, 28], n from 1 to {MAX_IMAGES}", came=f"{[*shape]}"
        )
    if tensor.datatype not in _DTYPES:
        raise DataError(INPUT, f"must be one of {', '.join(_DTYPES)}", came=tensor.datatype)
    values = _values(tensor, body[length:])
    if values.size != shape[0] * CANON_SIZE**2:
        raise DataError(
            INPUT, f"must hold {shape[0] * CANON_SIZE**2} values", came=f"{values.size} of them"
        )
    scale = np.float32(255 if tensor.datatype == "UINT8" else 1)
    return request, values.reshape(shape).astype(np.float32) / scale


def _header_length(given: str | None, whole: int) -> int:
    if given is None:
        return whole
    if not given.isdecimal() or int(given) > whole:
        raise DataError(HEADER_LENGTH, "must be a length within the body", came=given[:40])
    return int(given)


def _values(tensor: InputTensor, binary: bytes) -> NDArray[Any]:
    dtype = _DTYPES[tensor.datatype]
    size = tensor.parameters.get("binary_data_size")
    if size is None:
        try:
            values = np.array(tensor.data if tensor.data is not None else [], np.float64).ravel()
        except (ValueError, TypeError, OverflowError):
            raise DataError(INPUT, '"data" must hold numbers, flat or in rows') from None
        if tensor.datatype == "UINT8" and not ((values >= 0) & (values <= 255)).all():
            raise DataError(INPUT, "UINT8 must lie in 0..255")
        return values
    if size != len(binary) or len(binary) % dtype.itemsize:
        raise DataError(
            INPUT,
            f"binary_data_size says {str(size)[:40]} bytes",
            came=f"{len(binary)} bytes behind the JSON",
        )
    return np.frombuffer(binary, dtype)


def write_answer(
    model: str, request: InferRequest, tensors: Mapping[str, Floats]
) -> tuple[bytes, dict[str, str]]:
    """The body of the answer and the headers that go with it.

    Raises:
        DataError: an output is asked for that there is not.
    """
    wanted = request.outputs or [WantedOutput(name=name) for name in tensors]
    all_binary = request.parameters.get("binary_data_output") is True and not request.outputs
    outputs: list[dict[str, Any]] = []
    binary = b""
    for output in wanted:
        if output.name not in tensors:
            raise DataError(output.name, "no such output", todo=f"Known: {', '.join(tensors)}")
        values = tensors[output.name]
        told: dict[str, Any] = {
            "name": output.name,
            "datatype": "FP32",
            "shape": list(values.shape),
        }
        if all_binary or output.parameters.get("binary_data") is True:
            data = values.astype("<f4").tobytes()
            told["parameters"] = {"binary_data_size": len(data)}
            binary += data
        else:
            told["data"] = values.ravel().tolist()
        outputs.append(told)
    answer: dict[str, Any] = {"model_name": model, "model_version": "1", "outputs": outputs}
    if request.id:
        answer["id"] = request.id
    text = json.dumps(answer).encode()
    if not binary:
        return text, {"content-type": "application/json"}
    return text + binary, {
        "content-type": "application/octet-stream",
        HEADER_LENGTH: str(len(text)),
    }
