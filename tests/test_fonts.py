"""Handwriting fonts: fetched whole or not at all, and drawn as asked.

Where no font has been fetched, the drawing tests skip; the fetching is tested
with a stand-in for npm.
"""

import hashlib
import io
import tarfile

import cv2
import numpy as np
import pytest

from tenfold.data import font_files
from tenfold.data.font_files import FontFile, find_fonts, get_fonts, run_npm, verify_fonts
from tenfold.data.fonts import LETTERS, LIKE_A_DIGIT, SIGNS, Fonts, font_digits, load_fonts
from tenfold.data.words import WORDS
from tenfold.errors import DataError

DIGITS_BY_SHAPE = "0123456789OoQDlIij|!/\\ZzSs$GbBg&qyY()"


@pytest.fixture(scope="module")
def fonts():
    found = load_fonts()
    if not found:
        pytest.skip("no handwriting fonts on this computer: tenfold data get fonts")
    return found


@pytest.fixture
def two_fonts(monkeypatch, tmp_path):
    """Two fonts that are known, and an npm that packs them; their files are words."""
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    files = {"one": b"the one", "two": b"the two"}
    known = tuple(FontFile(n, hashlib.sha256(data).hexdigest()) for n, data in files.items())
    monkeypatch.setattr(font_files, "FONT_FILES", known)
    asked = []

    def npm(specs, folder):
        asked.append(list(specs))
        for font in known:
            if font.spec in specs:
                pack(folder / font.tarball, font.member, files[font.name])

    return files, asked, npm


def pack(path, member, data):
    info = tarfile.TarInfo(member)
    info.size = len(data)
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(info, io.BytesIO(data))


def test_fonts_are_fetched_once_into_the_cache_and_found_there(two_fonts, tmp_path):
    files, asked, npm = two_fonts
    assert find_fonts() is None
    place = get_fonts(npm=npm)
    assert place == tmp_path / "cache" / "tenfold" / "fonts" == find_fonts()
    assert {path.name: path.read_bytes() for path in place.iterdir()} == {
        f"{name}.woff": data for name, data in files.items()
    }
    assert get_fonts(npm=npm) == place
    assert asked == [["@fontsource/one@5.3.0", "@fontsource/two@5.3.0"]]


def test_only_the_fonts_that_are_missing_or_altered_are_fetched_again(two_fonts):
    _, asked, npm = two_fonts
    place = get_fonts(npm=npm)
    (place / "two.woff").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"two\.woff: altered"):
        verify_fonts()
    get_fonts(npm=npm)
    verify_fonts()
    assert asked[1:] == [["@fontsource/two@5.3.0"]]


def test_another_file_under_the_same_name_is_refused_and_not_kept(two_fonts):
    files, _, npm = two_fonts
    files["one"] = b"an impostor"
    with pytest.raises(DataError, match=r"@fontsource/one@5\.3\.0: altered"):
        get_fonts(npm=npm)
    assert find_fonts() is None


def test_a_package_without_the_file_is_named(two_fonts):
    def npm(specs, folder):
        for name in ("one", "two"):
            pack(folder / f"fontsource-{name}-5.3.0.tgz", "package/README.md", b"")

    with pytest.raises(DataError, match="does not hold package/files/one-latin"):
        get_fonts(npm=npm)


def test_without_npm_the_message_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"npm fetches them.*Install Node\.js"):
        run_npm(["@fontsource/one@1"], tmp_path)


def test_what_npm_says_is_passed_on(monkeypatch, tmp_path):
    (tmp_path / "npm").write_text("#!/bin/sh\necho 'npm error 404 not there' >&2\nexit 1\n")
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(DataError, match="npm could not fetch them; got npm error 404"):
        run_npm(["@fontsource/one@1"], tmp_path)


def test_without_fonts_there_is_an_empty_set_and_drawing_says_how_to_have_them(tmp_path):
    none = load_fonts(tmp_path)
    assert len(none) == 0
    with pytest.raises(DataError, match="tenfold data get fonts"):
        none.draw_word(np.random.default_rng(0))
    with pytest.raises(DataError, match="tenfold data get fonts"):
        font_digits(tmp_path)


def test_no_letter_of_the_fonts_has_a_digits_shape():
    assert not set(LETTERS + SIGNS) & set(DIGITS_BY_SHAPE)
    assert all(set(letters) <= set(LETTERS) for letters in LIKE_A_DIGIT.values())
    assert set(LIKE_A_DIGIT) <= {font.name for font in font_files.FONT_FILES}


def test_words_are_of_two_to_seven_letters():
    assert len(WORDS) > 100
    assert {len(word) for word in WORDS} == set(range(2, 8))
    assert all(word.isalpha() for word in WORDS)


@pytest.mark.parametrize("height", [12, 32, 64, 150])
def test_ink_has_the_height_asked_for_and_fills_it_but_for_a_margin(fonts, height):
    rng = np.random.default_rng(height)
    for _ in range(10):
        for ink in (
            fonts.draw_word(rng, height),
            fonts.draw_letter(rng, height)[0],
            fonts.draw_digit(int(rng.integers(10)), rng, height),
            fonts.draw_text("Total 12,50", rng, height),
        ):
            assert ink.dtype == np.uint8
            assert ink.shape[0] == height
            assert not ink[:2].any()
            assert not ink[-2:].any()
            assert not ink[:, :2].any()
            assert not ink[:, -2:].any()
            assert ink.max() > (120 if height > 30 else 50)  # small and thin is pale


def test_the_same_generator_draws_the_same_and_another_another(fonts):
    first, again, other = (fonts.draw_word(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_letters_are_of_the_declared_ones_and_no_font_draws_its_like_a_digit(fonts):
    rng = np.random.default_rng(0)
    drawn = {fonts.draw_letter(rng, 16)[1] for _ in range(600)}
    assert drawn <= set(LETTERS + SIGNS)
    assert len(drawn) > 40
    homemade = Fonts(tuple(f for f in fonts.faces if f.name == "homemade-apple"))
    if homemade:
        assert "T" not in {homemade.draw_letter(rng, 16)[1] for _ in range(200)}


def test_digits_of_the_fonts_are_told_apart_by_their_rings(fonts):
    def rings(label):
        papers = [(fonts.draw_digit(label, rng, 64) < 100).astype(np.uint8) for _ in range(60)]
        return [cv2.connectedComponents(paper, connectivity=4)[0] - 2 for paper in papers]

    rng = np.random.default_rng(0)
    assert np.median(rings(8)) == 2
    assert np.median(rings(0)) == 1
    assert np.mean(rings(1)) < 0.1


def test_a_letter_that_a_font_lacks_is_never_drawn_as_a_box(fonts):
    korean = Fonts(tuple(f for f in fonts.faces if f.name == "gaegu"))
    if not korean:
        pytest.skip("gaegu is not among the fonts here")
    rng = np.random.default_rng(0)
    assert all(korean.draw_letter(rng, 16)[1].isascii() for _ in range(200))


def test_every_font_gives_its_ten_digits(fonts):
    x, y = font_digits()
    assert x.shape == (10 * len(fonts), 64, 64)
    assert y.tolist() == [*range(10)] * len(fonts)
    assert (x.max(axis=(1, 2)) > 200).all()
