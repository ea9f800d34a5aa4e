"""The tables of docs/classifier.md and README about the nets, from results/*.csv."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from facts import read_rows

Table = tuple[list[str], list[list[str]]]

CLASSIFIER: Final = [
    *("net", "what", "seeds", "MNIST test, %", "95 %", "errors", "less the 15 disputed"),
    *("parameters", "kB", "seconds"),
]
LADDER: Final = ["change", "seeds", "held-out, %", "errors", "gain, points", "which is"]
FAST: Final = [
    *("net", "epochs", "parameters", "seeds", "seconds", "longest", "MNIST test, %"),
    *("asked", "times sooner than keras.io's"),
]
LEFT_OUT: Final = ["digits", "net", "n", "errors", "right, %", "95 %", "asked, %"]


def classifier_rows(root: Path) -> Table:
    """Every model of `benchmarks/classifier.py`."""
    rows = [
        [
            f"`{row['model']}`",
            row["what"],
            row["seeds"],
            f"**{_percent(row['mean'], 3)}**{_spread(row['spread'])}",
            _interval(row),
            row["errors"],
            row["errors_undisputed"],
            f"{int(row['parameters']):,}",
            f"{int(row['bytes']) / 1000:,.1f}",
            row["seconds"] or "–",
        ]
        for row in _rows(root, "classifier")
    ]
    return CLASSIFIER, rows


def ladder_rows(root: Path) -> Table:
    """Every rung of `benchmarks/ladder.py`."""
    rows = [
        [
            f"**{row['rung']}**: {row['change']}",
            row["seeds"],
            f"{_percent(row['mean'], 3)}{_spread(row['spread'])}",
            row["errors"],
            _gain(row),
            row["verdict"] or "–",
        ]
        for row in _rows(root, "ladder")
    ]
    return LADDER, rows


def fast_rows(root: Path) -> Table:
    """Both schedules of `fast`, and the example that they are measured beside."""
    rows = [
        [
            row["net"],
            row["epochs"],
            f"{int(row['parameters']):,}",
            row["seeds"],
            row["seconds"],
            row["longest_s"],
            f"**{_percent(row['mean'], 3)}**{_spread(row['spread'])}",
            f"{_percent(row['asked'], 1)} in {float(row['limit_s']):.0f} s" if row["asked"] else "",
            row["times_faster"],
        ]
        for row in _rows(root, "fast")
    ]
    return FAST, rows


def left_out_rows(root: Path) -> Table:
    """Hands that the net has not seen."""
    rows = [
        [
            row["digits"],
            row["net"] + (f", {row['epochs']} epochs" if row["epochs"] else ""),
            row["n"],
            row["errors"],
            f"**{_percent(row['accuracy'], 2)}**",
            _interval(row),
            _percent(row["asked"], 1),
        ]
        for row in _rows(root, "left_out")
    ]
    return LEFT_OUT, rows


def _rows(root: Path, name: str) -> Sequence[Mapping[str, str]]:
    return read_rows(root / "results" / f"{name}.csv")


def _percent(rate: str, places: int) -> str:
    """A rate in [0, 1] as per cent.

    >>> _percent("0.99712", 2)
    '99.71'
    """
    return f"{100 * float(rate):.{places}f}"


def _spread(rate: str) -> str:
    return f" ± {_percent(rate, 3)}" if rate else ""


def _interval(row: Mapping[str, str]) -> str:
    return f"{_percent(row['low'], 2)}-{_percent(row['high'], 2)}"


def _gain(row: Mapping[str, str]) -> str:
    """The gain with its 95 % interval.

    >>> _gain({"gain": "0.200", "gain_low": "0.1", "gain_high": "0.3"})
    '+0.200 (+0.1 to +0.3)'
    """
    if not row["gain"]:
        return "–"
    low, high = row["gain_low"], row["gain_high"]
    reach = f" ({float(low):+} to {float(high):+})" if low else ""
    return f"{float(row['gain']):+.3f}{reach}"
