"""Draws the pages of docs/reading.md with the pen: python docs/pictures/make_pages.py."""

from pathlib import Path
from typing import Final

from PIL import Image

from tenfold import Reader
from tenfold.cli.drawing import drawn
from tenfold.data.donors import Donors
from tenfold.data.pages import drawn_pages
from tenfold.picture import open_picture

SHOWN: Final = (("squared one each", 0), ("photographed", 0), ("list", 2))
SEED: Final = 12
_SIDE_PX: Final = 620


def main() -> None:
    """Writes the picture beside this file: pages as they are read, side by side."""
    reader, images = Reader(), []
    for kind, k in SHOWN:
        *_, page = drawn_pages(kind, k + 1, Donors({}), seed=SEED)
        image = drawn(reader.read(page.pixels), open_picture(page.pixels))
        image.thumbnail((_SIDE_PX, _SIDE_PX))
        images.append(image)
    strip = Image.new("RGB", (sum(image.width + 8 for image in images) - 8, _SIDE_PX), "white")
    x = 0
    for image in images:
        strip.paste(image, (x, 0))
        x += image.width + 8
    strip = strip.quantize(24, dither=Image.Dither.NONE)
    strip.save(Path(__file__).parent / "pages-read.png", optimize=True)


if __name__ == "__main__":
    main()
