import sys
from pathlib import Path

import pytest

from data_small import serving
from tenfold.data.cache import cache_folder, data_folder, fetch, write_atomically
from tenfold.errors import DataError


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def accept(path):
    assert path.is_file()


@pytest.mark.parametrize(
    ("platform", "below_home"),
    [
        ("linux", ".cache/tenfold"),
        ("darwin", "Library/Caches/tenfold"),
        ("win32", "AppData/Local/tenfold"),
    ],
)
def test_the_cache_lies_where_each_system_keeps_caches(monkeypatch, platform, below_home):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder() == Path.home() / below_home


def test_the_users_own_cache_folder_is_heeded(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tenfold"


def test_an_empty_data_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("TENFOLD_DATA", "")
    assert data_folder() is None


def test_a_fetched_file_holds_the_servers_bytes_and_replaces_the_old_one(tmp_path):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "a.bin").write_bytes(bytes(range(256)) * 999)
    (tmp_path / "a.bin").write_bytes(b"old")
    with serving(tmp_path / "mirror") as (address, _):
        fetch(address + "a.bin", tmp_path / "a.bin", accept)
    assert (tmp_path / "a.bin").read_bytes() == bytes(range(256)) * 999
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "mirror"]


def test_a_refused_file_leaves_the_old_one_as_it_was(tmp_path):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "a.bin").write_bytes(b"new")
    (tmp_path / "a.bin").write_bytes(b"old")

    def refuse(path):
        assert path.read_bytes() == b"new"
        raise DataError(str(path), "too new", came="2.0", todo="Wait")

    with serving(tmp_path / "mirror") as (address, _), pytest.raises(DataError) as fault:
        fetch(address + "a.bin", tmp_path / "a.bin", refuse)
    assert str(fault.value) == f"{address}a.bin: not the file that was expected: too new; got 2.0."
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "mirror"]


def test_a_broken_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")

    def full_disk(self, other):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
