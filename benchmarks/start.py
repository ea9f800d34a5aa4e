"""Times whole processes: `tenfold read` of a small picture beside `import tensorflow`.

The processes take turns, so that a busy minute hits all of them; each has one
uncounted turn first, which fills the file cache. Rows go to results/start.csv.
"""

import shutil
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from facts import FACTS, RESULTS, ROOT, facts, merge_rows

COLUMNS: Final = (
    *("process", "n", "median_s", "min_s", "max_s", "peak_mb", "of_tensorflow", *FACTS),
)
PACKAGES: Final = ("tenfold", "numpy", "opencv-python-headless", "onnxruntime", "tensorflow-cpu")
TENSORFLOW: Final = "import tensorflow"
READ: Final = "tenfold read"
MAX_SHARE: Final = 1 / 6
MAX_PEAK_MB: Final = 250


@dataclass(frozen=True, slots=True)
class Start:
    """The turns of one process.

    Attributes:
        seconds: wall time of each turn.
        peak_mb: largest resident memory of any turn, in MiB.
    """

    seconds: tuple[float, ...]
    peak_mb: float

    @property
    def median_s(self) -> float:
        """Median wall time."""
        return statistics.median(self.seconds)


def main(
    picture: Annotated[Path, typer.Argument(help="One small picture.")] = ROOT
    / "examples"
    / "digit.png",
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another model than the default.")
    ] = None,
    turns: Annotated[int, typer.Option(min=1, help="Counted turns of each process.")] = 10,
    results: Annotated[
        Path, typer.Option(metavar="FILE", help="The table whose rows are replaced.")
    ] = RESULTS / "start.csv",
) -> None:
    """Measure whole processes and say whether Tenfold starts fast and small enough."""
    noted = facts(PACKAGES)
    starts = take_turns(processes(picture, model), turns)
    merge_rows(results, [row | noted for row in rows(starts)], ("process",), COLUMNS)
    for row in rows(starts):
        share = f"{row['of_tensorflow']} of tensorflow" if row["of_tensorflow"] else ""
        typer.echo(f"{row['process']:20}{row['median_s']} s  {row['peak_mb']} MB  {share}")
    for verdict in verdicts(starts):
        typer.echo(verdict)


def processes(picture: Path, model: str | None) -> dict[str, list[str]]:
    """The commands that are timed, by name; TensorFlow only where it is installed."""
    script = shutil.which("tenfold", path=sysconfig.get_path("scripts"))
    tenfold = [script] if script else [sys.executable, "-m", "tenfold"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import tenfold": [sys.executable, "-c", "import tenfold"],
        READ: [*tenfold, "read", str(picture), *(["--model", model] if model else [])],
    }
    if _can_import("tensorflow"):
        commands[TENSORFLOW] = [sys.executable, "-c", TENSORFLOW]
    return commands


def take_turns(commands: Mapping[str, Sequence[str]], turns: int) -> dict[str, Start]:
    """Each command run `turns` times, one after the other, after one turn that is not counted.

    Raises:
        subprocess.CalledProcessError: a command failed; its time would mean nothing.
    """
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, command in commands.items():
            figures = run_once(command)
            if turn:
                measured[name].append(figures)
    return {
        name: Start(tuple(s for s, _ in pairs), max(mb for _, mb in pairs))
        for name, pairs in measured.items()
    }


def run_once(command: Sequence[str]) -> tuple[float, float]:
    """Wall seconds and peak resident memory in MiB of one process.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    said = subprocess.run(launcher, check=True, capture_output=True, text=True).stdout
    seconds, peak, code = said.split()
    if int(code):
        raise subprocess.CalledProcessError(int(code), list(command))
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
    return float(seconds), int(peak) / unit


# A process starts as a copy of its parent, and Linux counts the copy's memory as its own peak:
# so the parent is an interpreter with next to nothing in it.
_LAUNCHER: Final = """
import os, sys, time
nothing = os.open(os.devnull, os.O_WRONLY)
quiet = [(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (1, 2)]
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


def rows(starts: Mapping[str, Start]) -> list[dict[str, object]]:
    """One line of results/start.csv for each process, without the facts of the run."""
    whole = starts.get(TENSORFLOW)
    return [
        {
            "process": name,
            "n": len(start.seconds),
            "median_s": f"{start.median_s:.3f}",
            "min_s": f"{min(start.seconds):.3f}",
            "max_s": f"{max(start.seconds):.3f}",
            "peak_mb": f"{start.peak_mb:.0f}",
            "of_tensorflow": f"{start.median_s / whole.median_s:.3f}" if whole else "",
        }
        for name, start in starts.items()
    ]


def verdicts(starts: Mapping[str, Start]) -> list[str]:
    """Whether reading starts in a sixth of TensorFlow's import and in 250 MB, in words."""
    read, whole = starts[READ], starts.get(TENSORFLOW)
    small = "holds" if read.peak_mb < MAX_PEAK_MB else "DOES NOT HOLD"
    said = [f"under {MAX_PEAK_MB} MB: {small} ({read.peak_mb:.0f} MB)"]
    if whole is None:
        return [*said, "a sixth of import tensorflow: not measured, TensorFlow is not installed"]
    share = read.median_s / whole.median_s
    fast = "holds" if share <= MAX_SHARE else "DOES NOT HOLD"
    return [*said, f"a sixth of import tensorflow: {fast} (1/{1 / share:.1f})"]


def _can_import(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


if __name__ == "__main__":
    typer.run(main)
