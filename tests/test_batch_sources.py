"""Where pictures come from: every one is found once, none is held before its turn."""

import io
import os
import tarfile
import zipfile
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.batch.items import Item, key_of
from tenfold.batch.shards import Shard, parse_shard
from tenfold.batch.sources import Sources
from tenfold.errors import ConfigError

NAMES = ["p10.png", "p9.PNG", "a/b/deep.jpg", "a/z.tif", "b.pdf", "c\nd \N{PILE OF POO}.png"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*NAMES, "a/notes.txt", "labels.csv"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "in"


def found(*names: object, **options: object) -> list[str]:
    return [item.name for item in Sources(tuple(map(str, names)), **options).items()]


def within(folder: Path) -> list[str]:
    return [str(folder / name) for name in NAMES]


def test_a_folder_stands_for_all_pictures_in_it_and_below(folder: Path) -> None:
    assert Counter(found(folder)) == Counter(within(folder))
    assert Sources((str(folder),)).count() == len(NAMES)


def test_in_order_a_folders_own_come_first_and_2_before_10(folder: Path) -> None:
    order = ["b.pdf", "c\nd \N{PILE OF POO}.png", "p9.PNG", "p10.png", "a/z.tif", "a/b/deep.jpg"]
    assert found(folder, ordered=True) == [str(folder / name) for name in order]


def test_links_are_followed_and_loops_end(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.png").write_bytes(b"")
    (folder / "0-out").symlink_to(outside)
    (folder / "0-up").symlink_to(folder)
    (folder / "a/b/loop").symlink_to(folder / "a")
    (folder / "0-self").symlink_to(folder / "0-self")
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    wanted = [*within(folder), str(folder / "0-out/far.png"), str(folder / "gone.png")]
    assert Counter(found(folder)) == Counter(wanted)


def test_a_list_names_one_picture_a_line_or_between_null_bytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [folder / name for name in NAMES] + [folder / os.fsdecode(b"\xff.png")]
    lines = b"".join(os.fsencode(path) + b"\r\n\n" for path in odd if "\n" not in path.name)
    (folder / "list.txt").write_bytes(lines)
    assert found(folder / "list.txt") == [str(path) for path in odd if "\n" not in path.name]
    nulls = io.BytesIO(b"\0".join(map(os.fsencode, odd)) + b"\0")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(nulls))
    assert found("-", null=True) == [str(path) for path in odd]


def test_a_file_named_by_itself_is_read_whatever_its_ending(folder: Path) -> None:
    (folder / "scan").write_bytes(b"x")
    assert found(folder / "scan", folder / "labels.csv") == [
        str(folder / "scan"),
        str(folder / "labels.csv"),
    ]


def test_what_cannot_be_opened_is_an_item_with_its_error(tmp_path: Path) -> None:
    [item] = Sources((str(tmp_path / "none.txt"),)).items()
    assert (item.name, item.error) == (
        str(tmp_path / "none.txt"),
        "cannot be opened (No such file or directory).",
    )
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 cut short")
    [item] = Sources((str(tmp_path / "cut.zip"),)).items()
    assert "no zip or tar" in str(item.error)


def pack(path: Path, files: list[tuple[str, bytes]]) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files:
                archive.writestr(name, data)
        return
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_an_archive_gives_its_pictures_a_name_that_comes_twice_as_well(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"x.{kind}"
    files = [("in/a.png", b"first"), ("notes.md", b""), ("in/a.png", b"second"), ("b.jpg", b"b")]
    pack(path, files)
    items = list(Sources((str(path),)).items())
    assert [(item.name, item.source) for item in items] == [
        (f"{path}/in/a.png", b"first"),
        (f"{path}/in/a.png", b"second"),
        (f"{path}/b.jpg", b"b"),
    ]
    assert len({item.key for item in items}) == 3


def table(path: Path, struct: bool = False, **more: object) -> Path:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs the extra [batch]")
    from pyarrow import parquet

    data = [b"one", None, *(f"{k}".encode() for k in range(3, 41))]
    images = [{"bytes": value, "path": "x"} for value in data] if struct else data
    parquet.write_table(pa.table({"label": list(range(40)), "image": images, **more}), path)
    return path


@pytest.mark.parametrize("struct", [False, True])
def test_a_parquet_file_gives_the_column_of_its_pictures(tmp_path: Path, struct: bool) -> None:
    path = table(tmp_path / "x.parquet", struct)
    items = list(Sources((str(path),)).items())
    assert [item.name for item in items] == [f"{path}#{row}" for row in range(1, 41)]
    assert items[0].source == b"one"
    assert (items[1].source, items[1].error) == (None, "the row holds no picture.")
    assert items[39].source == b"40"


def test_of_two_columns_one_must_be_named(tmp_path: Path) -> None:
    path = table(tmp_path / "x.parquet", other=[b"o"] * 40)
    with pytest.raises(ConfigError, match=r"got image, other\. Name it with --column"):
        found(path)
    [first, *_] = Sources((str(path),), column="other").items()
    assert first.source == b"o"
    with pytest.raises(ConfigError, match="no such column"):
        found(path, column="label")


def test_nothing_is_fetched_before_its_turn_or_where_it_is_not_wanted(folder: Path) -> None:
    asked = []

    def wanted(name: str, place: int) -> bool:
        asked.append(name)
        return name.endswith(".tif")

    items = Sources((str(folder),), ordered=True).items(wanted)
    assert asked == []
    assert [item.name for item in islice(items, 1)] == [str(folder / "a/z.tif")]
    assert str(folder / "a/b/deep.jpg") not in asked


@settings(deadline=None)
@given(st.lists(st.text(min_size=1), unique=True), st.integers(1, 9))
def test_shards_partition_the_names(names: list[str], n: int) -> None:
    parts = [[name for name in names if Shard(k, n).holds(name)] for k in range(1, n + 1)]
    assert Counter(name for part in parts for name in part) == Counter(names)


def test_shards_are_about_equal_and_do_not_hang_on_the_other_names(folder: Path) -> None:
    names = [f"scan-{k}.png" for k in range(4000)]
    sizes = [sum(Shard(k, 4).holds(name) for name in names) for k in range(1, 5)]
    assert all(900 < size < 1100 for size in sizes)
    parts = [found(folder, shard=Shard(k, 2)) for k in (1, 2)]
    assert Counter(parts[0] + parts[1]) == Counter(within(folder))


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/5", ""])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--shard"):
        parse_shard(text)


@settings(deadline=None)
@given(st.text(), st.text(), st.integers(0, 99), st.integers(0, 99))
def test_keys_differ_where_items_do(name: str, other: str, place: int, page: int) -> None:
    items = [Item(name, place=place), Item(name, place=place, page=page + 1), Item(other)]
    keys = {item.key for item in items}
    assert len(keys) == len({(item.name, item.place, item.page) for item in items})
    assert key_of(name, place) == items[0].key


def test_a_walk_of_a_folder_holds_few_names(tmp_path: Path) -> None:
    import tracemalloc

    for k in range(3000):
        (tmp_path / f"{k:060}.png").touch()
    list(islice(Sources((str(tmp_path),)).items(), 1))  # what is imported on the way
    tracemalloc.start()
    assert sum(1 for _ in Sources((str(tmp_path),)).items()) == 3000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000
