"""Pictures that were read, and what `tenfold read --json` said of them: known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from fake_reader import number
from tenfold.results import Number, Reading


def picture(path: Path, size: tuple[int, int] = (120, 40), seed: int = 0) -> Path:
    """Grain, so that every place of it is another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grain = np.random.default_rng(seed).integers(0, 256, size[::-1], np.uint8)
    Image.fromarray(grain).save(path)
    return path


def reading(file: Path | str, *numbers: Number, size: tuple[int, int] = (120, 40)) -> Reading:
    return Reading(str(file), *size, numbers)


def written(path: Path, *readings: Reading) -> Path:
    """The readings as JSON lines."""
    path.write_text("".join(json.dumps(one.to_dict()) + "\n" for one in readings))
    return path


def scans(folder: Path) -> Path:
    """Three pictures with four numbers, three of them doubtful; the JSON lines about them."""
    a, b, c = (picture(folder / "scans" / f"{name}.png", seed=k) for k, name in enumerate("abc"))
    return written(
        folder / "out.jsonl",
        reading(a, number("407", confidence=0.6), number("18", x=70, confidence=0.99)),
        reading(b, number("7", confidence=0.3)),
        reading(c, number("52", confidence=0.5)),
    )
