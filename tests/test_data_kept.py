"""A labelled folder that grows: what is kept is what the lab reads."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tenfold.data.folder import read_folder
from tenfold.data.kept import KeptFolder
from tenfold.errors import DataError

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8)
COLOUR = np.stack([GREY, GREY, 255 - GREY], axis=-1)


def keep(kept: KeptFolder, label: str, pixels: np.ndarray = GREY, name: str | None = None) -> str:
    return kept.keep(pixels, label, source="me", kind="test", name=name)


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_what_is_kept_is_read_as_it_was(tmp_path: Path, pixels: np.ndarray) -> None:
    kept = KeptFolder(tmp_path / "new" / "folder")
    name = keep(kept, "0,50", pixels)
    [record] = read_folder(kept.folder)
    assert (record.path.name, record.label) == (name, "0,50")
    assert (record.source, record.kind) == ("me", "test")
    assert np.array_equal(np.asarray(Image.open(record.path)), pixels)


def test_what_is_removed_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    kept = KeptFolder(tmp_path)
    names = [keep(kept, str(k), name=f"{k}.png") for k in range(3)]
    before = (tmp_path / "labels.csv").read_text()
    keep(kept, "9", name="nine.png")
    kept.remove("nine.png")
    assert (tmp_path / "labels.csv").read_text() == before
    kept.remove(names[1])
    assert [record.label for record in read_folder(tmp_path)] == ["0", "2"]
    assert {path.name for path in tmp_path.iterdir()} == {"labels.csv", "0.png", "2.png"}


OWN = "label,who,file\n7,Ann,a.png\n"


@pytest.mark.parametrize(
    "table", [OWN, OWN.strip(), "\ufeff" + OWN], ids=["whole", "no end of line", "of Excel"]
)
def test_a_table_of_one_s_own_keeps_its_columns_and_rows(tmp_path: Path, table: str) -> None:
    (tmp_path / "labels.csv").write_text(table, "utf-8")
    Image.fromarray(GREY).save(tmp_path / "a.png")
    kept = KeptFolder(tmp_path)
    keep(kept, "42", name="b.png")
    keep(kept, "43", name="c.png")
    kept.remove("b.png")
    records = read_folder(tmp_path)
    assert [(r.path.name, r.label) for r in records] == [("a.png", "7"), ("c.png", "43")]
    assert kept.rows()[0] == {"label": "7", "who": "Ann", "file": "a.png"}


def test_a_table_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("name,price\n")
    with pytest.raises(DataError, match="columns file,label; got name,price"):
        KeptFolder(tmp_path)
    assert (tmp_path / "labels.csv").read_text() == "name,price\n"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        KeptFolder(tmp_path / "file" / "folder")
