"""The light wing stays light: measured in fresh processes, by what they loaded."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tenfold
from tenfold.cli import VERBS

HEAVY = ("keras", "tensorflow", "jax", "torch", "matplotlib", "sklearn", "mlxtend", "optuna")

SPY = """
import json, sys
def refuse_network(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise RuntimeError(f"the network was asked for: {event} {arguments}")
sys.addaudithook(refuse_network)
try:
    exec(sys.argv.pop(1))
finally:
    loaded = sorted({name.split(".")[0] for name in sys.modules})
    print(json.dumps(loaded), file=sys.stderr)
"""


def loaded_by(code: str, *arguments: str | Path) -> tuple[set[str], str]:
    """Top-level packages that a fresh Python has loaded after the code, and its stdout.

    The process is refused the network.
    """
    done = subprocess.run(
        [sys.executable, "-c", SPY, code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


RUN = "from tenfold.cli import main; main()"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pixels = np.full((60, 60), 250, np.uint8)
    pixels[10:50, 28:33] = 40
    Image.fromarray(pixels).save(tmp_path / "one.png")
    return tmp_path / "one.png"


def test_importing_tenfold_brings_in_nothing_to_wait_for() -> None:
    loaded, _ = loaded_by("import tenfold")
    assert loaded.isdisjoint({*HEAVY, "numpy", "cv2", "PIL", "onnxruntime", "typer", "rich"})


def test_using_every_public_name_brings_in_no_heavy_package() -> None:
    code = "import tenfold; [getattr(tenfold, name) for name in tenfold.__all__]; tenfold.Reader()"
    loaded, _ = loaded_by(code)
    assert loaded.isdisjoint(HEAVY)
    assert "onnxruntime" in loaded


def test_tenfold_read_brings_in_no_heavy_package_and_asks_for_no_network(picture: Path) -> None:
    loaded, out = loaded_by(RUN, "read", "--json", picture)
    assert json.loads(out)["error"] is None
    assert loaded.isdisjoint(HEAVY)
    assert {"cv2", "PIL", "onnxruntime"} <= loaded


@pytest.mark.parametrize("arguments", [["models"], ["doctor"], ["--help"], ["read", "--help"]])
def test_the_other_light_verbs_and_the_help_bring_in_no_heavy_package(arguments: list[str]) -> None:
    loaded, out = loaded_by(RUN, *arguments)
    assert out
    assert loaded.isdisjoint(HEAVY)


def test_preparing_every_verb_brings_in_no_heavy_package() -> None:
    code = "from tenfold.cli import VERBS, load_verb; print([load_verb(v).name for v in VERBS])"
    loaded, out = loaded_by(code)
    assert out == f"{list(VERBS)}\n"
    assert loaded.isdisjoint(HEAVY)


def test_a_missing_picture_is_told_without_loading_a_model(tmp_path: Path) -> None:
    loaded, out = loaded_by(RUN, "read", tmp_path / "gone.png")
    assert "no such file" in out
    assert "onnxruntime" not in loaded


def test_every_public_name_is_there_and_listed() -> None:
    for name in tenfold.__all__:
        assert getattr(tenfold, name) is not None
    assert set(tenfold.__all__) <= set(dir(tenfold))
    with pytest.raises(AttributeError, match="module 'tenfold' has no attribute 'reader'"):
        tenfold.reader  # noqa: B018
