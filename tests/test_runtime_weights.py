import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tenfold.canon import CANON_VERSION
from tenfold.errors import ModelError, WeightsError
from tenfold.opening import find_model
from tenfold.runtime import (
    WEIGHTS,
    ManifestEntry,
    golden,
    golden_difference,
    golden_path,
    golden_tolerance,
    load_classifier,
    load_line_net,
    shipped,
    verify,
)

DATA = b"not a net, but bytes whose sha256 is known"


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "file": "small.onnx",
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "bytes": len(DATA),
        "parameters": 10,
        "recipe": "small",
        "canon": CANON_VERSION,
        "input": "images",
        "classes": list(range(10)),
        "data": ["mnist"],
        "measured": {"mnist_test": {"errors": 1, "n": 4}},
        "licence": "MIT",
        "made": {"command": "by hand"},
    } | changes


def write(folder: Path, **changes: Any) -> Path:
    manifest = {"schema": 1, "models": {"small": entry(**changes)}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "small.onnx").write_bytes(DATA)
    return folder


def test_a_manifest_entry_comes_back_from_its_json() -> None:
    known = {"kind": "digit", "computes": "float32", "sets": None, **entry()}
    assert ManifestEntry.from_dict(entry()).to_dict() == known
    assert ManifestEntry.from_dict(entry(later="a key of a later version")).to_dict() == known


def test_weights_that_are_those_of_the_manifest_pass(tmp_path: Path) -> None:
    assert verify("small", write(tmp_path)) == tmp_path / "small.onnx"


def test_altered_weights_are_named_with_the_sha256_expected_and_got(tmp_path: Path) -> None:
    write(tmp_path)
    altered = DATA[:-1] + b"!"
    (tmp_path / "small.onnx").write_bytes(altered)
    with pytest.raises(WeightsError) as caught:
        verify("small", tmp_path)
    wanted, got = (hashlib.sha256(data).hexdigest() for data in (DATA, altered))
    assert str(caught.value) == (
        f"{tmp_path / 'small.onnx'}: must have sha256 {wanted} (42 bytes); "
        f"got {got} (42 bytes). Install tenfold again."
    )


def test_missing_weights_are_named(tmp_path: Path) -> None:
    (write(tmp_path) / "small.onnx").unlink()
    with pytest.raises(WeightsError, match=r"small\.onnx: cannot be opened \(No such file"):
        verify("small", tmp_path)


def test_weights_of_another_canon_are_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        verify("small", write(tmp_path, canon=CANON_VERSION + 1))
    assert str(caught.value) == (
        f"small.onnx: was trained on canon {CANON_VERSION + 1}; this version makes canon "
        f"{CANON_VERSION}. Export it again with this version, or install the tenfold that made it."
    )


def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        verify("smal", write(tmp_path))
    assert str(caught.value) == (
        'smal: no such shipped model. Did you mean "small"? For a file, give its path with .onnx.'
    )


def test_a_model_of_another_kind_is_never_proposed() -> None:
    """`line` reads whole lines; who asks for a net of single digits is not led there."""
    assert "line" in shipped()
    with pytest.raises(ModelError, match=r"Known: [^.]*\. For a file") as caught:
        load_classifier("linx")
    assert "line" not in str(caught.value)
    assert "tenfold" in str(caught.value)
    with pytest.raises(ModelError, match="Known: line"):
        load_line_net("zzz")
    with pytest.raises(ModelError) as caught:
        find_model("linx")
    assert "line" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "the manifest of the weights is missing. Install"),
        ("{", "the manifest of the weights is damaged; got JSONDecodeError"),
        ('{"schema": 2}', "must have schema 1; got schema 2. Install"),
        ('{"schema": 1, "models": {"a": {}}}', "is damaged; got KeyError: 'file'"),
        ("[]", "is damaged; got TypeError"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_named(
    tmp_path: Path, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ModelError) as caught:
        shipped(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "manifest.json"))
    assert words in str(caught.value)


def test_every_shipped_model_is_whole_and_answers_as_it_did_when_it_was_made() -> None:
    names = shipped()
    assert "tenfold" in names
    for name, found in names.items():
        assert (WEIGHTS / found.file).stat().st_size == found.bytes
        assert golden_difference(name) <= golden_tolerance(name)


@pytest.mark.parametrize("stored", [None, b"", b"PK\x03\x04 no archive"])
def test_stored_answers_that_are_missing_or_damaged_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stored: bytes | None
) -> None:
    path = golden_path(tmp_path / "small.onnx")
    if stored is not None:
        path.write_bytes(stored)
    monkeypatch.setattr(golden, "verify", lambda name: tmp_path / "small.onnx")
    with pytest.raises(WeightsError) as caught:
        golden_difference("small")
    assert str(caught.value).startswith(f"{path}: the stored answers cannot be read (")


def test_the_weights_in_the_package_stay_small() -> None:
    assert 0 < sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 4_000_000
