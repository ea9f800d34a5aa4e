"""Figures from numbers. Each function returns a matplotlib figure; `save` writes it."""

from tenfold.plots.style import save
from tenfold.plots.training import confusion, curves, mistakes

__all__ = ["confusion", "curves", "mistakes", "save"]
