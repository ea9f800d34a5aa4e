"""Writes the tables of README and of two docs, and the package's figures, from results/*.csv.

python benchmarks/tables.py            rewrite them and src/tenfold/models/measured.json
python benchmarks/tables.py --check    exit 1 where they are not what this would write
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from before_after import speed_rows
from capacity import HEADINGS, capacity_rows
from classifier_tables import classifier_rows, fast_rows, ladder_rows, left_out_rows
from facts import ROOT, read_rows
from inference_table import INFERENCE_HEADINGS, inference_rows
from robust_table import robust_rows
from tenfold.errors import ModelError
from tenfold.runtime import shipped

FILLED: Final = (
    "README.md",
    "docs/batch.md",
    "docs/classifier.md",
    "docs/evaluate.md",
    "docs/speed.md",
)
MEASURED: Final = Path("src", "tenfold", "models", "measured.json")
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def models_table(root: Path) -> str:
    """Every shipped model: how often it is wrong, on how many, how large it is."""
    try:
        entries = shipped(root / "src" / "tenfold" / "weights")
    except ModelError:
        return ""
    rows = []
    for name, entry in entries.items():
        size = f"{entry.bytes / 1000:,.0f} kB"
        test = entry.measured.get("mnist_test")
        if test is None:
            continue
        wrong = f"{test['errors']:,} of {test['n']:,}"
        low, high = (f"{100 * rate:.2f}" for rate in test["interval"])
        rows.append([name, wrong, f"{low}-{high} %", f"{entry.parameters:,}", size])
    headings = ["model", "MNIST test errors", "95 % interval", "parameters", "size"]
    return markdown(headings, rows)


def reading_table(root: Path) -> str:
    """Every folder of labelled pictures: each reader's share of right answers, Tenfold's first."""
    folders: dict[str, dict[str, dict[str, str]]] = {}
    for row in read_rows(root / "results" / "reading.csv"):
        folders.setdefault(row["folder"], {})[row["reader"]] = row
    if not folders:
        return ""
    readers = list(dict.fromkeys(reader for found in folders.values() for reader in found))
    own, *peers = readers
    headings = ["pictures", "n", own, "95 % interval", "mean over sources", *peers]
    rows = []
    for folder, found in folders.items():
        first = found[own]
        interval = f"{percent(first['right_low'])}-{percent(first['right_high'])}"
        rows.append(
            [
                folder.replace("_", " "),
                first["n"],
                f"**{percent(first['right_rate'])}**",
                interval,
                percent(first["mean_over_sources"]),
                *(percent(found[peer]["right_rate"]) if peer in found else "" for peer in peers),
                first["accepted_wrong"],
                f"{float(first['ms_median']):.1f}",
            ]
        )
    return markdown([*headings, "accepted, but wrong", "ms a picture"], rows)


def strings_table(root: Path) -> str:
    """Every difficulty of the synthetic numbers: each reader's share of right answers."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in read_rows(root / "results" / "strings.csv"):
        found.setdefault(row["difficulty"], {})[row["reader"]] = row
    if not found:
        return ""
    own, *peers = dict.fromkeys(reader for rows in found.values() for reader in rows)
    headings = ["difficulty", "n", own, "95 % interval", *peers]
    headings += ["accepted, but wrong", "ms a picture"]
    return markdown(
        headings, [_of_difficulty(name, rows, own, peers) for name, rows in found.items()]
    )


def _of_difficulty(
    name: str, rows: Mapping[str, Mapping[str, str]], own: str, peers: Sequence[str]
) -> list[str]:
    first = rows[own]
    others = [rows.get(peer, {}) for peer in peers]
    return [
        name.replace("_", " "),
        first["n"],
        f"**{percent(first['right_rate'])}**",
        f"{percent(first['right_low'])}-{percent(first['right_high'])}",
        *(percent(row["right_rate"]) if row else "" for row in others),
        " / ".join(row["accepted_wrong"] for row in (first, *others) if row),
        " / ".join(f"{float(row['ms_median']):.0f}" for row in (first, *others) if row),
    ]


def classic_table(root: Path) -> str:
    """Every recipe: what its source claims, what was measured, and why they differ."""
    headings = ["recipe", "its source claims", "seeds", "train", "validation", "test"]
    headings += ["test errors", "seconds", "why they differ"]
    rows = []
    for row in read_rows(root / "results" / "classic.csv"):
        spread = f" ± {100 * float(row['test_spread']):.2f}" if row["test_spread"] else ""
        rows.append(
            [
                f"`{row['recipe']}`" + (", augmented" if row["augment"] == "True" else ""),
                row["claim"],
                row["seeds"],
                fine_percent(row["train_accuracy"]),
                fine_percent(row["validation_accuracy"]),
                f"**{fine_percent(row['test_accuracy'])}**{spread}",
                f"{float(row['test_errors']):.0f}",
                row["seconds"],
                row["why"],
            ]
        )
    return markdown(headings, rows)


