"""Path, bytes, file object, PIL image or array -> upright pixels, or a clear error.

Nothing is decoded before its size is known and allowed: a decompression bomb
is refused by its header.
"""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tenfold.errors import NotAPictureError, PictureError, PictureTooLargeError

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | Any
"""What can be read; the last is a (h, w) or (h, w, 3 or 4) array."""

MAX_PIXELS: Final = 100_000_000
MAX_BYTES: Final = 256 * 1024 * 1024
MAX_SIDE: Final = 2400  # digits of 4 mm on an A4 page keep 32 px; larger pictures are reduced
_SUFFIXES: Final = "png jpg jpeg jpe jfif webp tif tiff bmp dib gif pbm pgm ppm pnm jp2"
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
    """

    name: str
    width: int
    height: int
    pixels: NDArray[np.uint8]


def open_picture(source: Source) -> Picture:
    """The picture that lies in a path, bytes, a file object, a PIL image or an array.

    Args:
        source: a path; the bytes of an image file; a binary file object; a PIL
            image; an array (h, w), (h, w, 3) or (h, w, 4), uint8 in 0..255,
            uint16, bool, or float in [0, 1].

    Raises:
        NotAPictureError: not an image, cut short, or of zero size.
        PictureTooLargeError: over 100 million pixels or 256 MiB; not decoded.
        PictureError: the file is missing or cannot be opened, or the array has
            another shape or type.

    >>> picture = open_picture(np.zeros((40, 30, 3), np.uint8))
    >>> picture.width, picture.height, picture.pixels.shape
    (30, 40, (40, 30))
    """
    if isinstance(source, Image.Image):
        return _from_image(source, "<image>")
    if isinstance(source, str | os.PathLike):
        return _from_path(Path(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return _from_bytes(bytes(source), "<bytes>")
    if hasattr(source, "read"):
        return _from_bytes(_read_limited(source), str(getattr(source, "name", "<stream>")))
    if isinstance(source, np.ndarray):
        return _from_array(source)
    raise PictureError(
        "picture",
        "must be a path, bytes, a binary file object, a PIL image or an array",
        came=type(source).__name__,
    )


def _from_path(path: Path) -> Picture:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise PictureError(str(path), "no such file") from None
    except IsADirectoryError:
        raise PictureError(str(path), "is a folder, not a picture") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise PictureError(str(path), f"cannot be opened ({error})") from None
    return _from_bytes(data, str(path))


def _read_limited(stream: IO[bytes]) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if not isinstance(data, bytes):
        raise PictureError("picture", "the file object must be binary", came="text")
    return data


def _too_many_bytes(name: str) -> PictureTooLargeError:
    return PictureTooLargeError(name, f"has more than {MAX_BYTES // 2**20} MiB")


def _from_bytes(data: bytes, name: str) -> Picture:
    if not data:
        raise NotAPictureError(name, "the file is empty")
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is judged here by our own rules
            with Image.open(io.BytesIO(data)) as image:
                return _from_image(image, name)
    except UnidentifiedImageError:
        start = data[:4].hex(" ")
        raise NotAPictureError(
            name,
            "not a picture of a known kind",
            came=f"a file that starts with the bytes {start}",
            todo="Known: PNG, JPEG, WebP, TIFF, BMP, GIF",
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels(name) from None
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise some twenty kinds on damaged files
        raise NotAPictureError(name, f"the picture is damaged or cut short ({error})") from None


def _too_many_pixels(name: str, came: str = "") -> PictureTooLargeError:
    return PictureTooLargeError(
        name,
        f"has more than {MAX_PIXELS // 10**6} million pixels",
        came=came,
        todo="Reduce it or cut out the part with the numbers",
    )


def _from_image(image: Image.Image, name: str) -> Picture:
    width, height = image.size
    if width < 1 or height < 1:
        raise NotAPictureError(name, "the picture has no pixels", came=f"{width}x{height}")
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(name, f"{width}x{height}")
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    if image.format == "JPEG":  # decoding at half size or less is several times faster
        image.draft(image.mode, (MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(image)
    pixels = _as_pixels(_reduced(upright if upright is not None else image))
    return Picture(name, *((height, width) if turned else (width, height)), pixels)


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
    return _gray_if_gray(np.asarray(image.convert("RGB")))


def _gray_if_gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One channel where all three say the same: a third of the work from here on."""
    red = rgb[..., 0]
    same = np.array_equal(red, rgb[..., 1]) and np.array_equal(red, rgb[..., 2])
    return np.ascontiguousarray(red) if same else rgb


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


def _from_array(array: NDArray[Any]) -> Picture:
    shape = array.shape
    deep = array.ndim == 3 and shape[2] in (3, 4)
    if not (array.ndim == 2 or deep) or 0 in shape:
        raise PictureError(
            "<array>", "must be (h, w), (h, w, 3) or (h, w, 4) with pixels in it", came=f"{shape}"
        )
    if shape[0] * shape[1] > MAX_PIXELS:
        raise _too_many_pixels("<array>", f"{shape[1]}x{shape[0]}")
    return _from_image(Image.fromarray(_array_as_uint8(array)), "<array>")


def _array_as_uint8(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return (array >> 8).astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating):
        if array.min() >= 0 and array.max() <= 1:  # NaN fails here too
            return (array * 255 + 0.5).astype(np.uint8)
        came = f"floats from {array.min():g} to {array.max():g}"
        raise PictureError("<array>", "floats must lie in [0, 1]", came=came)
    raise PictureError("<array>", "must be uint8, uint16, bool or float", came=str(array.dtype))
