"""The lines of each epoch of the line net: some drawn for it, more seen before and changed.

Drawing a chunk takes longer than training on it. So an epoch holds chunks that
nobody has seen and chunks of earlier epochs, each strip changed a little;
which, depends on the seed and the epoch's number alone. No Keras here: the
process that draws imports this.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from tenfold.canon import STRIP_STRIDE, STRIP_VERSION
from tenfold.data.cache import cache_folder
from tenfold.data.lines import CHUNK, LINES_VERSION, line_chunk
from tenfold.data.sources import Sources, load_sources
from tenfold.data.strip_change import change_strip
from tenfold.training.folder import writing
from tenfold.training.line_batches import LineBatch, Strip, line_batches, sayable, steps_needed
from tenfold.training.makers import epoch_rng

# Far from any training seed, and the same whatever the seed of a run: runs are
# compared on equal lines.
VALIDATION_SEED: Final = 900_001
TEST_SEED: Final = 900_002

Lines = tuple[list[Strip], list[str]]


@dataclass(frozen=True, slots=True)
class Chunks:
    """Chunks of lines, each drawn once and kept on disk.

    Attributes:
        digits: sha256 of the real digits that they are written with.
        seed: of the lines.
        folder: of the real digits; empty looks where `tenfold data` does.
        held: write with the digits that no training sees.
    """

    digits: str
    seed: int
    folder: str = ""
    held: bool = False

    def __call__(self, index: int) -> Lines:
        """Chunk number `index`, those lines left out that no net could say."""
        path = self.path(index)
        if not path.is_file() or (lines := _load(path)) is None:
            lines = line_chunk(index, self.seed, line_sources(self.folder, self.held))
            keep(path, lines)
        strips, texts = lines
        kept = list(sayable(strips, texts))
        return [strips[i] for i in kept], [texts[i] for i in kept]

    def path(self, index: int) -> Path:
        """Where a chunk is kept: in the user's cache, so that other runs find it too.

        It is named by everything that it depends on.
        """
        maker = f"{LINES_VERSION}-{STRIP_VERSION}-{self.digits[:12]}"
        return cache_folder() / "lines" / maker / f"{self.seed}-{index:05}.npz"


@dataclass(frozen=True, slots=True)
class LineMaker:
    """The batches of an epoch.

    Attributes:
        chunks: where lines come from.
        n_new: chunks of an epoch that no epoch before it had.
        n_seen: chunks of earlier epochs; in the first epoch, its own again.
        batch_size: lines of a batch.
    """

    chunks: Chunks
    n_new: int
    n_seen: int
    batch_size: int

    def __call__(self, epoch: int) -> list[LineBatch]:
        """The batches of one epoch, mixed."""
        rng = epoch_rng(self.chunks.seed, epoch)
        strips: list[Strip] = []
        texts: list[str] = []
        first = epoch * self.n_new
        for index in range(first, first + self.n_new):
            more, said = self.chunks(index)
            strips += more
            texts += said
        n_before = max(first, self.n_new)
        again = rng.choice(n_before, self.n_seen, replace=self.n_seen > n_before)
        for index in again:
            more, said = self.chunks(int(index))
            for strip, text in zip(more, said, strict=True):
                least = steps_needed(text) * STRIP_STRIDE
                strips.append(change_strip(strip, rng, least=least))
            texts += said
        return line_batches(strips, texts, self.batch_size, rng)

    @property
    def n_lines(self) -> int:
        """Lines of an epoch, give or take those that cannot be said."""
        return (self.n_new + self.n_seen) * CHUNK


def keep(path: Path, lines: Lines) -> None:
    """Write a chunk whole or not at all."""
    strips, texts = lines
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as draft, draft.open("wb") as file:
        np.savez_compressed(
            file,
            ink=np.concatenate(strips, axis=1),
            widths=np.array([strip.shape[1] for strip in strips]),
            texts=np.array(texts),
        )


def _load(path: Path) -> Lines | None:
    """The chunk in the file; None where the file is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            ink, widths, texts = stored["ink"], stored["widths"], stored["texts"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return np.split(ink, np.cumsum(widths)[:-1], axis=1), [str(text) for text in texts]


@cache
def line_sources(folder: str, held: bool) -> Sources:
    """The real digits of training, or those held out; loaded once by each process."""
    sources = load_sources(folder or None)
    return Sources(sources.held, {}, sources.missing) if held else sources
