"""What SECURITY.md promises of files and of silence, as far as no other test holds it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tenfold"
FILES = sorted(SOURCE.rglob("*.py"))
RUN_WHAT_THEY_READ = {
    "pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal",
    "jsonpickle", "yaml",
}  # fmt: skip
CALLS = {"eval", "exec", "compile", "read_pickle", "to_pickle", "enable_unsafe_deserialization"}
SETTINGS = {"allow_pickle": True, "safe_mode": False, "shell": True}


def dangers(code: str) -> list[str]:
    """Whatever in the code would run what a file says."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = {(node.module or "").split(".")[0]}
        else:
            names = set()
        found += sorted(names & RUN_WHAT_THEY_READ)
        if isinstance(node, ast.Call):
            # A method of these names (re.compile, say) runs nothing.
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            found += [name] if name in CALLS else []
            found += [
                f"{keyword.arg}={keyword.value.value}"
                for keyword in node.keywords
                if keyword.arg in SETTINGS
                and isinstance(keyword.value, ast.Constant)
                and SETTINGS[keyword.arg] is keyword.value.value
            ]
    return found


def test_no_code_of_ours_runs_what_a_file_says() -> None:
    assert {path.name: dangers(path.read_text("utf-8")) for path in FILES} == {
        path.name: [] for path in FILES
    }


@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from joblib import load", "def f():\n    import dill as d",
        "eval('1')", "np.load(p, allow_pickle=True)", "load_model(p, safe_mode=False)",
        "run('ls', shell=True)",
    ],
)  # fmt: skip
def test_the_walk_finds_what_would_run_a_file(code: str) -> None:
    assert dangers(code) != []
    assert dangers("import json, re\nre.compile('x')\nnp.load(p, allow_pickle=False)") == []


def test_nothing_pickled_lies_in_the_package() -> None:
    for path in SOURCE.rglob("*"):
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays.files)
        assert path.suffix not in (".pkl", ".pickle", ".joblib", ".pt", ".pth"), path


def test_reading_writes_nothing_about_the_user_and_asks_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    unset = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    code = (
        "import socket, sys\n"
        "def no(*a, **k): raise AssertionError('asked the network')\n"
        "socket.socket.connect = no\n"
        "import numpy as np, tenfold\n"
        "tenfold.Reader().read(np.full((40, 40), 255, np.uint8))\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], env=env | {"HOME": str(home)}, cwd=tmp_path, check=True
    )
    assert list(home.rglob("*")) == []
