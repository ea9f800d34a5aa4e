"""From any picture to its ink: decoding, polarity, light and paper."""

from .decode import MAX_BYTES, MAX_PIXELS, MAX_SIDE, SUFFIXES, Picture, Source, open_picture
from .ink import MIN_CONTRAST, Ink, find_ink, inked
from .polarity import POLARITIES, Polarity, is_light_on_dark

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "MIN_CONTRAST",
    "POLARITIES",
    "SUFFIXES",
    "Ink",
    "Picture",
    "Polarity",
    "Source",
    "find_ink",
    "inked",
    "is_light_on_dark",
    "open_picture",
]
