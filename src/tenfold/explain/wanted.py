"""What can be asked of an explanation; light, for the command line's help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

Part = Literal["layers", "saliency", "neighbours", "change"]
Distance = Literal["cosine", "euclidean"]

PARTS: Final[tuple[Part, ...]] = get_args(Part)
PATCH_PX: Final = 5
N_NEIGHBOURS: Final = 10
LIMIT_RATE: Final = 0.5
"""A change of more than this part of a digit's ink makes another drawing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an explanation.

    Attributes:
        parts: which parts.
        patch_px: side of the square that is wiped.
        measure: how the distance of neighbours is measured.
        n_neighbours: how many.
        limit_rate: the most ink that a change may move, as a part of the digit's.
        data: the folder of MNIST; None: wherever it is found.
        among: look for neighbours among so many training digits; None: among all.
    """

    parts: tuple[Part, ...] = PARTS
    patch_px: int = PATCH_PX
    measure: Distance = "cosine"
    n_neighbours: int = N_NEIGHBOURS
    limit_rate: float = LIMIT_RATE
    data: Path | None = None
    among: int | None = None
