"""A request's body as pictures: the bytes of one, a form with many, or a drawing."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from fastapi import Request
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tenfold.errors import PictureError, PictureTooLargeError

from .drawing import Drawing
from .problems import ProblemError, unfit
from .settings import Settings

M = TypeVar("M", bound=BaseModel)

RAW_NAME: Final = "picture"
DRAWING_NAME: Final = "drawing"
_LONGEST_NAME: Final = 200


class _InMemory(MultiPartParser):
    """Starlette's parser, but nothing that was sent touches the disk."""

    spool_max_size = 2**62  # the request's bytes are bounded already


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """One picture that was sent.

    Attributes:
        name: the file's name as it was sent; never used as a path.
        source: its bytes, or the pixels of a drawing, (h, w) uint8.
    """

    name: str
    source: bytes | NDArray[np.uint8]


async def uploads_of(request: Request, settings: Settings) -> list[Upload]:
    """Every picture in the body, in the order sent.

    A body of another kind than a form or JSON is taken as the bytes of a
    picture: `curl --data-binary` says that it sends a form field.

    Raises:
        ProblemError: 400 or 422, the body is not what its head says; 413, too many pictures.
    """
    if is_form(request):
        return await _form(request, settings)
    if _kind(request) == "application/json":
        drawing = parse(Drawing, await request.body())
        return [Upload(DRAWING_NAME, drawing.picture())]
    return [Upload(RAW_NAME, await request.body())]


def is_form(request: Request) -> bool:
    """True for a form, which may bring many pictures."""
    return _kind(request) == "multipart/form-data"


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse(kind: type[M], body: bytes) -> M:
    """JSON as a model.

    Raises:
        ProblemError: 422, it is no JSON or its values do not fit.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise unfit(error.errors(include_url=False)) from None


async def one_upload(request: Request, settings: Settings) -> Upload:
    """The only picture in the body.

    Raises:
        ProblemError: as `uploads_of`; 413, there are several.
    """
    uploads = await uploads_of(request, settings)
    if len(uploads) != 1:
        raise ProblemError(413, "Too many pictures", "Only one picture can be sent here.")
    return uploads[0]


def is_drawing(upload: Upload) -> bool:
    """True for strokes that were sent as such."""
    return not isinstance(upload.source, bytes)


@contextmanager
def named(upload: Upload) -> Iterator[None]:
    """Errors about nameless bytes get the name that the sender knows."""
    try:
        yield
    except PictureError as error:
        error.item = upload.name
        raise


def check_pixels(upload: Upload, max_pixels: int) -> None:
    """Refuse a picture that its header says is too large for this server.

    Raises:
        PictureTooLargeError: it is; nothing was decoded.
    """
    if not isinstance(upload.source, bytes):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are judged here
            with Image.open(io.BytesIO(upload.source)) as image:
                width, height = image.size
    except Exception:
        return  # the reader says in its own words what is wrong with it
    if width * height > max_pixels:
        raise PictureTooLargeError(
            upload.name,
            f"has more than the {max_pixels / 1e6:g} million pixels that are taken here",
            came=f"{width}x{height}",
            todo="Reduce it or cut out the part with the numbers",
        )


async def _form(request: Request, settings: Settings) -> list[Upload]:
    parser = _InMemory(
        request.headers, request.stream(), max_files=settings.max_pictures, max_fields=16
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if "Too many files" in error.message:
            limit = f"A request may bring {settings.max_pictures} pictures at most."
            raise ProblemError(413, "Too many pictures", limit) from None
        raise _bad_form(error.message) from None
    except (KeyError, ValueError) as error:  # no boundary; a charset that does not exist
        raise _bad_form(str(error)) from None
    files: list[Any] = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
    if not files:
        raise _bad_form("no file among its parts")
    found = [
        Upload((file.filename or RAW_NAME)[:_LONGEST_NAME], await file.read()) for file in files
    ]
    await form.close()
    return found


def _bad_form(what: str) -> ProblemError:
    return ProblemError(400, "The form cannot be read", f"multipart/form-data: {what[:200]}")
