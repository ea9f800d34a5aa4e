"""A task for the line net that is learnt in seconds: each digit a bar at a height of its own."""

import numpy as np

from tenfold.canon import STRIP_HEIGHT
from tenfold.data.sources import Part, Sources
from tenfold.training import Config, line_maker, line_run

FEW = 32
WIDTH = 64
PITCH = 10  # columns of a bar and the paper behind it

SMALL = {
    "model.width": 4, "data.chunks": 3, "data.new_rate": 0.34, "data.held_chunks": 1,
    "data.makers": 0, "fit.epochs": 3, "fit.batch_size": 16, "fit.precision": "float32",
}  # fmt: skip


def small(**changes):
    values = {key.replace("__", "."): value for key, value in changes.items()}
    return Config.of("line", SMALL | values)


def strip_of(text, width):
    strip = np.zeros((STRIP_HEIGHT, width), np.uint8)
    for place, digit in enumerate(text):
        left, top = 4 + PITCH * place, 2 + 2 * int(digit)
        strip[top : top + 8, left : left + 4] = 255
    return strip


def line_chunk(index, seed, sources=None):
    """As `tenfold.data.lines.line_chunk`, in no time."""
    rng = np.random.default_rng([seed, index])
    texts = ["".join(map(str, rng.integers(10, size=rng.integers(1, 6)))) for _ in range(FEW)]
    return [strip_of(text, WIDTH) for text in texts], texts


def tiny_lines(patch, folder):
    """Let training draw such lines, keep them in the folder, and load no digits."""
    digits = {"bars": Part(np.zeros((1, 4, 4), np.uint8), np.zeros(1, np.uint8))}
    for room in (line_maker, line_run):
        patch.setattr(room, "line_sources", lambda *_: Sources(digits, {}))
    patch.setattr(line_maker, "line_chunk", line_chunk)
    patch.setattr(line_maker, "CHUNK", FEW)
    patch.setenv("XDG_CACHE_HOME", str(folder))
