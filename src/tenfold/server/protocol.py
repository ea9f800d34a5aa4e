"""The Open Inference Protocol, version 2, so that existing clients work.

It gives the nets as they are: images must be in the canonical form already.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from .schemas import problems
from .service import Service
from .tensors import HEADER_LENGTH, INPUT, open_request, write_answer
from .told import Health, InferAnswer, ModelReady, ModelTold, ServerTold, TensorTold

VERSION: Final = "1"
FP32: Final = "FP32"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/InferRequest"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

_ANSWER: Final[dict[str, Any]] = {
    "model": InferAnswer,
    "description": "The outputs, as JSON numbers or as bytes behind the JSON.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def protocol_routes(service: Service) -> APIRouter:
    """The routes under /v2, and /healthz."""
    router = APIRouter(tags=["inference protocol"])

    @router.get("/healthz", summary="Does the server live?", responses=problems())
    @router.get("/v2/health/live", summary="Does the server live?", responses=problems())
    @router.get("/v2/health/ready", summary="Can it judge?", responses=problems())
    async def healthy() -> Health:
        """The models were loaded before the server began to listen, so to live is to be ready."""
        return Health(live=True, ready=True)

    @router.get("/v2", summary="What the server is", responses=problems())
    async def server() -> ServerTold:
        """Name, version and extensions."""
        return ServerTold(
            name="tenfold", version=version("tenfold"), extensions=["binary_tensor_data"]
        )

    @router.get(f"/v2/models/{{name}}/versions/{VERSION}", include_in_schema=False)
    @router.get(
        "/v2/models/{name}", summary="What a model takes and gives", responses=problems(404, 422)
    )
    async def model(name: str) -> ModelTold:
        """Its tensors."""
        name, _ = service.classifier(name)
        outputs = {"probabilities": [-1, 10], "is_digit": [-1]}
        return ModelTold(
            name=name,
            versions=[VERSION],
            platform="onnxruntime_onnx",
            inputs=[TensorTold(name=INPUT, datatype=FP32, shape=[-1, 28, 28])],
            outputs=[
                TensorTold(name=output, datatype=FP32, shape=shape)
                for output, shape in outputs.items()
            ],
        )

    @router.get(f"/v2/models/{{name}}/versions/{VERSION}/ready", include_in_schema=False)
    @router.get(
        "/v2/models/{name}/ready", summary="Can this model judge?", responses=problems(404, 422)
    )
    async def model_ready(name: str) -> ModelReady:
        """Every model that is there is ready."""
        name, _ = service.classifier(name)
        return ModelReady(name=name, ready=True)

    @router.post(f"/v2/models/{{name}}/versions/{VERSION}/infer", include_in_schema=False)
    @router.post(
        "/v2/models/{name}/infer",
        summary="Judge 28x28 images",
        response_class=Response,
        responses={200: _ANSWER, **problems(404, 422)},
        openapi_extra=_BODY,
    )
    async def infer(name: str, request: Request) -> Response:
        """Probabilities of the ten digits, and whether each image is one digit at all.

        Tensors are JSON, or bytes behind the JSON as the protocol's extension
        for binary data has it.
        """
        name, _ = service.classifier(name)
        asked, images = open_request(await request.body(), request.headers.get(HEADER_LENGTH))
        work = service.engine.judge(name, lambda: images)
        found = await service.while_connected(request, work)
        tensors = {"probabilities": found.probabilities, "is_digit": found.is_digit}
        body, headers = write_answer(name, asked, tensors)
        return Response(body, headers=headers)

    return router
