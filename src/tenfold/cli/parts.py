"""Options that choose what of a picture or a file is read: `--region` and `--pages`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tenfold.picture import Region

RegionText = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="X,Y,W,H",
        help="Read this part only, in pixels, or in percent: 10%,20%,50%,10%.",
    ),
]
PagesText = Annotated[
    str | None,
    typer.Option(
        "--pages", metavar="LIST", help="Read these pages of each PDF, TIFF or HEIC: 1-3,7 or 5-."
    ),
]


def region_of(text: str | None) -> Region | None:
    """The region that was asked for.

    Raises:
        ConfigError: it is written in another form.
    """
    if text is None:
        return None
    from tenfold.picture import parse_region

    return parse_region(text)


def pages_of(text: str | None) -> list[range] | None:
    """The pages that were asked for, counted from 1; None for all.

    Raises:
        ConfigError: they are written in another form.
    """
    if text is None:
        return None
    from tenfold.picture import parse_pages

    return parse_pages(text)
