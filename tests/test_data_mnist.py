import hashlib
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from data_small import (
    make_small_mnist_the_truth,
    serving,
    small_arrays,
    write_gz,
    write_npz,
    write_raw,
)
from tenfold.data import mnist_files
from tenfold.data.cache import cache_folder
from tenfold.data.idx import to_idx, write_idx
from tenfold.data.mnist import IDX_MIRRORS, NPZ_MIRROR, get_mnist, load_mnist
from tenfold.errors import DataError, MissingExtraError

DEAD = "http://127.0.0.1:9/"  # the discard port: nobody answers
MADE_ELSEWHERE = 1  # a seed that gives other arrays than the truth


@pytest.fixture
def truth(monkeypatch):
    return make_small_mnist_the_truth(monkeypatch)


@pytest.fixture(autouse=True)
def _a_bare_computer(monkeypatch, tmp_path):
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def is_truth(split, truth):
    return all(np.array_equal(a, b) for a, b in zip(split, truth.values(), strict=True))


def fault_of(call, *args, **options):
    with pytest.raises(DataError) as fault:
        call(*args, **options)
    return str(fault.value)


WRITERS = {
    "gz": write_gz,
    "raw": write_raw,
    "kaggle": lambda folder, arrays: write_raw(folder, arrays, dotted=True),
    "npz": write_npz,
    "torchvision": lambda folder, arrays: write_raw(folder / "MNIST" / "raw", arrays),
    "subfolder": lambda folder, arrays: write_gz(folder / "mnist", arrays),
}


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_in_which_people_keep_mnist_gives_the_same_arrays(tmp_path, truth, form):
    WRITERS[form](tmp_path / "here", truth)
    assert is_truth(load_mnist(tmp_path / "here"), truth)


def test_places_are_looked_into_in_the_promised_order(tmp_path, truth, monkeypatch):
    """Each earlier place is filled after the later ones, and wins over them."""
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))
    in_order = [tmp_path / "data" / "mnist", tmp_path / "data", cache_folder() / "mnist"]
    for place in reversed(in_order):
        write_gz(place, truth)
        assert mnist_files.find_mnist() == place
    write_gz(tmp_path / "given", truth)
    assert mnist_files.find_mnist(tmp_path / "given") == tmp_path / "given"


def test_a_folder_that_was_named_is_the_only_one_looked_into(tmp_path, truth):
    write_gz(cache_folder() / "mnist", truth)
    assert is_truth(load_mnist(), truth)
    empty = tmp_path / "empty"
    assert fault_of(load_mnist, empty) == (
        f"MNIST: not found in {empty}, {empty}/mnist, {empty}/MNIST/raw. Run `tenfold data get` "
        "where there is a network, or put the four IDX files or mnist.npz into one of these "
        "folders, or name their folder in $TENFOLD_DATA."
    )


def test_nothing_is_fetched_unless_it_was_asked_for(truth, monkeypatch):
    asked = []
    monkeypatch.setattr("tenfold.data.mnist.fetch", lambda *args, **options: asked.append(args))
    assert str(cache_folder() / "mnist") in fault_of(load_mnist)
    assert asked == []


def test_a_missing_file_is_named_beside_those_that_are_there(tmp_path, truth):
    write_gz(tmp_path, truth)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    assert fault_of(load_mnist, tmp_path) == (
        f"{tmp_path}: t10k-labels-idx1-ubyte.gz was expected beside the other MNIST files. "
        "Add it, or run `tenfold data get`."
    )


def test_one_altered_pixel_is_noticed(tmp_path, truth):
    altered = truth | {"x_test": truth["x_test"].copy()}
    altered["x_test"][3, 14, 14] ^= 1
    for write in (write_gz, write_npz):
        write(tmp_path / write.__name__, altered)
        words = fault_of(load_mnist, tmp_path / write.__name__)
        expected = hashlib.sha256(to_idx(truth["x_test"])).hexdigest()[:16]
        came = hashlib.sha256(to_idx(altered["x_test"])).hexdigest()[:16]
        assert f"not MNIST's x_test, whose IDX form has sha256 {expected}…; got {came}…." in words


def test_another_set_in_the_same_form_is_refused_unless_it_is_wanted(tmp_path, truth):
    other = small_arrays(MADE_ELSEWHERE)
    write_gz(tmp_path, other)
    assert "another set under the same name?" in fault_of(load_mnist, tmp_path)
    assert is_truth(load_mnist(tmp_path, genuine=False), other)


@pytest.mark.parametrize(
    ("key", "array", "words"),
    [
        (
            "x_train",
            np.zeros((30, 20, 20), np.uint8),
            "pictures as (n, 28, 28) uint8 were expected",
        ),
        ("y_train", np.zeros(29, np.uint8), "30 labels were expected, one a picture"),
        ("y_test", np.full(10, 10, np.uint8), "label 0 should be a digit from 0 to 9; got 10"),
        ("y_test", np.zeros(10, np.float32), "labels should be whole numbers; got float32 values"),
    ],
)
def test_another_set_is_still_asked_for_its_form(tmp_path, key, array, words):
    write_gz(tmp_path, small_arrays() | {key: array})
    assert words in fault_of(load_mnist, tmp_path, genuine=False)


def test_a_swapped_file_says_which_shape_was_expected(tmp_path, truth):
    write_gz(tmp_path, truth)
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", truth["y_test"])
    assert fault_of(load_mnist, tmp_path) == (
        f"{tmp_path}/train-labels-idx1-ubyte.gz: an array of shape (30,) was expected; got (10,)."
    )


