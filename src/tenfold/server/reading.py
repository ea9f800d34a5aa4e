"""`/api/read`: the numbers in pictures; `/api/look`: what the model sees in one."""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from tenfold.batch.rows import CSV_COLUMNS, csv_rows, grid_rows, json_line, masked, written
from tenfold.errors import ConfigError, PictureTooLargeError, TenfoldError
from tenfold.reading import Reader
from tenfold.results import Reading

from .film import as_jpeg, look
from .options import FormOptions, LookOptions, Options
from .problems import ProblemError
from .schemas import Look, Readings, problems
from .service import Service
from .settings import Settings
from .uploads import (
    Upload,
    check_pixels,
    is_drawing,
    is_form,
    named,
    one_upload,
    uploads_of,
)

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


_TEXT: Final = {"schema": {"type": "string"}}
_FORMS: Final[dict[str, Any]] = {
    "model": Readings,
    "content": {"application/jsonl": _TEXT, "text/csv": _TEXT},
}


def reading_routes(service: Service) -> APIRouter:
    """The routes that take whole pictures."""
    router = APIRouter(tags=["read"])
    settings = service.settings

    @router.post(
        "/api/read",
        summary="Read the numbers in pictures",
        responses={200: _FORMS, **problems(400, 404, 422)},
        openapi_extra=BODY,
    )
    async def read(request: Request, options: Options) -> Response:
        """One reading for each picture, or page of a PDF, TIFF or HEIC, in the order sent.

        A picture sent as bytes that cannot be read is an error (422); in a
        form it has its words in `error`, and the others are still read.

        Lines and tables (`format`) are those of the command line.
        """
        how = options.how()
        uploads = await uploads_of(request, settings)
        stop = threading.Event()

        async def all_of_them() -> list[Reading]:
            found: list[Reading] = []
            try:
                for upload in uploads:
                    reader = service.reader(options, drawn=is_drawing(upload))
                    work = _Work(reader, how, upload, settings, stop)
                    call = work.tolerantly if is_form(request) else work.strictly
                    for reading in await service.engine.run(call):
                        found.append(masked(reading, options.min_confidence))
            finally:
                stop.set()  # a thread cannot be ended, but it can be told to after each page
            return found

        readings = await service.while_connected(request, all_of_them())
        return _in_form(readings, options)

    @router.post(
        "/api/look",
        summary="See what the model sees",
        responses={200: {"model": Look}, **problems(400, 404, 422)},
        openapi_extra=BODY,
    )
    async def look_at(request: Request, options: Annotated[LookOptions, Query()]) -> Response:
        """The reading of one picture, or of the first of `pages`, and each step to it."""
        upload = await one_upload(request, settings)
        reader = service.reader(options, drawn=is_drawing(upload))

        def work() -> dict[str, Any]:
            check_pixels(upload, settings.max_pixels)
            with named(upload):
                return look(reader, service.models, upload.source, upload.name, options)

        return JSONResponse(await service.while_connected(request, service.engine.run(work)))

    @router.post(
        "/api/picture",
        summary="See a picture as it is read",
        response_class=Response,
        responses={
            200: {"content": {"image/jpeg": {}}, "description": "JPEG"},
            **problems(400, 404, 422),
        },
        openapi_extra=BODY,
    )
    async def picture(
        request: Request,
        page: Annotated[int, Query(ge=1, le=10_000, description="Of a PDF, TIFF or HEIC.")] = 1,
    ) -> Response:
        """A page, upright and reduced, for browsers that do not know its kind of file."""
        upload = await one_upload(request, settings)

        def work() -> bytes:
            check_pixels(upload, settings.max_pixels)
            with named(upload):
                return as_jpeg(upload.source, page)

        data = await service.while_connected(request, service.engine.run(work))
        return Response(data, media_type="image/jpeg")

    return router


def _in_form(readings: list[Reading], options: FormOptions) -> Response:
    if options.format == "json":
        return JSONResponse({"readings": [reading.to_dict() for reading in readings]})
    if options.format == "jsonl":
        lines = "".join(json_line(reading) + "\n" for reading in readings)
        return Response(lines, media_type="application/jsonl")
    to_rows = grid_rows if options.is_grid else csv_rows
    rows = [row for reading in readings for row in to_rows(reading)]
    heading = [] if options.is_grid else [CSV_COLUMNS]
    return Response(written([*heading, *rows]), media_type="text/csv")


@dataclass(frozen=True, slots=True)
class _Work:
    """The reading of one upload, in a thread of the engine."""

    reader: Reader
    how: dict[str, Any]
    upload: Upload
    settings: Settings
    stop: threading.Event

    def strictly(self) -> list[Reading]:
        """Its readings; what cannot be read is an error."""
        readings = self._readings()
        if len(readings) == 1 and readings[0].error is not None:
            raise ProblemError(
                422, "The picture cannot be read", f"{self.upload.name}: {readings[0].error}"
            )
        return readings

    def tolerantly(self) -> list[Reading]:
        """Its readings; what cannot be read has its words in `error`."""
        try:
            return self._readings()
        except TenfoldError as error:
            if isinstance(error, ConfigError):  # said of all pictures alike
                raise
            return [Reading(self.upload.name, 0, 0, error=error.reason)]

    def _readings(self) -> list[Reading]:
        check_pixels(self.upload, self.settings.max_pixels)
        found: list[Reading] = []
        with named(self.upload):
            for reading in self.reader.read_pages(self.upload.source, **self.how):
                if len(found) == self.settings.max_pictures:
                    raise PictureTooLargeError(
                        self.upload.name,
                        f"has more than the {len(found)} pages that are read at once",
                        todo="Ask for some of them: pages=1-10",
                    )
                found.append(dataclasses.replace(reading, file=self.upload.name))
                if self.stop.is_set():
                    break
        return found
