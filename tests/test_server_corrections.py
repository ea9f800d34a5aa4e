"""Corrections: kept only where the server was told to, under names of its own."""

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from server_small import SEVEN, png, serving, written
from tenfold.data.folder import read_folder
from tenfold.server.settings import Settings

DRAWING = {"width": 280, "height": 280, "strokes": [SEVEN]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "marks"


@pytest.fixture
def client(folder: Path) -> Iterator[Any]:
    with (
        serving(Settings(corrections=str(folder))) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def test_nothing_is_kept_unless_the_server_was_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving() as address:
        assert httpx.get(f"{address}/api/corrections").json() == {"folder": None, "n": 0}
        answer = httpx.post(f"{address}/api/corrections?label=7", json=DRAWING)
        assert httpx.get(f"{address}/api/corrections.zip").status_code == 404
    assert answer.status_code == 404
    assert "--corrections FOLDER" in answer.json()["detail"]
    assert list(tmp_path.iterdir()) == []


def test_a_kept_correction_is_a_labelled_picture_that_the_lab_reads(
    client: Any, folder: Path
) -> None:
    page = written("407")
    assert client.post("/api/corrections?label=7", json=DRAWING).status_code == 201
    sent = [("file", ("../../evil.png", png(page)))]
    assert client.post("/api/corrections?label=407", files=sent).status_code == 201
    first, second = read_folder(folder)
    assert (first.digit, first.kind) == (7, "drawing")
    assert (second.label, second.kind) == ("407", "picture")
    assert np.array_equal(np.asarray(Image.open(second.path)), page)
    assert client.get("/api/corrections").json() == {"folder": str(folder), "n": 2}
    assert {path.name for path in folder.iterdir()} == {
        "labels.csv", first.path.name, second.path.name
    }  # fmt: skip
    assert "evil" not in second.path.name


@pytest.mark.parametrize("label", ["", "seven", "7\n8", "=1+1", "../7", "7" * 40, "1,", "-"])
def test_a_label_that_is_no_number_is_refused(client: Any, folder: Path, label: str) -> None:
    answer = client.post("/api/corrections", params={"label": label}, json=DRAWING)
    assert answer.status_code == 422
    assert read_rows(folder) == 0


def read_rows(folder: Path) -> int:
    return len((folder / "labels.csv").read_text().splitlines()) - 1


def test_what_is_no_picture_is_not_kept(client: Any, folder: Path) -> None:
    assert client.post("/api/corrections?label=1", content=b"#!/bin/sh").status_code == 422
    assert [path.name for path in folder.iterdir()] == ["labels.csv"]


def test_corrections_that_come_at_once_are_all_kept_whole(client: Any, folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        labels = [str(n) for n in range(24)]
        answers = list(
            pool.map(
                lambda label: client.post(f"/api/corrections?label={label}", json=DRAWING), labels
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(record.label for record in read_folder(folder)) == sorted(labels)


def test_the_folder_can_be_had_as_a_zip_file(client: Any, folder: Path) -> None:
    client.post("/api/corrections?label=7", json=DRAWING)
    (folder / "private.txt").write_text("not for everybody")
    answer = client.get("/api/corrections.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    [record] = read_folder(folder)
    assert names == ["corrections/labels.csv", f"corrections/{record.path.name}"]


def test_a_full_folder_keeps_no_more(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenfold.server.corrections.MAX_KEPT", 1)
    assert client.post("/api/corrections?label=7", json=DRAWING).status_code == 201
    assert client.post("/api/corrections?label=7", json=DRAWING).status_code == 507
