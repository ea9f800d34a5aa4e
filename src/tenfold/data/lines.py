"""What the line net learns from: strips of synthetic numbers and what is written in them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import to_strip
from tenfold.data.pen import draw_number
from tenfold.data.sources import Sources

CHUNK: Final = 256
"""Lines that share one random generator; chunks can be made apart from each other."""


def line_chunk(
    index: int, seed: int, sources: Sources | None = None
) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """Lines number `CHUNK * index` and following: strips (32, w) uint8, and their symbols.

    Args:
        index: which chunk, from 0; each is different.
        seed: the seed of the run.
        sources: real digits to write with; `load_sources()` if None.
    """
    rng = np.random.default_rng([seed, index])
    strips, texts = [], []
    for _ in range(CHUNK):
        text = "".join(map(str, rng.integers(0, 10, rng.integers(1, 9))))
        ink, boxes = draw_number(text, rng)
        x, y = min(b[0] for b in boxes), min(b[1] for b in boxes)
        right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
        strips.append(to_strip(ink, (x, y, right - x, bottom - y), bottom - y)[0])
        texts.append(text)
    return strips, texts
