"""PIL image or array -> upright pixels; path, bytes or file object -> bytes; or a clear error.

Nothing is decoded before its size is known and allowed: a decompression bomb
is refused by its header.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tenfold.errors import NotAPictureError, PictureError, PictureTooLargeError, TenfoldError

from .region import Region

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | Any
"""What can be read; the last is a (h, w) or (h, w, 3 or 4) array."""

MAX_PIXELS: Final = 100_000_000
MAX_BYTES: Final = 256 * 1024 * 1024
_ORIENTATION: Final = 0x0112  # of EXIF: 1 is upright, 5 to 8 exchange width and height
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SOME_ROWS: Final = 16  # every so many tell of nearly all coloured pictures that they are
MAX_SIDE: Final = 2400  # digits of 4 mm on an A4 page keep 32 px; larger pictures are reduced
_SUFFIXES: Final = (
    "png jpg jpeg jpe jfif webp tif tiff bmp dib gif pbm pgm ppm pnm jp2 pdf heic heif"
)
SUFFIXES: Final = frozenset(f".{name}" for name in _SUFFIXES.split())
"""Endings by which pictures are found in folders; a file named by itself needs none."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as a person sees them: upright, transparency laid on paper.

    Attributes:
        name: the file's path, or `<bytes>`, `<array>` and the like.
        width: in pixels of the original, EXIF applied.
        height: likewise.
        pixels: (h, w) uint8 where it is grey, else (h, w, 3) uint8, RGB; large
            originals are reduced, so h and w may be smaller than `height` and `width`.
        page: counted from 1 where the file holds several, else None.
        part: x, y, width, height of what `pixels` shows, in pixels of the
            original; None where that is all of it.
    """

    name: str
    width: int
    height: int
    pixels: NDArray[np.uint8]
    page: int | None = None
    part: tuple[int, int, int, int] | None = None


def data_of(source: Source) -> tuple[bytes, str]:
    """The bytes of a file that is given as a path, bytes or a file object, and its name.

    Raises:
        NotAPictureError: there are no bytes.
        PictureTooLargeError: over 256 MiB.
        PictureError: the file is missing or cannot be opened, or the source is
            of another kind.
    """
    if isinstance(source, str | os.PathLike):
        data, name = _in_file(Path(source)), str(Path(source))
    elif isinstance(source, bytes | bytearray | memoryview):
        data, name = bytes(source), "<bytes>"
    elif hasattr(source, "read"):
        data, name = _read_limited(source), str(getattr(source, "name", "<stream>"))
    else:
        raise PictureError(
            "picture",
            "must be a path, bytes, a binary file object, a PIL image or an array",
            came=type(source).__name__,
        )
    if not data:
        raise NotAPictureError(name, "the file is empty")
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(name, f"has more than {MAX_BYTES // 2**20} MiB")
    return data, name


def _in_file(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError(str(path), "no such file") from None
    except IsADirectoryError:
        raise PictureError(str(path), "is a folder, not a picture") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise PictureError(str(path), f"cannot be opened ({error})") from None


def _read_limited(stream: Any) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if not isinstance(data, bytes):
        raise PictureError("picture", "the file object must be binary", came="text")
    return data


@contextmanager
def faults_named(data: bytes, name: str) -> Iterator[None]:
    """Whatever Pillow raises while it opens and decodes, as an error that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is judged here by our own rules
            yield
    except UnidentifiedImageError:
        raise NotAPictureError(
            name,
            "not a picture of a known kind",
            came=f"a file that starts with the bytes {data[:4].hex(' ')}",
            todo="Known: PNG, JPEG, WebP, TIFF, BMP, GIF, PDF, HEIC",
        ) from None
    except Image.DecompressionBombError:
        raise too_many_pixels(name) from None
    except (TenfoldError, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise some twenty kinds on damaged files
        raise NotAPictureError(name, f"the picture is damaged or cut short ({error})") from None


def too_many_pixels(name: str, came: str = "") -> PictureTooLargeError:
    """The error that refuses a picture before it is decoded."""
    return PictureTooLargeError(
        name,
        f"has more than {MAX_PIXELS // 10**6} million pixels",
        came=came,
        todo="Reduce it or cut out the part with the numbers",
    )


def picture_of(
    image: Image.Image, name: str, region: Region | None = None, page: int | None = None
) -> Picture:
    """An opened image, or a region of it, as upright pixels.

    Raises:
        NotAPictureError: the image has no pixels.
        PictureTooLargeError: over 100 million pixels; it is not decoded.
        PictureError: the region lies outside.
    """
    width, height = image.size
    if width < 1 or height < 1:
        raise NotAPictureError(name, "the picture has no pixels", came=f"{width}x{height}")
    if width * height > MAX_PIXELS:
        raise too_many_pixels(name, f"{width}x{height}")
    orientation = image.getexif().get(_ORIENTATION, 1)
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    part = None if region is None else region.in_pixels(name, width, height)
    if image.format == "JPEG" and part is None:  # decoding at half size is several times faster
        image.draft(image.mode, (MAX_SIDE, MAX_SIDE))
    if part is None:
        image = _upright(_reduced(image), orientation)
    else:
        x, y, wide, high = part
        image = _reduced(_upright(image, orientation).crop((x, y, x + wide, y + high)))
    return Picture(name, width, height, _as_pixels(image), page, part)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)  # ImageOps.exif_transpose copies what lies upright as well
    return image if turn is None else image.transpose(turn)


def _reduced(image: Image.Image) -> Image.Image:
    if max(image.size) <= MAX_SIDE:
        return image
    if image.mode in ("P", "PA", "1"):  # a palette's indices have no mean
        image = image.convert(
            "RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB"
        )
    scale = MAX_SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def _as_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Any mode of Pillow's as grey or RGB in 0..255."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _stretched(np.asarray(image, np.float64))
    if image.mode in ("LA", "La", "PA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode == "RGBA":
        return _on_paper(np.asarray(image))
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    return _gray_if_gray(np.asarray(image if image.mode == "RGB" else image.convert("RGB")))


def _gray_if_gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One channel where all three say the same: a third of the work from here on."""
    if not _is_gray(rgb[::_SOME_ROWS]) or not _is_gray(rgb):
        return rgb
    return np.ascontiguousarray(rgb[..., 0])


def _is_gray(rgb: NDArray[np.uint8]) -> bool:
    red = rgb[..., 0]
    return np.array_equal(red, rgb[..., 1]) and np.array_equal(red, rgb[..., 2])


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Deep grey as 0..255: scanners and cameras use 10, 12 or all 16 of the 16 bits."""
    finite = np.nan_to_num(values, posinf=0, neginf=0)
    low, high = float(finite.min()), float(finite.max())
    if high <= 255 and low >= 0:
        return finite.astype(np.uint8)
    return ((finite - low) * (255 / max(high - low, 1e-9)) + 0.5).astype(np.uint8)


def _on_paper(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Transparent pixels become the paper on which the opaque ones stand out."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    rgb = rgba[..., :3].astype(np.float32)
    if alpha.min() >= 1:
        return _gray_if_gray(rgba[..., :3])
    ink = float((rgb * alpha).sum() / max(3 * float(alpha.sum()), 1e-6))
    paper = 255.0 if ink < 128 else 0.0
    return _gray_if_gray((rgb * alpha + paper * (1 - alpha) + 0.5).astype(np.uint8))