def fine_percent(rate: str) -> str:
    """A rate in [0, 1] as per cent with two decimals; a dash where there is none.

    >>> fine_percent("0.97512"), fine_percent("")
    ('97.51', '–')
    """
    return f"{100 * float(rate):.2f}" if rate else "–"


def percent(rate: str) -> str:
    """A rate in [0, 1] as per cent, with one decimal.

    >>> percent("0.9961")
    '99.6'
    """
    return f"{100 * float(rate):.1f}"


def csv_table(name: str, headings: Mapping[str, str]) -> Callable[[Path], str]:
    """A maker of the table of results/NAME.csv: the columns named, each under its heading."""

    def make(root: Path) -> str:
        rows = read_rows(root / "results" / f"{name}.csv")
        return markdown(
            list(headings.values()), [[row[column] for column in headings] for row in rows]
        )

    return make


START: Final = {
    "process": "process",
    "median_s": "median, s",
    "peak_mb": "peak memory, MB",
    "of_tensorflow": "of `import tensorflow`",
}

MNIST: Final = {
    "model": "model",
    "way": "digits as",
    "n": "n",
    "errors": "wrong",
    "accuracy": "right",
    "low": "95 % from",
    "high": "to",
    "accepted_right": "accepted, right",
    "accepted_wrong": "accepted, wrong",
    "ece": "calibration error",
}

BATCH: Final = {
    "kind": "pictures",
    "workers": "workers",
    "pictures": "n",
    "per_second": "pictures a second",
    "peak_mb": "memory of all, MiB",
    "parent_mb": "of the process that hands out, MiB",
}

TABLES: dict[str, Callable[[Path], str]] = {
    "models": models_table,
    "reading": reading_table,
    "strings": strings_table,
    "mnist": csv_table("mnist", MNIST),
    "classic": classic_table,
    "start": csv_table("start", START),
    "batch": csv_table("batch", BATCH),
    "capacity": lambda root: markdown(HEADINGS, capacity_rows(root)),
    "speed": lambda root: markdown(*speed_rows(root)),
    "inference": lambda root: markdown(INFERENCE_HEADINGS, inference_rows(root)),
    "robust": lambda root: markdown(*robust_rows(root)),
    "classifier": lambda root: markdown(*classifier_rows(root)),
    "ladder": lambda root: markdown(*ladder_rows(root)),
    "fast": lambda root: markdown(*fast_rows(root)),
    "left_out": lambda root: markdown(*left_out_rows(root)),
}


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""A table, empty where it has no rows.

    >>> print(markdown(["a", "b"], [["1", "2|3"]]), end="")
    | a | b |
    |---|---|
    | 1 | 2\|3 |
    """
    if not rows:
        return ""
    lines = [headings, ["---"] * len(headings)]
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    text = ["| " + " | ".join(line) + " |" for line in [*lines, *escaped]]
    text[1] = text[1].replace(" ", "")
    return "\n".join(text) + "\n"


def filled(readme: str, root: Path = ROOT) -> str:
    """The text with every table between its markers written anew; one without figures is empty."""

    def table(match: re.Match[str]) -> str:
        if match[2] not in TABLES:
            raise SystemExit(f"no table is called {match[2]}; known: {list(TABLES)}")
        text = TABLES[match[2]](root)
        return match[1] + (f"\n{text}\n" if text else "") + match[3]

    return BLOCK.sub(table, readme)


def measured(root: Path = ROOT) -> str:
    """What `tenfold models` tells of each recipe, as JSON: the means of results/classic.csv."""
    recipes = {
        row["recipe"]: {
            "test_accuracy": float(row["test_accuracy"]),
            "test_spread": float(row["test_spread"]) if row["test_spread"] else None,
            "seeds": int(row["seeds"]),
        }
        for row in read_rows(root / "results" / "classic.csv")
        if row["augment"] == "False"
    }
    return json.dumps(recipes, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 where `--check` finds other texts than this would write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args(arguments).check
    texts = {ROOT / page: filled((ROOT / page).read_text("utf-8")) for page in FILLED}
    texts[ROOT / MEASURED] = measured()
    stale = [path for path, new in texts.items() if _text(path) != new]
    for path in stale:
        if check:
            print(f"{path}: not what results/ says. Run: python benchmarks/tables.py")
        else:
            path.write_text(texts[path], "utf-8")
    return int(check and bool(stale))


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
