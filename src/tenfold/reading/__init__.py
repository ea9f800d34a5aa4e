"""From a picture's ink to its numbers: pieces, lines, cuts, paths."""

from .accepting import accept_from, shipped_promise
from .reader import DEFAULT_POLARITY, Reader

__all__ = ["DEFAULT_POLARITY", "Reader", "accept_from", "shipped_promise"]
