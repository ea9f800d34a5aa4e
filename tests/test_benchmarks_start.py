import subprocess
import sys
from pathlib import Path

import pytest

import start
from start import Start

LARGE = "block = bytearray(160 * 2**20); block[::4096] = b'1' * len(block[::4096])"


def test_the_peak_is_that_of_the_child_and_not_of_its_parent() -> None:
    ballast = bytearray(b"1") * (120 * 2**20)
    bare = start.run_once([sys.executable, "-c", "pass"])
    large = start.run_once([sys.executable, "-c", LARGE])
    assert bare[1] < 60 < 160 < large[1]
    assert len(ballast) > 0


def test_a_command_that_fails_has_no_time() -> None:
    with pytest.raises(subprocess.CalledProcessError, match="status 3"):
        start.run_once([sys.executable, "-c", "raise SystemExit(3)"])


def test_processes_take_turns_after_one_turn_that_is_not_counted(tmp_path: Path) -> None:
    log = tmp_path / "log"
    write = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    commands = {name: [sys.executable, "-c", write, str(log), name] for name in "ab"}
    starts = start.take_turns(commands, 2)
    assert log.read_text() == "ababab"
    assert [len(found.seconds) for found in starts.values()] == [2, 2]


def test_rows_give_medians_and_shares_of_the_import_of_tensorflow() -> None:
    starts = {
        start.READ: Start((0.5, 0.3, 0.4), 104.4),
        start.TENSORFLOW: Start((4.0, 4.4, 3.0), 669.0),
    }
    read, whole = start.rows(starts)
    assert (read["n"], read["median_s"], read["min_s"], read["max_s"]) == (
        *(3, "0.400", "0.300", "0.500"),
    )
    assert (read["peak_mb"], read["of_tensorflow"]) == ("104", "0.100")
    assert whole["of_tensorflow"] == "1.000"
    assert {*read} | set(start.FACTS) == set(start.COLUMNS)


@pytest.mark.parametrize(
    ("seconds", "peak_mb", "fast", "small"),
    [(0.6, 249.0, True, True), (0.7, 250.0, False, False)],
)
def test_the_verdicts_hold_up_to_a_sixth_and_below_the_limit(
    seconds: float, peak_mb: float, fast: bool, small: bool
) -> None:
    starts = {start.READ: Start((seconds,), peak_mb), start.TENSORFLOW: Start((3.6001,), 600.0)}
    memory, time = start.verdicts(starts)
    assert ("DOES NOT HOLD" in memory, "DOES NOT HOLD" in time) == (not small, not fast)


def test_without_tensorflow_the_share_is_said_to_be_unknown() -> None:
    starts = {start.READ: Start((0.4,), 100.0)}
    assert "not measured" in start.verdicts(starts)[1]
    assert start.rows(starts)[0]["of_tensorflow"] == ""
