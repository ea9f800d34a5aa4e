"""The table of results/inference.csv in docs/speed.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from facts import read_rows

INFERENCE_HEADINGS: Final = (
    *("model", "runtime", "kB", "one digit, ms", "95 of 100 within"),
    *("digits a second", "on two threads", "of the core's limit: one digit", "in batches"),
    *("wrong", "lost / won", "p", "log loss", "p", "set aside for 0.1 % wrong"),
)


def inference_rows(root: Path) -> list[list[str]]:
    """A row for each net in each runtime, none where nothing was measured."""
    return [_row(row) for row in read_rows(root / "results" / "inference.csv")]


def _row(row: Mapping[str, str]) -> list[str]:
    return [
        row["model"],
        row["runtime"],
        f"{int(row['bytes']) / 1000:,.1f}",
        f"{float(row['ms_one_median']):.3f}",
        f"{float(row['ms_one_p95']):.3f}",
        f"{int(row['per_s_1_thread']):,}",
        f"{int(row['per_s_2_threads']):,}",
        f"{100 * float(row['share_one']):.1f} %",
        f"{100 * float(row['share_batch']):.1f} %",
        f"{row['errors']} of {int(row['n_test']):,}",
        f"{row['lost']} / {row['won']}" if row["p"] else "–",
        row["p"] or "–",
        row["nll"] or "–",
        row["p_nll"] or "–",
        f"{100 * float(row['rejected_0.1']):.2f} %" if row["rejected_0.1"] else "–",
    ]
