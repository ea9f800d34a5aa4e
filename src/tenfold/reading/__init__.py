"""From a picture's ink to its numbers: pieces, lines, cuts, paths."""

from .numbers import ACCEPT
from .reader import DEFAULT_POLARITY, Reader

__all__ = ["ACCEPT", "DEFAULT_POLARITY", "Reader"]
