"""Load on `tenfold serve`: requests a second, latency, losses, memory; beside a naive server.

The client is wrk (`apt-get install wrk`) on the same machine. Both servers run
all the time and are asked in turn, so that a busy minute hits both. Rows go to
results/serve.csv. `--soak 600` asks for ten minutes and watches the memory;
`--seconds 0 --no-page --soak 600` does that alone, on a busy machine too: only
the memory and what was lost count in its row.
"""

import contextlib
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from facts import FACTS, RESULTS, ROOT, facts, merge_rows

COLUMNS: Final = (
    *("server", "asked", "connections", "seconds", "requests", "per_second"),
    *("p50_ms", "p95_ms", "p99_ms", "lost", "rss_first_mb", "rss_last_mb", *FACTS),
)
PACKAGES: Final = ("tenfold", "fastapi", "uvicorn", "onnxruntime", "keras", "tensorflow-cpu")
CONNECTIONS: Final = (1, 8, 64)
TIMES: Final = 10
LIVE_MS: Final = 50
LONG: Final = "strokes, long"
FLAT: Final = 1.03  # times the memory at the beginning
OURS, NAIVE = "tenfold serve", "FastAPI and Keras predict"

STROKES: Final = {
    "strokes": [{"points": [[80, 70], [120, 72], [190, 70], [165, 110], [140, 170], [120, 220]]}]
}
IMAGE: Final = {
    "image": [
        [float(8 < column < 12 and 4 < row < 24) for column in range(28)] for row in range(28)
    ]
}

