"""What is mended in a picture before its ink is looked for."""

from __future__ import annotations

from dataclasses import replace

from .bands import without_bands
from .decode import Picture
from .specks import without_specks


def mended(picture: Picture) -> Picture:
    """The picture less salt and pepper, with paper of one polarity; mostly the picture itself."""
    pixels = without_bands(without_specks(picture.pixels))
    return picture if pixels is picture.pixels else replace(picture, pixels=pixels)
