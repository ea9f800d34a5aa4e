import os
from pathlib import Path

import numpy as np
import pytest

from tenfold.data.folder import Record, load_npz, read_folder
from tenfold.errors import DataError

REAL = Path(os.environ.get("TENFOLD_DATA", "no-such-folder")) / "real"


def folder_with(tmp_path, table, files=("a.png", "b.png")):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    if table is not None:
        (tmp_path / "labels.csv").write_bytes(table.encode("utf-8"))
    return tmp_path


def fault_of(call, *args):
    with pytest.raises(DataError) as fault:
        call(*args)
    return str(fault.value)


def test_records_come_in_the_order_of_the_table(tmp_path):
    here = folder_with(tmp_path, "file,label,source,kind\nb.png,007,ann,photo\na.png,3,bob,\n")
    assert read_folder(here) == (
        Record(here / "b.png", "007", "ann", "photo"),
        Record(here / "a.png", "3", "bob", ""),
    )


@pytest.mark.parametrize(
    "table",
    [
        "file,label\na.png,3\n",
        "label,remark,file\r\n3,of no use,a.png\r\n",
        "\ufefffile,label\na.png,3\n",
        'file,label\n"a.png"," 3 "\n',
        "file,label,source\na.png,3\n",
    ],
    ids=["plain", "other order", "from Excel", "quoted", "short row"],
)
def test_only_file_and_label_are_needed(tmp_path, table):
    here = folder_with(tmp_path, table)
    assert read_folder(here) == (Record(here / "a.png", "3"),)


def test_without_a_table_the_subfolders_0_to_9_are_the_labels(tmp_path):
    here = folder_with(tmp_path, None, ["7/b.PNG", "7/a.jpg", "0/x.png", "7/notes.txt", "10/y.png"])
    assert [(r.path.name, r.label) for r in read_folder(here)] == [
        ("x.png", "0"),
        ("a.jpg", "7"),
        ("b.PNG", "7"),
    ]


def test_a_label_of_several_digits_or_letters_is_no_digit():
    labels = ["7", "07", "", "letter:A", "٣", "-1"]
    digits = [Record(Path("a.png"), label).digit for label in labels]
    assert digits == [7, None, None, None, None, None]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            "name;label\na.png;3\n",
            "labels.csv: the first line should name the columns file,label; got name;label.",
        ),
        ("", "labels.csv: the first line should name the columns file,label; got an empty file."),
        ("file,label\na.png,\n", "labels.csv, line 2: no label is given."),
        ("file,label\na.png,1\n,2\n", "labels.csv, line 3: no file is given."),
        ("file,label\nz.png,1\n", "labels.csv, line 2: there is no such picture; got z.png."),
    ],
)
def test_a_broken_table_says_which_line_and_why(tmp_path, table, words):
    assert fault_of(read_folder, folder_with(tmp_path, table)) == f"{tmp_path}/{words}"


def test_a_table_in_another_encoding_says_so(tmp_path):
    here = folder_with(tmp_path, None)
    (here / "labels.csv").write_bytes("file,label,source\na.png,3,Zoë\n".encode("latin-1"))
    assert fault_of(read_folder, here) == f"{here}/labels.csv: not UTF-8 text. Save it as UTF-8."


def test_a_folder_without_labels_says_what_it_needs(tmp_path):
    needs = "A folder needs a labels.csv with the columns file,label or subfolders named 0 to 9."
    assert fault_of(read_folder, tmp_path) == f"{tmp_path}: no labelled pictures. {needs}"
    missing = tmp_path / "nowhere"
    assert fault_of(read_folder, missing) == f"{missing}: there is no such folder. {needs}"


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="needs $TENFOLD_DATA/real")
def test_peoples_own_folders_are_read_whole():
    n = {folder.name: len(read_folder(folder)) for folder in sorted(REAL.iterdir())}
    assert n["single_digits"] == 178
    assert n["cheque_amounts"] == 400
    assert all(r.digit is None for r in read_folder(REAL / "not_digits"))


PICTURES = np.arange(3 * 28 * 28, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)
LABELS = np.array([3, 0, 9])


@pytest.mark.parametrize(
    "x",
    [
        PICTURES,
        PICTURES[..., None],
        PICTURES / 255,
        (PICTURES / 255).astype(np.float32),
        np.clip((PICTURES - 0.4) / 255, 0, 1),
    ],
    ids=["bytes", "with a channel axis", "doubles", "floats", "a little less"],
)
def test_an_npz_of_bytes_or_of_floats_gives_the_same_bytes(tmp_path, x):
    np.savez(tmp_path / "a.npz", x=x, y=LABELS)
    pixels, y = load_npz(tmp_path / "a.npz")
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, PICTURES)
    assert (y.dtype, y.tolist()) == (np.uint8, [3, 0, 9])


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (PICTURES / 1.0, "a.npz: float pixels should lie from 0 to 1; got 2."),
        (PICTURES * np.nan, "a.npz: float pixels should lie from 0 to 1; got nan."),
        (
            PICTURES[:, :20],
            "a.npz: pictures as (n, 28, 28) uint8 were expected; got (3, 20, 28) uint8.",
        ),
        (
            PICTURES.astype(np.int64),
            "a.npz: pictures as (n, 28, 28) uint8 were expected; got (3, 28, 28) int64.",
        ),
    ],
)
def test_an_npz_of_other_pictures_says_what_was_expected(tmp_path, x, words):
    np.savez(tmp_path / "a.npz", x=x, y=LABELS)
    assert fault_of(load_npz, tmp_path / "a.npz") == f"{tmp_path}/{words}"


def test_a_missing_npz_and_one_that_is_none_are_told_apart(tmp_path):
    path = tmp_path / "a.npz"
    assert fault_of(load_npz, path) == f"{path}: there is no such file."
    path.write_text("hello")
    assert fault_of(load_npz, path) == (
        f"{path}: not a whole .npz file of plain arrays; got File is not a zip file."
    )


def test_an_npz_that_would_unpack_to_gigabytes_is_refused_before_it_is_read(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "a.npz", x=PICTURES, y=LABELS)
    monkeypatch.setattr("tenfold.data.checks.MAX_NPZ_BYTES", 2000)
    assert "unpacks to more than 2,000 bytes; got 2," in fault_of(load_npz, tmp_path / "a.npz")