SCRIPT: Final = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = [==[%s]==]
done = function(summary, latency)
  local e = summary.errors
  local lost = e.connect + e.read + e.write + e.timeout + e.status
  print(string.format("RESULT %%d %%d %%d %%d %%d %%d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), lost))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw.

    Attributes:
        requests: answered in all.
        seconds: that it took.
        p50_ms: median latency.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        lost: connections that broke, timeouts, and answers other than 2xx.
    """

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    lost: int

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def main(
    seconds: Annotated[int, typer.Option(min=0, help="Of load, for each figure; 0: none.")] = 15,
    workers: Annotated[int, typer.Option(min=1, help="Processes of tenfold serve.")] = 1,
    soak: Annotated[int, typer.Option(min=0, help="Seconds of load for the memory.")] = 0,
    naive: Annotated[bool, typer.Option(help="Measure the naive server as well.")] = True,
    page: Annotated[bool, typer.Option(help="Measure the live answer in Chromium.")] = True,
    results: Annotated[Path, typer.Option(metavar="FILE")] = RESULTS / "serve.csv",
) -> None:
    """Measure the server under load and say whether it holds what is promised."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    noted = facts(PACKAGES)
    name = OURS if workers == 1 else f"{OURS} --workers {workers}"
    found: list[dict[str, object]] = []

    def note(row: dict[str, object]) -> None:
        found.append(row | noted)
        typer.echo("  ".join(str(value) for value in row.values()))

    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(tenfold_server(workers))
        rivals = [(name, "strokes", ours, "/api/digit", STROKES)]
        rivals += [(name, "28x28", ours, "/api/digit", IMAGE)]
        if naive and seconds:
            other = stack.enter_context(naive_server())
            rivals += [(NAIVE, "28x28", other, "/predict", IMAGE)]
        for connections in CONNECTIONS if seconds else ():
            for server, asked, running, path, body in rivals:
                press(running.address + path, body, connections, 2)  # what is new is slow
                before = running.rss_mb()
                load = press(running.address + path, body, connections, seconds)
                note(row_of(server, asked, connections, load, before, running.rss_mb()))
        if soak:
            note(soaked(name, ours, soak))
        if page:
            note(live_row(name, ours.address))
    merge_rows(results, found, ("server", "asked", "connections"), COLUMNS)
    for verdict in verdicts(name, found):
        typer.echo(verdict)


@dataclass(frozen=True, slots=True)
class Running:
    """A server under test: where it is, and its process."""

    address: str
    process: "subprocess.Popen[str]"

    def rss_mb(self) -> float:
        """Resident memory in MiB of the process and its children, as /proc has it."""
        return sum(map(_rss_mb, _family(self.process.pid)))


@contextlib.contextmanager
def tenfold_server(workers: int) -> Iterator[Running]:
    """`tenfold serve` on a free port, answering."""
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", "--workers", str(workers)]
    with _started(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        found = re.match(r"Tenfold is at (http://[^/\s]+)", process.stdout.readline())
        if found is None:
            raise SystemExit("tenfold serve did not start")
        yield Running(_answering(found[1] + "/healthz", found[1]), process)


@contextlib.contextmanager
def naive_server() -> Iterator[Running]:
    """The naive server on a free port, answering."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("naive_server.py")
    with _started([sys.executable, str(script), str(port)], stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        yield Running(_answering(address + "/openapi.json", address), process)


@contextlib.contextmanager
def _started(command: list[str], stdout: int) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        command, stdout=stdout, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _answering(url: str, address: str, patience_s: float = 120) -> str:
    for _ in range(int(patience_s * 5)):
        try:
            with urllib.request.urlopen(url, timeout=patience_s):
                return address
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{url}: no answer after {patience_s:g} s")


def press(url: str, body: object, connections: int, seconds: int) -> Load:
    """Load by wrk on one thread.

    Raises:
        subprocess.CalledProcessError: wrk failed.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % json.dumps(body))
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
        done = subprocess.run(
            [*command, "-s", script.name, url], check=True, capture_output=True, text=True
        )
    found = re.search(r"RESULT" + r" (\d+)" * 6, done.stdout)
    if found is None:
        raise SystemExit(f"wrk said:\n{done.stdout}{done.stderr}")
    requests, took_us, p50_us, p95_us, p99_us, lost = map(int, found.groups())
    return Load(requests, took_us / 1e6, p50_us / 1e3, p95_us / 1e3, p99_us / 1e3, lost)


def soaked(server: str, running: Running, seconds: int) -> dict[str, object]:
    """Load for a long time; memory is the mean of the first and of the last tenth of it."""
    memory: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(max(seconds / 200, 0.2)):
            memory.append(running.rss_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    load = press(f"{running.address}/api/digit", STROKES, 8, seconds)
    over.set()
    watcher.join()
    tenth = max(len(memory) // 10, 1)
    first, last = statistics.mean(memory[:tenth]), statistics.mean(memory[-tenth:])
    return row_of(server, LONG, 8, load, first, last)


def row_of(
    server: str, asked: str, connections: int, load: Load, first_mb: float, last_mb: float
) -> dict[str, object]:
    """One line of results/serve.csv, without the facts of the run."""
    return {
        "server": server,
        "asked": asked,
        "connections": connections,
        "seconds": f"{load.seconds:.0f}",
        "requests": load.requests,
        "per_second": f"{load.per_second:.1f}",
        "p50_ms": f"{load.p50_ms:.2f}",
        "p95_ms": f"{load.p95_ms:.2f}",
        "p99_ms": f"{load.p99_ms:.2f}",
        "lost": load.lost,
        "rss_first_mb": f"{first_mb:.0f}",
        "rss_last_mb": f"{last_mb:.0f}",
    }


def live_row(server: str, address: str) -> dict[str, object]:
    """From the pen's leaving the sheet to the answer on the page, in Chromium."""
    from pages import draw_sevens, opened_page

    with opened_page(address) as page:
        took = sorted(draw_sevens(page, 40)[5:])  # the first ones warm the page up
    return {
        "server": server,
        "asked": "live answer in the page",
        "connections": 1,
        "seconds": "",
        "requests": len(took),
        "per_second": "",
        "p50_ms": f"{statistics.median(took):.2f}",
        "p95_ms": f"{took[int(0.95 * len(took))]:.2f}",
        "p99_ms": f"{took[-1]:.2f}",
        "lost": 0,
        "rss_first_mb": "",
        "rss_last_mb": "",
    }


def verdicts(server: str, rows: list[dict[str, object]]) -> list[str]:
    """Whether it is ten times the naive server, loses nothing, and the page is live."""
    speed = {(r["server"], r["asked"], r["connections"]): r for r in rows}
    said = []
    for connections in CONNECTIONS:
        naive = speed.get((NAIVE, "28x28", connections))
        if naive is not None:
            ours = speed[server, "strokes", connections]
            slow = max(float(str(naive["per_second"])), 0.1)  # it may not have answered at all
            times = float(str(ours["per_second"])) / slow
            holds = "holds" if times >= TIMES else "DOES NOT HOLD"
            said.append(f"{TIMES} times the naive server at {connections}: {holds} ({times:.0f})")
    lost = sum(int(str(row["lost"])) for row in rows if row["server"] == server)
    said.append(f"none lost: {'holds' if not lost else f'DOES NOT HOLD ({lost})'}")
    for row in rows:
        if row["asked"] == LONG:
            first, last = (float(str(row[name])) for name in ("rss_first_mb", "rss_last_mb"))
            holds = "holds" if last <= FLAT * first else "DOES NOT HOLD"
            said.append(f"memory flat over {row['seconds']} s: {holds} ({first:g} to {last:g} MiB)")
    live = speed.get((server, "live answer in the page", 1))
    if live is not None:
        holds = "holds" if float(str(live["p95_ms"])) <= LIVE_MS else "DOES NOT HOLD"
        took = f"median {live['p50_ms']}, 95 % within {live['p95_ms']}, worst {live['p99_ms']}"
        said.append(f"live within {LIVE_MS} ms: {holds} ({took})")
    return said


def _family(pid: int) -> list[int]:
    """A process and its children, as Linux tells them."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    typer.run(main)
