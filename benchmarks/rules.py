"""Measures what a rule is worth: python benchmarks/rules.py

Synthetic numbers of 4 to 10 digits that end in a Luhn check digit, written with
digits held out of training, half of them plain, the others each with one of the
difficulties of the synthetic test set. Each picture is read with and without the
rule; wrong readings are counted at the same number of accepted ones: as many of
the surest are taken as are accepted with the rule. Rows go to results/rules.csv.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track
from stdnum import luhn

from disputed import legible
from facts import FACTS, RESULTS, facts, merge_rows
from tenfold.data.donors import Donors
from tenfold.data.looks import HARD, hard_look
from tenfold.data.sources import load_sources
from tenfold.data.strings import draw_string
from tenfold.reading import Reader
from tenfold.results import Reading
from tenfold.rules import Rules
from tenfold.runtime import DEFAULT_MODEL

KEY: Final = ("model", "rule")
COLUMNS: Final = (
    *(*KEY, "n", "right", "wrong", "none", "accepted", "accepted_wrong"),
    *("same_accepted", "same_accepted_wrong", "overruled_right", "overruled_wrong"),
    *FACTS,
)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime", "python-stdnum")
SEED: Final = 86
_PLAIN: Final = 0.5


def main(
    model: Annotated[str, typer.Argument(help="A shipped name.")] = DEFAULT_MODEL,
    n: Annotated[int, typer.Option(min=1, help="How many pictures.")] = 2000,
    results: Annotated[Path, typer.Option(help="The table.")] = RESULTS / "rules.csv",
) -> None:
    """Read each picture with the rule and without, and count what is wrong."""
    noted = facts(PACKAGES)
    reader, rules = Reader(model), Rules(checksum="luhn")
    free, held, texts = [], [], []
    for pixels, text in track(pictures(n), "reading", total=n, disable=not sys.stderr.isatty()):
        free.append(one(reader.read(pixels)))
        held.append(one(reader.read(pixels, rules=rules)))
        texts.append(text)
    n_accepted = sum(accepted for _, _, accepted in held)
    rows = [
        {"model": model, "rule": name, **counted(found, texts, n_accepted), **noted}
        for name, found in (("none", free), ("luhn", held))
    ]
    rows[1] |= overruled(free, held, texts)
    merge_rows(results, rows, KEY, COLUMNS)
    for row in rows:
        print(", ".join(f"{key} {row[key]}" for key in COLUMNS[1:10] if key in row))


def pictures(n: int, seed: int = SEED) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Pictures of numbers with a check digit, and the numbers."""
    donors, difficulties = Donors(legible(load_sources().held)), list(HARD)
    for k in range(n):
        rng = np.random.default_rng([seed, k])
        plain = rng.random() < _PLAIN
        look = hard_look("plain" if plain else difficulties[k % len(difficulties)], rng)
        body = "".join(map(str, rng.integers(0, 10, rng.integers(3, 10))))
        text = body + luhn.calc_check_digit(body)
        yield draw_string(text, look, donors.writer(rng), rng).pixels, text


Answer = tuple[str, float, bool]
"""What was read in a picture, how surely, and whether all of it is accepted."""


def one(reading: Reading) -> Answer:
    """All numbers of a picture as one answer."""
    numbers = [number for number in reading.numbers if number.text]
    if not numbers:
        return "", 0.0, False
    sure = float(np.prod([number.confidence for number in numbers]))
    accepted = all(number.status == "accepted" for number in reading.numbers)
    return "".join(number.text for number in numbers), sure, accepted


def counted(found: list[Answer], texts: list[str], n_same: int) -> dict[str, Any]:
    """Right and wrong, of all, of the accepted, and of the `n_same` surest.

    >>> answers = [("12", 0.9, True), ("7", 0.8, True), ("", 0.0, False)]
    >>> row = counted(answers, ["12", "1", "3"], 1)
    >>> [row[key] for key in ("right", "wrong", "none", "accepted_wrong", "same_accepted_wrong")]
    [1, 1, 1, 1, 0]
    """
    right = np.array([answer[0] == text for answer, text in zip(found, texts, strict=True)])
    given = np.array([bool(answer[0]) for answer in found])
    accepted = np.array([answer[2] for answer in found])
    surest = np.argsort([-answer[1] for answer in found], kind="stable")[:n_same]
    return {
        "n": len(found),
        "right": int(right.sum()),
        "wrong": int((given & ~right).sum()),
        "none": int((~given).sum()),
        "accepted": int(accepted.sum()),
        "accepted_wrong": int((accepted & ~right).sum()),
        "same_accepted": n_same,
        "same_accepted_wrong": int((~right[surest]).sum()),
    }


def overruled(free: list[Answer], held: list[Answer], texts: list[str]) -> dict[str, int]:
    """Where the rule changed the text: how often to the right one, how often to a wrong one."""
    changed = [
        (ruled[0] == text, bool(ruled[0]))
        for plain, ruled, text in zip(free, held, texts, strict=True)
        if plain[0] != ruled[0]
    ]
    return {
        "overruled_right": sum(right for right, _ in changed),
        "overruled_wrong": sum(given and not right for right, given in changed),
    }


if __name__ == "__main__":
    typer.run(main)
