"""What the batch's figures say is what can be reckoned from them by hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

import batch
import capacity
from facts import merge_rows

ROW = {"seconds": "10", "wall_s": "12", "in_bytes": "500", "out_bytes": "1000"}
FOUND = [
    {"kind": "digits", "workers": "1", "pictures": "1000", "per_second": "100", **ROW}
    | {"peak_mb": "200", "parent_mb": "100", "parent_ms": "0.5"},
    {"kind": "digits", "workers": "2", "pictures": "500", "per_second": "190", **ROW}
    | {"peak_mb": "290", "parent_mb": "100", "parent_ms": "0.5"},
    {"kind": "digits", "workers": "2", "pictures": "1000", "per_second": "200", **ROW}
    | {"peak_mb": "300", "parent_mb": "100", "parent_ms": "0.5"},
    {"kind": "nothing read", "workers": "2", "pictures": "1000", "per_second": "9000", **ROW}
    | {"peak_mb": "300", "parent_mb": "100", "parent_ms": "0.1"},
]


def test_the_capacity_is_reckoned_from_the_largest_batch_of_two_workers(tmp_path: Path) -> None:
    merge_rows(tmp_path / "results" / "batch.csv", FOUND, batch.KEY, batch.COLUMNS)
    rows = [
        dict(zip(capacity.HEADINGS, row, strict=True)) for row in capacity.capacity_rows(tmp_path)
    ]
    small, _, large = rows
    # 100 a second and core: 2 cores need 5,000 s; a core-hour is 360,000 pictures at 4 cents.
    assert (small["pictures"], small["cores"], small["hours"]) == ("1 million", "2", "1.4")
    assert small["USD a million"] == "0.11"
    assert (small["memory, GB"], small["batches"]) == ("0.3", "1")
    assert (small["pictures take, GB"], small["answers take, GB"]) == ("0", "1")
    # 0.1 ms of the parent for 10 ms of a core: it feeds 100, so 2,048 cores are 21 batches.
    assert (large["batches"], large["files opened a second"]) == ("21", "204,800")
    assert large["hours"] == "13.6"
    assert large["first limit"].startswith("the storage")
    assert capacity.capacity_rows(tmp_path / "none") == []


def test_the_verdict_compares_workers_and_sizes() -> None:
    said = batch.verdict("digits", FOUND)
    assert "2.00 times one worker" in said
    assert "0.95 times that rate with 500 pictures in place of 1000" in said


@pytest.mark.parametrize(("kind", "shape"), [(batch.DIGIT, (28, 28)), (batch.NUMBER, (100, 300))])
def test_the_pictures_are_ink_on_paper_and_the_same_each_time(
    kind: str, shape: tuple[int, int]
) -> None:
    first, again = (batch.picture(kind, np.random.default_rng(3)) for _ in range(2))
    assert first == again
    pixels = cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels.shape == shape
    assert np.median(pixels) > 200 > 120 > pixels.min()
    assert 0.01 < (pixels < 150).mean() < 0.5
