"""A part of a picture, given in pixels or in percent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tenfold.errors import ConfigError, PictureError

_SIDE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle whose sides are in pixels, or in percent of the picture's width and height.

    Attributes:
        values: x, y, width, height.
        percent: for each of them, whether it is in percent.
    """

    values: tuple[float, float, float, float]
    percent: tuple[bool, bool, bool, bool] = (False, False, False, False)

    def in_pixels(self, name: str, width: int, height: int) -> tuple[int, int, int, int]:
        """x, y, width and height of the part of the picture that lies in the region.

        Args:
            name: of the picture, for the error.
            width: of the picture in px.
            height: likewise.

        Raises:
            PictureError: no pixel of the picture lies in the region.

        >>> Region((10, 20, 50, 10), (True,) * 4).in_pixels("page", 200, 1000)
        (20, 200, 100, 100)
        """
        x, y, wide, high = (
            value * side / 100 if percent else value
            for value, percent, side in zip(
                self.values, self.percent, (width, height) * 2, strict=True
            )
        )
        left, top = max(0, round(x)), max(0, round(y))
        right, bottom = min(width, round(x + wide)), min(height, round(y + high))
        if left >= right or top >= bottom:
            raise PictureError(
                name, f"the region {self} holds no pixel of the picture", came=f"{width}x{height}"
            )
        return left, top, right - left, bottom - top

    def __str__(self) -> str:
        """The region as it is written."""
        return ",".join(
            f"{value:g}{'%' if percent else ''}"
            for value, percent in zip(self.values, self.percent, strict=True)
        )


def parse_region(text: str) -> Region:
    """The region that `x,y,width,height` names; each in pixels, or in percent with a %.

    Raises:
        ConfigError: the text has another form, or a width or height of 0.

    >>> parse_region("10%,20%,50%,120").percent
    (True, True, True, False)
    """
    found = [_SIDE.fullmatch(part.strip()) for part in text.split(",")]
    sides = [(float(match[1]), match[2] == "%") for match in found if match]
    if len(found) != 4 or len(sides) != 4:
        raise ConfigError(
            "region",
            "must be x,y,width,height, each in pixels or with a %",
            came=f'"{text}"',
            todo="Write 40,60,300,80 or 10%,20%,50%,10%",
        )
    x, y, width, height = sides
    if not width[0] or not height[0]:
        raise ConfigError("region", "must be wider and higher than 0", came=f'"{text}"')
    return Region((x[0], y[0], width[0], height[0]), (x[1], y[1], width[1], height[1]))
