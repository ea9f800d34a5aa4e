"""What every figure shares: colours, sizes, and how it becomes a file.

Figures are made to be read at 800 px, the width of a README, with the colours
of Okabe and Ito, which people with any colour vision tell apart; lines differ
in dashes too, and points in their marks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
GREY: Final = "#6E6E6E"
INCHES: Final = 8.0
DPI: Final = 100

STYLE: Final = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E0E0E0",
    "lines.linewidth": 2,
    "figure.facecolor": "white",
}


def save(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG, 800 px wide."""
    # No date and no version inside: equal figures are equal files.
    figure.savefig(path, dpi=DPI, format="png", metadata={"Software": None})
