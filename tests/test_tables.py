import csv
import json
from pathlib import Path
from typing import Any

import pytest

import tables

READING = {
    "right_low": "0.961",
    "right_high": "0.9987",
    "mean_over_sources": "0.9812",
    "accepted_wrong": "1",
    "ms_median": "4.26",
}


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def reading(reader: str, folder: str, rate: float, n: int = 45) -> dict[str, Any]:
    return {"reader": reader, "folder": folder, "n": n, "right_rate": rate, **READING}


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_table_without_figures_is_left_out(tmp_path: Path) -> None:
    readme = "a\n<!-- table: reading -->\nold\n<!-- end -->\nb\n"
    assert tables.filled(readme, tmp_path) == ("a\n<!-- table: reading -->\n<!-- end -->\nb\n")


def test_the_reading_table_sets_every_reader_beside_tenfold(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "results" / "reading.csv",
        [
            reading("tenfold", "grid_cells", 0.9778),
            reading("rapidocr", "grid_cells", 0.9556),
            reading("tenfold", "numbers", 0.9),
        ],
    )
    table = cells(tables.reading_table(tmp_path))
    assert table[0][:3] == ["pictures", "n", "tenfold"]
    assert table[0][5] == "rapidocr"
    assert table[2] == [
        *("grid cells", "45", "**97.8**", "96.1-99.9", "98.1", "95.6", "1", "4.3"),
    ]
    assert table[3][:3] == ["numbers", "45", "**90.0**"]
    assert table[3][5] == ""


def test_the_models_table_gives_errors_with_n_and_interval(tmp_path: Path) -> None:
    weights = tmp_path / "src" / "tenfold" / "weights"
    weights.mkdir(parents=True)
    entry = {
        **dict.fromkeys(("file", "sha256", "recipe", "input", "data", "licence", "made"), ""),
        "bytes": 401_234,
        "parameters": 96_123,
        "canon": 1,
        "classes": [],
        "measured": {"mnist_test": {"errors": 41, "n": 10_000, "interval": [0.003, 0.00556]}},
    }
    manifest = {"schema": 1, "models": {"tenfold": entry}}
    (weights / "manifest.json").write_text(json.dumps(manifest))
    assert cells(tables.models_table(tmp_path))[2:] == [
        ["tenfold", "41 of 10,000", "0.30-0.56 %", "96,123", "401 kB"]
    ]


def test_text_outside_the_markers_is_kept_and_filling_twice_changes_nothing(tmp_path: Path) -> None:
    row = {"process": "a|b", "n": 10, "median_s": 0.5, "peak_mb": 99, "of_tensorflow": 0.1}
    write_csv(tmp_path / "results" / "start.csv", [row])
    readme = "head\n<!-- table: start -->\nold\n<!-- end -->\ntail\n"
    once = tables.filled(readme, tmp_path)
    assert once.startswith("head\n<!-- table: start -->\n\n| process | median, s |")
    assert "| a\\|b | 0.5 | 99 | 0.1 |" in once
    assert once.endswith("|\n\n<!-- end -->\ntail\n")
    assert tables.filled(once, tmp_path) == once


def test_a_marker_of_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no table is called spede; known: "):
        tables.filled("<!-- table: spede -->\n<!-- end -->", tmp_path)
