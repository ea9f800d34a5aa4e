"""The picture with boxes and answers drawn on it, for a person to check."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tenfold.data.cache import write_atomically
from tenfold.errors import ExportError
from tenfold.picture import Pages, Picture, Source
from tenfold.results import Reading

# Two colours that colour-blind people tell apart (Okabe and Ito).
COLOURS: Final = {"accepted": "#0072b2", "review": "#d55e00"}
_MIN_SIDE_PX: Final = 480  # a 28x28 picture is enlarged until an answer can be written on it
_SUFFIX: Final = "-read.png"


class Annotator:
    """Writes annotated pictures into one folder, never over the picture itself or each other.

    Args:
        folder: is made where it is missing.

    Raises:
        ExportError: the folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _failed(folder, error) from None

    def write(self, reading: Reading, source: Source) -> Path:
        """The path of the PNG that shows the reading; `a.jpg` becomes `a-read.png`.

        Page 3 of `a.pdf` becomes `a-page3-read.png`.

        Raises:
            ExportError: the file cannot be written.
        """
        with Pages(source) as pages:
            picture = pages.picture((reading.page or 1) - 1)
        path = self._folder / self._free_name(reading)
        png = io.BytesIO()
        drawn(reading, picture).save(png, "PNG")
        try:
            write_atomically(path, png.getvalue())
        except OSError as error:
            raise _failed(path, error) from None
        return path

    def _free_name(self, reading: Reading) -> str:
        stem = "stdin" if reading.file == "-" else Path(reading.file).stem
        stem += "" if reading.page is None else f"-page{reading.page}"
        name, n = f"{stem}{_SUFFIX}", 1
        while name in self._used:  # pictures of one name from two folders
            n += 1
            name = f"{stem}-{n}{_SUFFIX}"
        self._used.add(name)
        return name


def drawn(reading: Reading, picture: Picture) -> Image.Image:
    """The picture in RGB, each number framed, its text and confidence above the frame."""
    image = Image.fromarray(picture.pixels).convert("RGB")
    enlarge = max(1, -(-_MIN_SIDE_PX // max(image.size)))
    image = image.resize((image.width * enlarge, image.height * enlarge), Image.Resampling.NEAREST)
    scale = image.width / picture.width
    draw = ImageDraw.Draw(image)
    thin = max(1, round(max(image.size) / 500))
    for number in reading.numbers:
        colour = COLOURS[number.status]
        for digit in number.digits:
            draw.rectangle(_corners(digit.box.to_list(), scale), outline=colour, width=thin)
        frame = _corners(number.box.to_list(), scale)
        draw.rectangle(frame, outline=colour, width=2 * thin)
        _label(draw, f"{number.text}  {number.confidence:.2f}", frame, colour, image.size)
    return image


def _corners(box: list[int], scale: float) -> tuple[float, float, float, float]:
    x, y, width, height = (side * scale for side in box)
    return x, y, x + width - 1, y + height - 1


def _label(
    draw: ImageDraw.ImageDraw,
    text: str,
    frame: tuple[float, float, float, float],
    colour: str,
    size: tuple[int, int],
) -> None:
    """White on the frame's colour, above the frame, or inside where there is no room above."""
    font = ImageFont.load_default(max(14, min(size) // 24, max(size) // 40))
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    width, height = right - left + 6, bottom - top + 6
    x = min(max(0, frame[0]), max(0, size[0] - width))
    y = frame[1] - height if frame[1] >= height else frame[1]
    draw.rectangle((x, y, x + width, y + height), fill=colour)
    draw.text((x + 3 - left, y + 3 - top), text, fill="white", font=font)


def _failed(path: Path, error: OSError) -> ExportError:
    return ExportError(str(path), f"cannot be written ({error.strerror or error})")
