"""`tenfold serve` as its own process."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from server_small import SEVEN
from tenfold.cli import app


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "tenfold", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.match(r"Tenfold is at (http://\S+)", line)
        assert found, line + process.stdout.read()
        yield found[1], process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        process.stdout.close()


def test_serve_says_where_it_is_keeps_its_port_and_ends_well() -> None:
    with served() as (address, process):
        digit = httpx.post(f"{address}api/digit", json={"strokes": [SEVEN]}, timeout=60)
        assert digit.json()["digit"] == 7
        port = address.rstrip("/").rpartition(":")[2]
        taken = CliRunner().invoke(app, ["serve", "--port", port])
    assert process.returncode == 0
    assert (taken.exit_code, taken.stdout) == (2, "")
    assert "Give another --port" in taken.stderr


def test_two_workers_share_one_address_one_token_and_one_set_of_counts() -> None:
    with served("--workers", "2", "--token", "open sesame") as (address, _):
        base, _, behind = address.partition("#")  # a browser keeps what stands there to itself
        assert behind == "token=open%20sesame"
        assert httpx.get(f"{base}v2", timeout=60).status_code == 401
        headers = {"authorization": "Bearer open sesame"}
        for _ in range(20):
            assert httpx.get(f"{base}v2", headers=headers, timeout=60).status_code == 200
        counts = httpx.get(f"{base}metrics", headers=headers, timeout=60).text
    assert 'tenfold_requests_total{path="/v2",status="200"} 20.0' in counts


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "nobody would be asked for a token"),
        (["--model", "tenfol"], 'Did you mean "tenfold"?'),
        (["--host", "203.0.113.9", "--open"], "cannot listen there"),
    ],
)
def test_what_cannot_be_served_is_wrong_usage(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(app, ["serve", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def test_serve_is_light() -> None:
    code = (
        "import sys; from tenfold.server import create_app; create_app();"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"keras", "tensorflow", "jax", "torch", "matplotlib", "sklearn", "tenfold.training"}
    assert set(done.stdout.split()).isdisjoint(heavy)


def test_the_page_lies_in_the_package() -> None:
    import tenfold.server

    here = Path(tenfold.server.__file__).parent
    assert {path.name for path in here.glob("page.*")} == {
        "page.py", "page.html", "page.js", "page.css"
    }  # fmt: skip
