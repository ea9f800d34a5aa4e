"""From any picture to its ink: decoding, polarity, light and paper."""

from .decode import MAX_BYTES, MAX_PIXELS, MAX_SIDE, SUFFIXES, Picture, Source
from .ink import MIN_CONTRAST, Ink, RowAt, find_ink, inked
from .lean import Lean, page_lean
from .pages import Pages, chosen, open_picture, parse_pages
from .polarity import POLARITIES, Polarity, is_light_on_dark
from .ranks import percentile
from .region import Region, parse_region
from .sheet import flattened
from .threads import one_thread
from .view import View, through, turned, view_of

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "MIN_CONTRAST",
    "POLARITIES",
    "SUFFIXES",
    "Ink",
    "Lean",
    "Pages",
    "Picture",
    "Polarity",
    "Region",
    "RowAt",
    "Source",
    "View",
    "chosen",
    "find_ink",
    "flattened",
    "inked",
    "is_light_on_dark",
    "one_thread",
    "open_picture",
    "page_lean",
    "parse_pages",
    "parse_region",
    "percentile",
    "through",
    "turned",
    "view_of",
]
