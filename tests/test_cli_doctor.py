import json
import subprocess
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenfold.cli import app, doctor
from tenfold.errors import WeightsError

Run = Callable[..., subprocess.CompletedProcess[str]]
LIGHT = {
    *("numpy", "opencv-python-headless", "pillow", "onnxruntime", "typer", "rich"),
    *("python-stdnum", "regex", "prompt-toolkit"),
}


def checks() -> dict[str, dict[str, str]]:
    rows = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    return {row["what"]: row for row in rows}


def test_a_whole_installation_passes(run_tenfold: Run) -> None:
    done = run_tenfold("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert ["model", "tenfold", "ok"] in [line.split()[:3] for line in done.stdout.splitlines()]


def test_the_packages_are_those_of_pyproject() -> None:
    found = doctor.extras()
    assert set(found[""][0]) == LIGHT
    assert found.keys() == {"", "train", "serve", "formats", "batch", "ray", "dev"}
    assert set(found["train"][1]) == {"tensorflow", "tensorflow-cpu"}
    assert "keras" in found["train"][0]


def test_a_missing_extra_is_told_with_its_remedy_and_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hide(monkeypatch, "fastapi", "tensorflow", "tensorflow-cpu")
    found = checks()
    assert found["extra serve"]["state"] == "missing"
    assert found["extra serve"]["detail"] == (
        "lacks fastapi; to have it: pip install 'tenfold[serve]'"
    )
    assert "lacks tensorflow-cpu or tensorflow;" in found["extra train"]["detail"]
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0


def test_a_missing_package_of_the_light_wing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, "pillow")
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert done.stderr == "Broken: packages.\n"


def test_altered_weights_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def altered(name: str) -> float:
        raise WeightsError(f"{name}.onnx", "is altered")

    monkeypatch.setattr("tenfold.runtime.golden_difference", altered)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "tenfold.onnx: is altered." in done.stdout


def test_weights_that_answer_otherwise_than_when_they_were_made_are_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tenfold.runtime.golden_difference", lambda name: 0.25)
    assert checks()["model tenfold"]["state"] == "broken"


def test_the_data_folder_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path))
    assert checks()["data folder"]["detail"] == f"{tmp_path} ($TENFOLD_DATA)"
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "gone"))
    assert checks()["data folder"]["state"] == "missing"
    monkeypatch.delenv("TENFOLD_DATA")
    assert checks()["data folder"]["detail"] == "$TENFOLD_DATA is not set"


def hide(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Let these packages look as if they were not installed."""
    real = doctor.version

    def version(name: str) -> str:
        if name in packages:
            raise PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor, "version", version)
