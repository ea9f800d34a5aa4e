"""Archives: every file comes out once and whole, or with the reason; nothing gets out of bounds."""

import io
import random
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import NotAPictureError, PictureError, PictureTooLargeError, TenfoldError
from tenfold.picture.archives import Limits, archive_members, is_archive

KINDS = ("zip", "stored.zip", "tar", "tar.gz", "tar.bz2", "tar.xz")
FILES = {"a.png": b"first", "in/b ü.png": b"", "in/c\n.png": bytes(range(256)) * 300}


def packed(path, files, links=()):
    """An archive of pairs (name, bytes), of the kind that the path's ending says."""
    pairs = list(files.items()) if isinstance(files, dict) else list(files)
    if path.suffix == ".zip":
        stored = path.name.endswith("stored.zip")
        method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.mkdir("in")
            for name, data in pairs:
                archive.writestr(name, data)
            for name, target in links:
                info = zipfile.ZipInfo(name)
                info.external_attr = 0o120777 << 16
                archive.writestr(info, target)
        return path
    mode = "w:" + path.suffix[1:] if path.suffix != ".tar" else "w"
    with tarfile.open(path, mode) as archive:
        folder = tarfile.TarInfo("in")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in pairs:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return path


def contents(path, **options):
    return [(member.name, member.content) for member in archive_members(path, **options)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_comes_out_in_order_with_its_bytes(tmp_path, kind):
    path = packed(tmp_path / f"x.{kind}", FILES)
    assert is_archive(path)
    assert contents(path) == list(FILES.items())
    assert [member.place for member in archive_members(path)] == [2, 3, 4]  # 1 is the folder


@given(st.lists(st.tuples(st.text("ab/ü", min_size=1).map(lambda name: f"f{name}g"), st.binary())))
def test_names_that_come_twice_are_both_there(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("twice") / "x.tar"
    assert contents(packed(path, pairs)) == pairs


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_wanted_is_not_given(tmp_path, kind):
    path = packed(tmp_path / f"x.{kind}", FILES)
    found = contents(path, wanted=lambda place, name: place == 3 or name == "a.png")
    assert [name for name, _ in found] == ["a.png", "in/b ü.png"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["../up.png", "/etc/up.png", "a/../../up.png"])
def test_a_name_that_leads_outside_is_refused_and_the_next_is_read(tmp_path, kind, name):
    path = packed(tmp_path / f"x.{kind}", {name: b"bad", "next.png": b"good"})
    [(_, bad), (_, good)] = contents(path)
    assert isinstance(bad, PictureError)
    assert "leads out" in str(bad)
    assert good == b"good"


@pytest.mark.parametrize("name", ["..\\up.png", "C:\\up.png", "c:up.png", "\\\\host\\up.png"])
def test_windows_names_that_lead_outside_are_refused(tmp_path, name):
    [(_, bad)] = contents(packed(tmp_path / "x.tar", {name: b"bad"}))
    assert isinstance(bad, PictureError)


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_not_followed(tmp_path, kind):
    (tmp_path / "secret").write_bytes(b"secret")
    path = packed(tmp_path / f"x.{kind}", {}, links=[("a.png", str(tmp_path / "secret"))])
    [(name, content)] = contents(path)
    assert name == "a.png"
    assert "link" in str(content)


def test_a_hard_link_and_a_device_are_not_followed(tmp_path):
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name, kind in (("hard", tarfile.LNKTYPE), ("null", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert [type(content) for _, content in contents(tmp_path / "x.tar")] == [PictureError] * 2


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.xz", "tar.bz2"])
def test_a_bomb_is_stopped_before_it_fills_the_memory(tmp_path, kind):
    size = 10 * 2**20
    files = [(f"{k}.png", bytes(size)) for k in range(3)]
    path = packed(tmp_path / f"x.{kind}", files)
    limits = Limits(free_bytes=2 * size, ratio=1, member_bytes=4 * size)
    tracemalloc.start()
    try:
        with pytest.raises(PictureTooLargeError, match="bomb"):
            sum(len(member.content) for member in archive_members(path, limits=limits))
        assert size < tracemalloc.get_traced_memory()[1] < 4 * size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_python_unpacks_without_a_bound_are_refused(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as archive:
        archive.writestr("a.png", bytes(10_000))
    [(_, content)] = contents(tmp_path / "x.zip")
    assert f"method {method}" in str(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_too_large_is_an_error_of_its_own(tmp_path, kind):
    path = packed(tmp_path / f"x.{kind}", {"big.png": bytes(1001), "fits.png": bytes(1000)})
    [(_, big), (_, fits)] = contents(path, limits=Limits(member_bytes=1000))
    assert isinstance(big, PictureTooLargeError)
    assert fits == bytes(1000)


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_files_end_the_reading(tmp_path, kind):
    path = packed(tmp_path / f"x.{kind}", {f"{k}.png": b"x" for k in range(9)})
    got = []
    with pytest.raises(PictureTooLargeError, match="more than 5 files"):
        got.extend(archive_members(path, limits=Limits(members=5)))
    members = archive_members(path, limits=Limits(members=5))
    assert [next(members).place for _ in range(4)] == [2, 3, 4, 5]


def test_a_list_of_contents_that_is_too_long_is_not_read(tmp_path):
    path = packed(tmp_path / "x.zip", {f"{k}.png": b"x" for k in range(2000)})
    with pytest.raises(PictureTooLargeError, match="list of contents"):
        contents(path, limits=Limits(directory_bytes=100_000))


def test_a_header_of_gigabytes_is_not_read(tmp_path):
    info = tarfile.TarInfo("long")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**32
    path = tmp_path / "x.tar"
    path.write_bytes(info.tobuf() + bytes(2**20))
    with pytest.raises(PictureTooLargeError):
        contents(path)


def test_a_header_that_leads_back_does_not_loop(tmp_path):
    data = tarfile.TarInfo("a.png").tobuf()
    pax = tarfile.TarInfo("pax")
    record = b"14 size=-1536\n"  # read naively, the next header is the first one again
    pax.type, pax.size = tarfile.XHDTYPE, len(record)
    path = tmp_path / "x.tar"
    path.write_bytes(pax.tobuf() + record.ljust(512, b"\0") + data + bytes(1024))
    began = time.monotonic()
    with pytest.raises(NotAPictureError):
        contents(path)
    assert time.monotonic() - began < 5


def test_an_encrypted_file_is_named(tmp_path):
    path = packed(tmp_path / "stored.zip", {"a.png": b"data"})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    [(_, content)] = contents(path)
    assert "encrypted" in str(content)


def test_a_damaged_file_in_a_zip_is_an_error_and_the_next_is_read(tmp_path):
    path = packed(tmp_path / "stored.zip", {"a.png": b"aaaaaaaa", "b.png": b"bbbbbbbb"})
    path.write_bytes(path.read_bytes().replace(b"aaaaaaaa", b"aaaaXaaa"))
    [(_, bad), (_, good)] = contents(path)
    assert isinstance(bad, NotAPictureError)
    assert good == b"bbbbbbbb"


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_that_is_cut_short_never_passes_for_a_whole_one(tmp_path, kind):
    rng = random.Random(0)
    path = packed(tmp_path / f"x.{kind}", {f"{k}.png": rng.randbytes(700) for k in range(20)})
    whole = path.read_bytes()
    ends = len(whole.rstrip(b"\0")) if kind == "tar" else len(whole)
    for cut in sorted(rng.sample(range(1, ends), 40)):
        path.write_bytes(whole[:cut])
        with pytest.raises(PictureError):
            contents(path)


@pytest.mark.parametrize("kind", ["tar.gz", "tar.xz", "tar.bz2"])
def test_one_altered_byte_of_a_packed_tar_does_not_pass(tmp_path, kind):
    rng = random.Random(1)
    path = packed(tmp_path / f"x.{kind}", {f"{k}.png": rng.randbytes(700) for k in range(20)})
    whole = path.read_bytes()
    for place in rng.sample(range(len(whole) // 4, len(whole) - 12), 20):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with pytest.raises(PictureError):
            contents(path)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_bytes_come_only_our_errors_go_out(tmp_path, kind):
    rng = random.Random(2)
    path = packed(tmp_path / f"x.{kind}", FILES)
    whole = path.read_bytes()
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.choice((0, 255, rng.randrange(256)))
        path.write_bytes(data)
        try:
            found = contents(path)
        except TenfoldError:
            continue
        assert all(isinstance(content, bytes | PictureError) for _, content in found)


def test_a_header_whose_checksum_is_wrong_is_not_taken_for_the_end(tmp_path):
    path = packed(tmp_path / "x.tar", {"a.png": b"a", "b.png": b"b"})
    path.write_bytes(path.read_bytes().replace(b"b.png", b"c.png"))
    members = archive_members(path)
    assert next(members).content == b"a"
    with pytest.raises(NotAPictureError, match="cut short"):
        list(members)


def test_overlapping_files_of_a_zip_are_counted_each_time(tmp_path):
    kernel = zlib.compress(bytes(2**20), 9)[2:-4]
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, zlib.crc32(bytes(2**20)),
                        len(kernel), 2**20, 1, 0) + b"a"  # fmt: skip
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(bytes(2**20)),
                        len(kernel), 2**20, 1, 0, 0, 0, 0, 0, 0) + b"a"  # fmt: skip
    n = 3000
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, n, n, len(entry) * n, len(local) + len(kernel), 0
    )
    path = tmp_path / "x.zip"
    path.write_bytes(local + kernel + entry * n + end)
    with pytest.raises(PictureTooLargeError, match="bomb"):
        contents(path, wanted=lambda place, name: False)


@pytest.mark.parametrize("data", [b"", b"not an archive at all" * 99, b"PK\x03\x04", b"\x1f\x8b"])
def test_what_is_no_archive_is_named(tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(NotAPictureError, match="no zip or tar"):
        contents(path)


def test_what_follows_the_end_of_a_tar_is_passed_over(tmp_path):
    path = packed(tmp_path / "x.tar", {"a.png": b"a"})
    path.write_bytes(path.read_bytes() + bytes(2**20))
    assert contents(path) == [("a.png", b"a")]


def test_an_empty_archive_holds_nothing(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w"), tarfile.open(tmp_path / "x.tar", "w"):
        pass
    assert contents(tmp_path / "x.zip") == contents(tmp_path / "x.tar") == []


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PictureError, match=r"none\.zip"):
        contents(tmp_path / "none.zip")
