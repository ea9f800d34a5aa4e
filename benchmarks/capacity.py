"""What so many pictures would take, reckoned from results/batch.csv: the table of docs/batch.md.

Assumptions are the constants; everything else was measured. Cost counts the cores
only, while they read; pictures and answers lie somewhere already.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from facts import read_rows

PRICE: Final = 0.04
"""US dollars for a core and hour: what clouds ask for plain cores by the hour, about."""

SIZES: Final = {10**6: 2, 10**8: 64, 10**10: 2048}
"""Pictures, and cores that are put to them."""

STORE_PER_S: Final = 5500
"""Files a second out of one prefix of an object store, as Amazon promises for S3."""

HEADINGS: Final = (
    *("pictures", "each a", "cores", "hours", "batches", "memory, GB", "pictures take, GB"),
    *("answers take, GB", "files opened a second", "USD a million", "first limit"),
)

_WORDS: Final = {10**6: "1 million", 10**8: "100 million", 10**10: "10 billion"}
_IDLE: Final = "nothing read"
_BIG_MB: Final = 1000.0

Row = Mapping[str, str]


def capacity_rows(root: Path) -> list[list[str]]:
    """A row for each number of pictures and kind of picture; none where nothing was measured."""
    found = read_rows(root / "results" / "batch.csv")
    kinds = dict.fromkeys(
        row["kind"] for row in found if row["kind"] != _IDLE and row["workers"] == "1"
    )
    idle = [row for row in found if row["kind"] == _IDLE]
    if not idle:
        return []
    parent_ms = float(largest(idle, workers=2)["parent_ms"])
    return [
        _row(n, cores, kind, [row for row in found if row["kind"] == kind], parent_ms)
        for n, cores in SIZES.items()
        for kind in kinds
    ]


def _row(n: int, cores: int, kind: str, measured: Sequence[Row], parent_ms: float) -> list[str]:
    both = largest(measured, workers=2)
    per_core = float(both["per_second"]) / 2
    feeds = int(1000 / (parent_ms * per_core))  # cores that one batch keeps busy
    batches = -(-cores // max(feeds, 1))
    worker_mb = (float(both["peak_mb"]) - float(both["parent_mb"])) / 2
    memory = cores * worker_mb + batches * float(both["parent_mb"])
    in_gb, out_gb = (n * float(both[name]) / 1e9 for name in ("in_bytes", "out_bytes"))
    rate = cores * per_core
    return [
        _WORDS[n],
        kind,
        f"{cores:,}",
        f"{n / rate / 3600:,.1f}",
        f"{batches:,}",
        f"{memory / _BIG_MB:,.1f}",
        f"{in_gb:,.0f}",
        f"{out_gb:,.0f}",
        f"{rate:,.0f}",
        f"{PRICE * 10**6 / per_core / 3600:.2f}",
        first_limit(rate, batches),
    ]


def first_limit(rate: float, batches: int) -> str:
    """What gives out first as cores are added.

    >>> first_limit(200, 1), first_limit(20_000, 1)
    ('the cores', 'the storage: more than one prefix gives')
    """
    if rate > STORE_PER_S:
        return "the storage: more than one prefix gives"
    return "the cores" if batches == 1 else "one writer: shards"


def largest(rows: Sequence[Row], workers: int) -> Row:
    """The row with most pictures, for so many workers."""
    return max(
        (row for row in rows if int(row["workers"]) == workers),
        key=lambda row: int(row["pictures"]),
    )
