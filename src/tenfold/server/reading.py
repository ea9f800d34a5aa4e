"""`/api/read`: the numbers in pictures; `/api/look`: what the model sees in one."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from tenfold.errors import TenfoldError
from tenfold.reading import Reader
from tenfold.results import Reading

from .film import look
from .options import LookOptions, Options, ReadOptions
from .problems import ProblemError
from .schemas import Look, Readings, problems
from .service import Service
from .uploads import DRAWING_NAME, Upload, check_pixels, uploads_of

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of a picture; a form with one or more files; or a drawing.",
        "content": {
            "application/octet-stream": _BINARY,
            "image/png": _BINARY,
            "image/jpeg": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            },
            "application/json": {"schema": {"$ref": "#/components/schemas/Drawing"}},
        },
    }
}


def reading_routes(service: Service) -> APIRouter:
    """The routes that take whole pictures."""
    router = APIRouter(tags=["read"])
    settings = service.settings

    @router.post(
        "/api/read",
        summary="Read the numbers in pictures",
        responses={200: {"model": Readings}, **problems(400, 404, 422)},
        openapi_extra=BODY,
    )
    async def read(request: Request, options: Options) -> Response:
        """One reading for each picture, in the order sent.

        A picture sent by itself that cannot be read is an error (422); in a
        form it has its words in `error`, and the others are still read.
        """
        uploads = await uploads_of(request, settings)
        reader = service.reader(_fitting(options, uploads))
        alone = len(uploads) == 1

        async def all_of_them() -> list[Reading]:
            one = partial(_read, reader, settings.max_pixels, tolerant=not alone)
            return [await service.engine.run(partial(one, upload)) for upload in uploads]

        readings = await service.while_connected(request, all_of_them())
        return JSONResponse({"readings": [reading.to_dict() for reading in readings]})

    @router.post(
        "/api/look",
        summary="See what the model sees",
        responses={200: {"model": Look}, **problems(400, 404, 422)},
        openapi_extra=BODY,
    )
    async def look_at(
        request: Request,
        options: Annotated[LookOptions, Query()],
    ) -> Response:
        """One picture's reading, and each step between the picture and the answer."""
        uploads = await uploads_of(request, settings)
        reader = service.reader(_fitting(options, uploads))
        if len(uploads) != 1:
            raise ProblemError(413, "Too many pictures", "One picture at a time can be looked at.")

        def work() -> dict[str, Any]:
            upload = uploads[0]
            check_pixels(upload, settings.max_pixels)
            try:
                source, name = upload.source, upload.name
                part = {"first": options.first, "count": options.count}
                return look(reader, service.models, source, name, **part)
            except TenfoldError as error:
                raise named(error, upload) from None

        return JSONResponse(await service.while_connected(request, service.engine.run(work)))

    return router


def _fitting(options: ReadOptions, uploads: list[Upload]) -> ReadOptions:
    """The options for these pictures: a drawing is dark on light, however much ink is on it."""
    drawn = any(upload.name == DRAWING_NAME for upload in uploads)
    return options.for_drawing() if drawn else options.plain()


def _read(reader: Reader, max_pixels: int, upload: Upload, *, tolerant: bool) -> Reading:
    try:
        check_pixels(upload, max_pixels)
        return dataclasses.replace(reader.read(upload.source), file=upload.name)
    except TenfoldError as error:
        if tolerant:
            return Reading(upload.name, 0, 0, error=error.reason)
        raise named(error, upload) from None


def named(error: TenfoldError, upload: Upload) -> TenfoldError:
    """An error under the name that the sender knows: the reader saw nameless bytes."""
    error.item = upload.name
    return error
