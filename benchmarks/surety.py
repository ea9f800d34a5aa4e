"""Fits how sure a number is: python benchmarks/surety.py

Reads synthetic numbers as `benchmarks/promise.py` draws them, with other seeds, and fits the
weights of `tenfold.reading.surety` on each of two seeds; on the second it prints what those of the
first gain: negative log likelihood, and the share that could be accepted at 0.5 % wrong. The
weights go into the module by hand, and the promise is fitted anew on top of them.
"""

import sys
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from promise import WITHHELD, pictures
from tenfold.evaluation import answers
from tenfold.reading import Reader, numbers
from tenfold.reading.surety import Odds, log_odds
from tenfold.runtime import DEFAULT_MODEL
from tenfold.trust import MAX_ERROR

SEEDS: Final = (777, 778)

Floats = NDArray[np.float64]


def main(
    model: Annotated[str, typer.Argument(help="A shipped name.")] = DEFAULT_MODEL,
    n: Annotated[int, typer.Option(min=100, help="Pictures of each seed.")] = 6_000,
) -> None:
    """Fit on the first seed, tell on the second."""
    reader = Reader(model, promise=WITHHELD)
    fitted, told = (watched(reader, n, seed) for seed in SEEDS)
    for seed, part in zip(SEEDS, (fitted, told), strict=True):
        for name, known in zip(("several", "lone"), _fit(*part), strict=True):
            print(f"seed {seed}, {name}:", ", ".join(f"{weight:.3f}" for weight in known))
    x, right = told
    several, lone = _fit(*fitted)
    odds = np.where(x[:, 1] == 1, _odds(lone, x), _odds(several, x))
    for name, logits in (("shares", x[:, 0]), ("surety", odds)):
        print(f"{name}: {_words(1 / (1 + np.exp(-logits)), right)}")


def _fit(x: Floats, right: NDArray[np.bool_]) -> tuple[Odds, Odds]:
    """The odds of numbers of several digits, and those of single digits."""
    lone = x[:, 1] == 1
    several = LogisticRegression(C=1e3, max_iter=5000).fit(x[~lone], right[~lone])
    single = LogisticRegression(C=1e3, max_iter=5000).fit(x[lone][:, :1], right[lone])
    return (
        Odds(*map(float, (*several.coef_[0], *several.intercept_))),
        Odds(float(single.coef_[0, 0]), 0.0, float(single.intercept_[0])),
    )


def _odds(known: Odds, x: Floats) -> Floats:
    return np.asarray(known.share * x[:, 0] + known.digit * x[:, 1] + known.all, np.float64)


def watched(reader: Reader, n: int, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """(n, 2) log odds of the share and length of answers of one number, and which are right."""
    seen: dict[float, int] = {}

    def note(share: float, length: int) -> float:
        seen[share] = length
        return share

    kept, numbers.surety = numbers.surety, note  # type: ignore[attr-defined]
    rows, right = [], []
    try:
        shown = track(pictures(range(n), seed), total=n, disable=not sys.stderr.isatty())
        for pixels, label in shown:
            seen.clear()
            found = answers(reader.read(pixels), label)
            if len(found) == 1 and found[0][0] in seen:
                rows.append((log_odds(found[0][0]), seen[found[0][0]]))
                right.append(found[0][1])
    finally:
        numbers.surety = kept  # type: ignore[attr-defined]
    return np.array(rows, np.float64), np.array(right, bool)


def _words(sure: Floats, right: NDArray[np.bool_]) -> str:
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    accepted = np.flatnonzero(wrong <= MAX_ERROR)
    share = (accepted[-1] + 1) / len(order) if len(accepted) else 0.0
    likely = np.clip(np.where(right, sure, 1 - sure), 1e-6, 1)
    return (
        f"n {len(right)}, nll {-np.log(likely).mean():.4f}, "
        f"{100 * share:.1f} % could be accepted at {100 * MAX_ERROR:g} % wrong"
    )


if __name__ == "__main__":
    typer.run(main)
