"""Every reader of files that people hand over survives damaged ones; see fuzz_small.py."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="one of the kinds is an ONNX file, made with onnx")

MAKER = Path(__file__).with_name("fuzz_small.py")
KINDS = (
    "png", "jpeg", "webp", "tiff", "bmp", "gif", "ppm", "jp2", "pdf", "heic", "idx", "idx-gz",
    "npz", "labels", "promise", "manifest", "config", "onnx", "tar", "tgz", "txz", "zip",
)  # fmt: skip


@cache
def outcomes() -> tuple[dict[str, dict[str, int]], str]:
    """What came of every kind, and the last words; in a process of its own: C code can crash."""
    run = subprocess.run(
        [sys.executable, MAKER], capture_output=True, text=True, errors="replace", timeout=500
    )
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    told = {line["kind"]: line["told"] for line in lines if "told" in line}
    return told, f"exit code {run.returncode}, at {lines[-1:]}: {run.stderr[-2000:]}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_answered_or_refused_soon_and_in_bounds(kind: str) -> None:
    if kind in ("heic", "pdf"):
        pytest.importorskip({"heic": "pillow_heif", "pdf": "pypdfium2"}[kind])
    told, last_words = outcomes()
    assert kind in told, last_words
    assert set(told[kind]) <= {"answer", "refused"}, told[kind]


def test_the_damage_is_neither_none_nor_all() -> None:
    for kind, told in outcomes()[0].items():
        assert told.get("answer", 0) >= 1, kind
        assert told.get("refused", 0) >= 15, kind
