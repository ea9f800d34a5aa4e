"""Corrections: pictures with the label that a person gave them, in a folder of this machine.

The folder is one that the lab reads (`tenfold evaluate --data FOLDER`): PNG
files under names of our own, and `labels.csv`. Nothing is kept unless the
server was started with `--corrections FOLDER`, and then only what is sent here.
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from numpy.typing import NDArray

from tenfold.data.folder import LABELS_FILE
from tenfold.data.kept import LABEL, KeptFolder
from tenfold.picture import open_picture

from .problems import ProblemError
from .reading import BODY
from .schemas import problems
from .service import Service
from .told import Correction, CorrectionsTold
from .uploads import Upload, check_pixels, is_drawing, named, one_upload

SOURCE: Final = "corrected on the page"
MAX_KEPT: Final = 10_000
"""Pictures; a page must not fill somebody's disk."""


class Corrections:
    """The folder, and how much may be in it.

    Args:
        folder: made where it is not there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._kept = KeptFolder(folder)
        self._folder = folder

    def keep(self, pixels: NDArray[np.uint8], label: str, kind: str) -> str:
        """Write one picture and its row; the name that it got.

        Raises:
            ProblemError: 507, there are too many already.
        """
        if self.count() >= MAX_KEPT:
            raise ProblemError(
                507, "The folder is full", f"{MAX_KEPT} corrections are kept already."
            )
        return self._kept.keep(pixels, label, source=SOURCE, kind=kind)

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
    async def tell() -> CorrectionsTold:
        """`folder` is null where none are kept."""
        n = await service.engine.run(kept.count) if kept else 0
        return CorrectionsTold(folder=settings.shown_corrections, n=n)

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
    ) -> Correction:
        """The picture is decoded and written anew; of what was sent, only its pixels are kept."""
        store = folder()
        upload = await one_upload(request, settings)

        def work() -> str:
            return store.keep(_pixels(upload, settings.max_pixels), label, _kind(upload))

        return Correction(file=await service.engine.run(work))

    @router.get(
        "/api/corrections.zip",
        summary="Get all corrections",
        response_class=Response,
        responses={200: {"content": {"application/zip": {}}}, **problems(404)},
    )
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
