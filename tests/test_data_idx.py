import gzip
import itertools
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tenfold.data.idx import MAX_VALUE_BYTES, TYPES, parse_idx, read_idx, to_idx, write_idx
from tenfold.errors import DataError

any_array = st.sampled_from(sorted(TYPES.values())).flatmap(
    lambda form: arrays(
        np.dtype(form).newbyteorder("="), array_shapes(min_dims=0, max_dims=4, min_side=0)
    )
)
LETTERS = {0x08: "B", 0x09: "b", 0x0B: "h", 0x0C: "i", 0x0D: "f", 0x0E: "d"}


def parsed_slowly(data):
    """The definition: one value after the other, the last axis fastest."""
    letter, n_axes = LETTERS[data[2]], data[3]
    shape = struct.unpack_from(f">{n_axes}I", data, 4)
    place = 4 + 4 * n_axes
    values = {}
    for index in itertools.product(*map(range, shape)):
        (values[index],) = struct.unpack_from(f">{letter}", data, place)
        place += struct.calcsize(letter)
    assert place == len(data)
    return shape, values


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


@given(any_array)
def test_what_is_written_comes_back_bit_for_bit(array):
    assert same(parse_idx(to_idx(array), "x"), array)


@given(any_array)
def test_parsing_agrees_with_the_definition_read_value_by_value(array):
    data = to_idx(array)
    shape, values = parsed_slowly(data)
    parsed = parse_idx(data, "x")
    assert parsed.shape == shape
    for index, value in values.items():
        assert parsed[index] == value or (np.isnan(parsed[index]) and np.isnan(value))


@given(any_array, st.data())
def test_a_file_cut_anywhere_is_refused(array, data):
    whole = to_idx(array)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DataError, match=r"cut short|not an IDX file"):
        parse_idx(whole[:cut], "x")


def test_the_header_is_the_published_one():
    # From the format's page: magic 0x00000803 for images, 0x00000801 for labels.
    assert to_idx(np.zeros((2, 28, 28), np.uint8))[:16] == struct.pack(">IIII", 0x803, 2, 28, 28)
    assert to_idx(np.zeros(5, np.uint8))[:8] == struct.pack(">II", 0x801, 5)


@pytest.mark.parametrize("name", ["a.idx", "a.idx.gz"])
def test_a_file_is_read_plain_or_gzipped_by_its_bytes_not_its_name(tmp_path, name):
    array = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    write_idx(tmp_path / name, array)
    assert same(read_idx(tmp_path / name), array)
    renamed = (tmp_path / name).rename(tmp_path / "no-ending")
    assert same(read_idx(renamed), array)


def test_the_same_array_gives_the_same_gzip_bytes_at_any_time(tmp_path, monkeypatch):
    for second, name in enumerate(("a.gz", "b.gz")):
        monkeypatch.setattr("time.time", lambda second=second: 1e9 + second)
        write_idx(tmp_path / name, np.arange(9, dtype=np.uint8))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_writing_leaves_no_other_file_behind(tmp_path):
    write_idx(tmp_path / "a.idx", np.arange(9, dtype=np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["a.idx"]


def test_a_type_that_idx_has_not_is_refused_before_writing(tmp_path):
    with pytest.raises(ValueError, match="IDX cannot hold uint16 values"):
        write_idx(tmp_path / "a.idx", np.zeros(3, np.uint16))
    assert not any(tmp_path.iterdir())


LABELS = to_idx(np.array([1, 2, 3], np.uint8))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"<!DOCTYPE html>",
            "x: not an IDX file: it should start with 00 00, a type of 08, 09, 0b, 0c, 0d, 0e "
            "and the number of axes; got the bytes 3c 21 44 4f.",
        ),
        (
            b"",
            "x: not an IDX file: it should start with 00 00, a type of 08, 09, 0b, 0c, 0d, 0e "
            "and the number of axes; got an empty file.",
        ),
        (
            LABELS[:6],
            "x: cut short: 1 axes take 4 bytes after the first four; got 2. "
            "Get the whole file again.",
        ),
        (
            LABELS[:-1],
            "x: cut short: shape (3,) of uint8 takes 3 bytes after the header; got 2. "
            "Get the whole file again.",
        ),
        (LABELS + b"\0", "x: bytes follow after the 3 bytes of shape (3,) of uint8."),
        (
            struct.pack(">III", 0x802, 2**31, 2**31),
            "x: its header claims shape (2147483648, 2147483648) of uint8, "
            "more than the 1,073,741,824 bytes that are read.",
        ),
    ],
)
def test_a_broken_file_says_what_was_expected_and_what_came(data, words):
    with pytest.raises(DataError) as fault:
        parse_idx(data, "x")
    assert str(fault.value) == words


def test_another_shape_than_the_one_asked_for_is_refused():
    with pytest.raises(DataError) as fault:
        parse_idx(LABELS, "x", shape=(60_000,))
    assert str(fault.value) == "x: an array of shape (60000,) was expected; got (3,)."


def test_a_truncated_gzip_stream_is_named(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(to_idx(np.arange(200, dtype=np.uint8)))[:-40])
    with pytest.raises(DataError) as fault:
        read_idx(path)
    assert str(fault.value) == f"{path}: the gzip stream ends too early. Get the whole file again."


def test_a_damaged_gzip_stream_is_named(tmp_path):
    path = tmp_path / "a.gz"
    data = bytearray(gzip.compress(to_idx(np.arange(200, dtype=np.uint8))))
    data[-6] ^= 1  # in the checksum
    path.write_bytes(data)
    with pytest.raises(DataError, match="the gzip stream is damaged; got CRC check failed"):
        read_idx(path)


def test_a_gzip_stream_that_unpacks_far_past_its_header_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb") as file:
        file.write(LABELS)
        for _ in range(64):
            file.write(bytes(1 << 20))
    with pytest.raises(DataError, match="bytes follow after the 3 bytes"):
        read_idx(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError) as fault:
        read_idx(tmp_path / "a.idx")
    path = tmp_path / "a.idx"
    assert str(fault.value) == f"{path}: cannot be read; got No such file or directory."


def test_the_limit_leaves_room_for_the_largest_published_set():
    assert MAX_VALUE_BYTES > 697_932 * 28 * 28  # EMNIST by class
