"""What stands beside every figure: command, versions, hardware, load, date; and safe tables."""

import csv
import io
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tenfold.data.cache import write_atomically

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "results"
FACTS: Final = ("command", "versions", "hardware", "load_1min", "date")
"""The last columns of every table in results/."""

Row = Mapping[str, object]


def facts(packages: Iterable[str]) -> dict[str, str]:
    """The columns `FACTS` of this run; paths in the command are shortened."""
    return {
        "command": command(sys.argv),
        "versions": versions(packages),
        "hardware": hardware(),
        "load_1min": f"{os.getloadavg()[0]:.2f}",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def command(arguments: Sequence[str]) -> str:
    """The command as one types it at the root of the repository.

    A path inside `$TENFOLD_DATA` is written so: where it lies here helps nobody.
    """
    data = os.environ.get("TENFOLD_DATA")
    words = ["python"]
    for word in arguments:
        path = Path(word)
        if data and path.is_absolute() and path.is_relative_to(data):
            words.append(f"$TENFOLD_DATA/{path.relative_to(data)}")
        elif path.is_absolute() and path.is_relative_to(ROOT):
            words.append(shlex.quote(str(path.relative_to(ROOT))))
        else:
            words.append(shlex.quote(word))
    return " ".join(words)


def versions(packages: Iterable[str]) -> str:
    """Python's version and those of the packages that are installed, in one cell."""
    found = [f"python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return "; ".join(found)


def hardware() -> str:
    """Processor and the cores that this process may use."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {n_cores} cores, {platform.system()} {platform.machine()}"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table, or none where there is no such file yet."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def keys_in(path: Path, key: Sequence[str]) -> set[tuple[str, ...]]:
    """What a table knows already: the key of each of its rows."""
    return {tuple(row[name] for name in key) for row in read_rows(path)}


def merge_rows(path: Path, rows: Sequence[Row], key: Sequence[str], columns: Sequence[str]) -> None:
    """Puts rows in a table, in the place of those with the same key; writes all of it or nothing.

    Rows that were there keep their order; a new key goes to the end.
    """
    merged: dict[tuple[str, ...], Row] = {}
    for row in (*read_rows(path), *rows):
        merged[tuple(str(row[name]) for name in key)] = row
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(merged.values())
    write_atomically(path, text.getvalue().encode())


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"
