"""PDF and HEIC, which the extra `[formats]` brings.

PDFium and libheif do the work. PDFium is not made for several threads at once,
so all its work is done under one lock.
"""

from __future__ import annotations

import threading
from typing import Any, Final

from PIL import Image

from tenfold.errors import NotAPictureError, PictureError

RENDER_DPI: Final = 300
"""A PDF's page is drawn this fine, unless its longer side would pass the limit given."""

_POINTS: Final = 72  # to the inch
_PASSWORD: Final = 4  # PDFium's FPDF_ERR_PASSWORD
_HEIF: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_TODO: Final = 'Run: pip install "tenfold[formats]"'

_pdfium_lock = threading.Lock()


def is_pdf(data: bytes) -> bool:
    """True where a PDF begins: its mark may stand anywhere in the first 1,024 bytes."""
    return b"%PDF-" in data[:1024]


def is_heif(data: bytes) -> bool:
    """True for HEIC and its kin, by the brand in their first box."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF


def bring_heif(name: str) -> None:
    """Pillow opens HEIC from now on.

    Raises:
        PictureError: pillow-heif is not installed.
    """
    try:
        from pillow_heif import register_heif_opener
    except ModuleNotFoundError:
        raise _missing(name, "a HEIC picture", "pillow-heif") from None
    register_heif_opener()


class Pdf:
    """The pages of a PDF, drawn one at a time.

    Args:
        data: the whole file.
        name: for errors.

    Raises:
        PictureError: pypdfium2 is not installed, or a password is needed.
        NotAPictureError: the PDF is damaged, or has no pages.
    """

    def __init__(self, data: bytes, name: str) -> None:
        try:
            import pypdfium2
        except ModuleNotFoundError:
            raise _missing(name, "a PDF", "pypdfium2") from None
        self._name = name
        self._fault: type[Exception] = pypdfium2.PdfiumError
        with _pdfium_lock:
            try:
                self._pdf: Any = pypdfium2.PdfDocument(data)
                self.n_pages = len(self._pdf)
            except pypdfium2.PdfiumError as error:
                raise self._unopened(error) from None
        if self.n_pages < 1:
            self.close()
            raise NotAPictureError(name, "the PDF has no pages")

    def image(self, page: int, max_side: int) -> Image.Image:
        """One page on white, at 300 dpi or as large as fits into `max_side` px.

        Args:
            page: counted from 0.
            max_side: of the longer side, in px.
        """
        with _pdfium_lock:
            try:
                return self._drawn(page, max_side)
            except (self._fault, ValueError) as error:
                raise NotAPictureError(
                    self._name, f"page {page + 1} of the PDF is damaged ({error})"
                ) from None

    def close(self) -> None:
        """Gives the memory of the document back."""
        with _pdfium_lock:
            self._pdf.close()

    def _drawn(self, page: int, max_side: int) -> Image.Image:
        sheet = self._pdf[page]
        try:
            points = max(sheet.get_size())
            if points <= 0:
                raise ValueError("it has no size")
            scale = min(RENDER_DPI / _POINTS, (max_side - 1) / points)  # -1: sides are rounded up
            bitmap = sheet.render(scale=scale)
            try:
                drawn: Image.Image = bitmap.to_pil().convert("RGB")  # a copy: its memory goes away
                return drawn
            finally:
                bitmap.close()
        finally:
            sheet.close()

    def _unopened(self, error: Any) -> PictureError:
        if error.err_code == _PASSWORD:
            return PictureError(
                self._name, "the PDF is locked with a password", todo="Save it without one"
            )
        return NotAPictureError(self._name, f"the PDF is damaged or cut short ({error})")


def _missing(name: str, what: str, package: str) -> PictureError:
    return PictureError(name, f"{what} needs {package}, which is not installed", todo=_TODO)
