"""Corrections: pictures with the label that a person gave them, in a folder of this machine.

The folder is one that the lab reads (`tenfold evaluate --data FOLDER`): PNG
files under names of our own, and `labels.csv`. Nothing is kept unless the
server was started with `--corrections FOLDER`, and then only what is sent here.
"""

from __future__ import annotations

import csv
import io
import os
import secrets
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from numpy.typing import NDArray
from PIL import Image

from tenfold.picture import open_picture

from .problems import ProblemError
from .reading import BODY
from .schemas import problems
from .service import Service
from .uploads import Upload, check_pixels, is_drawing, named, one_upload

LABELS_FILE: Final = "labels.csv"
COLUMNS: Final = ("file", "label", "source", "kind")
SOURCE: Final = "corrected on the page"
MAX_KEPT: Final = 10_000
"""Pictures; a page must not fill somebody's disk."""

LABEL: Final = r"^[+-]?[0-9]([0-9.,]{0,30}[0-9])?$"


class Corrections:
    """The folder; several processes may write into it.

    Args:
        folder: made where it is not there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        labels = folder / LABELS_FILE
        if not labels.exists():
            with labels.open("x", encoding="utf-8") as file:
                file.write(",".join(COLUMNS) + "\n")

    def keep(self, pixels: NDArray[np.uint8], label: str, kind: str) -> str:
        """Write one picture and its row; the name that it got.

        Raises:
            ProblemError: 507, there are too many already.
        """
        if self.count() >= MAX_KEPT:
            raise ProblemError(
                507, "The folder is full", f"{MAX_KEPT} corrections are kept already."
            )
        when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        name = f"{when}-{secrets.token_hex(4)}.png"
        draft = self._folder / f".{name}.part"
        Image.fromarray(pixels).save(draft, "PNG")
        draft.replace(self._folder / name)
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow([name, label, SOURCE, kind])
        # One write at the file's end: rows of two processes do not mix.
        handle = os.open(self._folder / LABELS_FILE, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, row.getvalue().encode())
        finally:
            os.close(handle)
        return name

    def count(self) -> int:
        """How many are kept."""
        with (self._folder / LABELS_FILE).open("rb") as lines:
            return max(sum(1 for _ in lines) - 1, 0)

    def zipped(self) -> bytes:
        """The folder as a zip file: the labels and the pictures that they name."""
        data = io.BytesIO()
        labels = (self._folder / LABELS_FILE).read_text("utf-8")
        with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(f"corrections/{LABELS_FILE}", labels)
            for row in csv.DictReader(io.StringIO(labels)):
                path = self._folder / row["file"]
                if path.parent == self._folder and path.is_file():
                    archive.write(path, f"corrections/{path.name}")
        return data.getvalue()


def correction_routes(service: Service) -> APIRouter:
    """The routes that keep and give back corrections."""
    router = APIRouter(tags=["corrections"])
    settings = service.settings
    kept = Corrections(Path(settings.corrections)) if settings.corrections else None

    def folder() -> Corrections:
        if kept is None:
            raise ProblemError(
                404,
                "Corrections are not kept",
                "Start the server with --corrections FOLDER to keep them there.",
            )
        return kept

    @router.get(
        "/api/corrections", summary="Are corrections kept, and where?", responses=problems()
    )
    async def tell() -> dict[str, Any]:
        """`folder` is null where none are kept."""
        n = await service.engine.run(kept.count) if kept else 0
        return {"folder": settings.shown_corrections, "n": n}

    @router.post(
        "/api/corrections",
        summary="Keep a picture with its label",
        status_code=201,
        responses=problems(400, 404, 422, 507),
        openapi_extra=BODY,
    )
    async def keep(
        request: Request,
        label: Annotated[str, Query(pattern=LABEL, description="What is written in it.")],
    ) -> dict[str, Any]:
        """The picture is decoded and written anew; of what was sent, only its pixels are kept."""
        store = folder()
        upload = await one_upload(request, settings)

        def work() -> str:
            return store.keep(_pixels(upload, settings.max_pixels), label, _kind(upload))

        return {"file": await service.engine.run(work)}

    @router.get("/api/corrections.zip", summary="Get all corrections", responses=problems(404))
    async def export() -> Response:
        """A zip file with labels.csv and the pictures."""
        data = await service.engine.run(folder().zipped)
        headers = {"content-disposition": 'attachment; filename="corrections.zip"'}
        return Response(data, headers=headers, media_type="application/zip")

    return router


def _pixels(upload: Upload, max_pixels: int) -> NDArray[np.uint8]:
    check_pixels(upload, max_pixels)
    with named(upload):
        return open_picture(upload.source).pixels


def _kind(upload: Upload) -> str:
    return "drawing" if is_drawing(upload) else "picture"
