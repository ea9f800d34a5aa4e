"""The table of docs/speed.md: what each step took before the work on speed, and what it takes."""

from collections.abc import Mapping
from pathlib import Path

from facts import read_rows

Row = Mapping[str, str]


def speed_rows(root: Path) -> tuple[list[str], list[list[str]]]:
    """Headings, and a row for each step; none where nothing was measured."""
    found: dict[str, dict[str, dict[str, Row]]] = {}
    for row in read_rows(root / "results" / "speed.csv"):
        found.setdefault(row["step"], {}).setdefault(row["picture"], {})[row["state"]] = row
    pictures = list(
        dict.fromkeys(picture for by_picture in found.values() for picture in by_picture)
    )
    rows = [
        [step, *(cell(by_picture.get(picture, {})) for picture in pictures)]
        for step, by_picture in found.items()
    ]
    return ["ms", *pictures], rows


def cell(rows: Mapping[str, Row]) -> str:
    """Before and after: ms and what share of the whole is left, or pictures a second.

    >>> row = {"ms": "4.61", "share": "0.25", "of_bare": "", "per_s": ""}
    >>> cell({"before": row, "after": row | {"ms": "2.1", "share": "0.15"}})
    '4.6 → 2.1 (15 %)'
    """
    states = [rows[state] for state in ("before", "after") if state in rows]
    if not states:
        return ""
    last = states[-1]
    if last["per_s"]:
        return " → ".join(row["per_s"] for row in states) + " a second"
    share = f" ({100 * float(last['share']):.0f} %)" if last["share"] else ""
    times = f" (x{last['of_bare']})" if last["of_bare"] else ""
    return " → ".join(f"{float(row['ms']):.1f}" for row in states) + share + times
