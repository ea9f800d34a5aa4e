"""From the pieces of a picture's writing to its numbers: nets, views, search, confidence."""

from .accepting import accept_from, shipped_promise
from .reader import DEFAULT_POLARITY, Reader

__all__ = ["DEFAULT_POLARITY", "Reader", "accept_from", "shipped_promise"]
