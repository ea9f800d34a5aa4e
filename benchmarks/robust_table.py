"""The table of MNIST-C's corruptions: each model's share of right answers, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from facts import read_rows


def robust_rows(root: Path) -> tuple[Sequence[str], list[list[str]]]:
    """Headings and rows: a row a corruption, two columns a model; bold is through the reader."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in read_rows(root / "results" / "robust.csv"):
        found.setdefault(row["corruption"], {})[row["model"]] = row
    models = list(dict.fromkeys(model for rows in found.values() for model in rows))
    headings = ["corruption", "n"]
    for model in models:
        headings += [f"{model}, as arrays", "as pictures", "ECE"]
    table = []
    for corruption, rows in found.items():
        cells = [corruption.replace("_", " "), next(iter(rows.values()))["n"]]
        for model in models:
            cells += _cells(rows[model]) if model in rows else ["", "", ""]
        table.append(cells)
    return headings, table


def _cells(row: dict[str, str]) -> list[str]:
    raw, pictures = (f"{100 * float(row[key]):.2f}" for key in ("raw", "pictures"))
    return [raw, f"**{pictures}**", f"{float(row['pictures_ece']):.3f}"]