def test_an_npz_of_other_arrays_says_which_were_expected(tmp_path):
    np.savez(tmp_path / "mnist.npz", x=np.zeros(3), y=np.zeros(3))
    assert fault_of(load_mnist, tmp_path) == (
        f"{tmp_path}/mnist.npz: arrays named x_train, y_train, x_test, y_test were expected; "
        "x_train, y_train, x_test, y_test missing; got x, y."
    )


def test_an_npz_with_pickled_objects_is_refused_and_nothing_in_it_runs(tmp_path, truth):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "sprung",)

    trapped = truth | {"y_test": np.array([Trap()], dtype=object)}
    write_npz(tmp_path, trapped)
    assert "not a whole .npz file of plain arrays" in fault_of(load_mnist, tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_a_cut_npz_is_named(tmp_path, truth):
    path = write_npz(tmp_path, truth) / "mnist.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert f"{path}: not a whole .npz file of plain arrays" in fault_of(load_mnist, tmp_path)


def test_at_least_two_mirrors_are_known():
    hosts = {address.split("/")[2] for address in (*IDX_MIRRORS, NPZ_MIRROR)}
    assert len(hosts) >= 2
    assert all(a.startswith("https://") and a.endswith("/") for a in (*IDX_MIRRORS, NPZ_MIRROR))


def test_a_fetched_set_is_found_in_the_cache_from_then_on(tmp_path, truth):
    with serving(write_gz(tmp_path / "mirror", truth)) as (address, asked):
        place = get_mnist(idx_mirrors=(address,))
        assert get_mnist(idx_mirrors=(address,)) == place
    assert place == cache_folder() / "mnist"
    assert asked == sorted(set(asked), key=asked.index), "nothing was asked for twice"
    assert sorted(path.name for path in place.iterdir()) == sorted(asked)
    assert is_truth(load_mnist(), truth)


def test_the_second_mirror_is_asked_where_the_first_is_dead(tmp_path, truth):
    with serving(write_gz(tmp_path / "mirror", truth)) as (address, asked):
        get_mnist(idx_mirrors=(DEAD, address))
    assert len(asked) == 4
    assert is_truth(load_mnist(), truth)


def test_a_mirror_that_gives_altered_files_is_left_for_the_next(tmp_path, truth):
    """The good files of a mirror are kept, the rest comes from the next."""
    half = truth | {key: small_arrays(MADE_ELSEWHERE)[key] for key in ("x_test", "y_test")}
    with (
        serving(write_gz(tmp_path / "a", half)) as (first, asked_first),
        serving(write_gz(tmp_path / "b", truth)) as (second, asked_second),
    ):
        get_mnist(idx_mirrors=(first, second))
    assert (len(asked_first), len(asked_second)) == (3, 2)
    assert is_truth(load_mnist(), truth)


def test_keras_npz_is_the_last_resort_and_is_stored_as_the_four_files(tmp_path, truth):
    with serving(write_npz(tmp_path / "mirror", truth)) as (address, asked):
        place = get_mnist(idx_mirrors=(DEAD,), npz_mirror=address)
    assert asked == ["mnist.npz"]
    assert sorted(path.name for path in place.iterdir()) == sorted(
        f"{part.file}.gz" for part in mnist_files.PARTS
    )
    assert is_truth(load_mnist(), truth)


def test_when_every_mirror_fails_each_fault_is_told_and_nothing_is_left_behind(tmp_path, truth):
    wrong = write_gz(tmp_path / "wrong", small_arrays(MADE_ELSEWHERE))
    with serving(wrong) as (address, _):
        words = fault_of(get_mnist, idx_mirrors=(DEAD, address), npz_mirror=address)
    first = "train-images-idx3-ubyte.gz"
    assert words.startswith("MNIST: no mirror gave the right files:\n")
    assert f"\n  {DEAD}{first}: could not be fetched; got " in words
    assert f"\n  {address}{first}: not the file that was expected: not MNIST's x_train" in words
    assert f"\n  {address}mnist.npz: could not be fetched; got 404" in words
    assert words.endswith(f"copy them into {cache_folder() / 'mnist'}.")
    assert not list((tmp_path / "cache").rglob("*.*"))


def test_a_wrong_file_in_the_cache_is_replaced(tmp_path, truth):
    write_gz(cache_folder() / "mnist", truth | {"y_test": small_arrays(MADE_ELSEWHERE)["y_test"]})
    with serving(write_gz(tmp_path / "mirror", truth)) as (address, asked):
        get_mnist(idx_mirrors=(address,))
    assert asked == ["t10k-labels-idx1-ubyte.gz"]
    assert is_truth(load_mnist(), truth)


def test_another_set_in_a_folder_of_the_users_is_not_written_over(tmp_path, truth):
    theirs = write_gz(tmp_path / "fashion", small_arrays(MADE_ELSEWHERE))
    before = {path: path.read_bytes() for path in theirs.iterdir()}
    assert "another set under the same name?" in fault_of(get_mnist, theirs)
    assert {path: path.read_bytes() for path in theirs.iterdir()} == before


def test_loading_fetches_when_it_is_told_to(tmp_path, truth, monkeypatch):
    with serving(write_gz(tmp_path / "mirror", truth)) as (address, _):
        from_here = partial(get_mnist, idx_mirrors=(address,))
        monkeypatch.setattr("tenfold.data.mnist.get_mnist", from_here)
        assert is_truth(load_mnist(tmp_path / "new", download=True), truth)
    assert (tmp_path / "new" / "t10k-labels-idx1-ubyte.gz").is_file()


def test_without_pooch_the_extra_is_named(truth, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tenfold\[train\]'"):
        get_mnist()
