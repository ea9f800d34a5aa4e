"""What README says is run: its commands, its Python, its tables, its defaults."""

import inspect
import os
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

from tenfold.cli import VERBS, load_verb, read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CHEAP = ("read", "models", "doctor", "data")
TODAY = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """(command, the output shown below it) of every console block."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


TENFOLD = [(c, out) for c, out in commands() if "tenfold " in c]
RUN = [(c, out) for c, out in TENFOLD if re.search(r"tenfold (\S+)", c)[1] in CHEAP]
ONLY_CHECKED = [c for c, out in TENFOLD if (c, out) not in RUN]


def test_readme_has_commands_to_run() -> None:
    assert len(RUN) >= 5
    assert len(blocks("python")) >= 2


@pytest.mark.parametrize(("command", "output"), RUN, ids=[c for c, _ in RUN])
def test_a_command_of_the_readme_works_and_prints_what_is_shown(command: str, output: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | TODAY,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert output in ("", done.stdout)


@pytest.mark.parametrize("command", ONLY_CHECKED)
def test_a_long_command_of_the_readme_names_a_verb_and_options_that_are_there(command: str) -> None:
    verb = re.search(r"tenfold (\S+)", command)[1]
    assert verb in VERBS
    known = {option for parameter in load_verb(verb).params for option in parameter.opts}
    assert set(re.findall(r"--[\w-]+", command)) <= known


def test_the_make_targets_of_the_readme_are_there() -> None:
    named = {command.split()[1] for command, _ in commands() if command.startswith("make ")}
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"demo", "test"} <= named <= set(targets)


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_readme_runs(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})


def test_the_defaults_of_the_readme_are_those_of_the_command() -> None:
    told = dict(re.findall(r"^\| `--([\w-]+)` \|.*\| `?([^|`]+?)`? \|$", README, re.MULTILINE))
    options = {
        parameter.opts[0].removeprefix("--"): parameter.default
        for parameter in load_verb("read").params
        if parameter.name != "pictures"
    }
    plain = {
        name: value.value if isinstance(value, Enum) else value for name, value in options.items()
    }
    wanted = {
        name: "off" if value is None or value is False else str(value)
        for name, value in plain.items()
    }
    assert told == wanted
    assert float(told["min-confidence"]) == read.MIN_CONFIDENCE
    assert inspect.signature(read.read).parameters["polarity"].default == told["polarity"]


def test_the_tables_of_the_readme_are_those_of_the_results() -> None:
    command = [sys.executable, "benchmarks/tables.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+?)\)", document.read_text("utf-8")):
            assert link.startswith("https://") or (document.parent / link).exists(), link
