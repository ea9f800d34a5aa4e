"""Decoding: every kind of picture comes out upright, and what is none is named."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tenfold.errors import NotAPictureError, PictureError, PictureTooLargeError, TenfoldError
from tenfold.picture import MAX_SIDE, decode, find_ink, open_picture

TRANSPOSED = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF value -> Image.Transpose to undo


def figure(width=48, height=64):
    """A dark L on light paper: no turn or mirror leaves it as it is."""
    pixels = np.full((height, width), 240, np.uint8)
    pixels[8:56, 10:16] = 30
    pixels[50:56, 10:40] = 30
    return pixels


def as_file(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


LOSSLESS = [
    ("PNG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"), ("TIFF", "L"),
    ("TIFF", "RGB"), ("BMP", "RGB"), ("GIF", "L"), ("WEBP", "RGB"), ("TIFF", "CMYK"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "mode"), LOSSLESS)
def test_every_kind_and_mode_gives_the_same_pixels(kind, mode):
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = open_picture(as_file(Image.fromarray(figure()).convert(mode), kind, **options))
    assert (picture.width, picture.height) == (48, 64)
    assert np.abs(picture.pixels.astype(int) - figure()).max() <= 1


def test_a_jpeg_is_close_to_its_pixels():
    picture = open_picture(as_file(Image.fromarray(figure()), "JPEG", quality=95))
    assert np.abs(picture.pixels.astype(int) - figure()).mean() < 3


@pytest.mark.parametrize("depth", [10, 12, 16])
def test_deep_grey_uses_the_whole_scale(depth):
    deep = (figure().astype(np.uint32) * (2**depth - 1) // 255).astype(np.uint16)
    picture = open_picture(as_file(Image.fromarray(deep), "PNG"))
    assert picture.pixels.min() == 0
    assert picture.pixels.max() == 255


@pytest.mark.parametrize("value", TRANSPOSED)
def test_exif_turns_the_picture_upright(value):
    upright = Image.fromarray(figure())
    stored = upright.transpose(Image.Transpose(TRANSPOSED[value]))
    exif = Image.Exif()
    exif[0x0112] = value
    picture = open_picture(as_file(stored, "PNG", exif=exif))
    assert (picture.width, picture.height) == (48, 64)
    assert np.array_equal(picture.pixels, figure())


@pytest.mark.parametrize(("ink", "paper"), [(20, 255), (235, 0)])
def test_real_transparency_becomes_the_paper_on_which_the_ink_stands_out(ink, paper):
    rgba = np.zeros((40, 40, 4), np.uint8)
    rgba[10:30, 18:22] = (ink, ink, ink, 255)
    picture = open_picture(rgba)
    assert picture.pixels[0, 0] == paper
    assert picture.pixels[20, 20] == ink


def test_a_palette_with_transparency_keeps_it():
    image = Image.fromarray(np.pad(np.ones((10, 4), np.uint8), 8), "P")
    image.putpalette([0, 0, 0, 10, 10, 10])
    picture = open_picture(as_file(image, "PNG", transparency=0))
    assert picture.pixels[0, 0] == 255
    assert picture.pixels[12, 10] == 10


def test_path_bytes_file_image_and_array_are_the_same_picture(tmp_path):
    data = as_file(Image.fromarray(figure()), "PNG")
    path = tmp_path / "digit.png"
    path.write_bytes(data)
    with path.open("rb") as stream:
        sources = [path, str(path), data, bytearray(data), io.BytesIO(data), stream]
        pictures = [open_picture(source) for source in sources]
    pictures += [open_picture(Image.fromarray(figure())), open_picture(figure())]
    assert all(np.array_equal(picture.pixels, figure()) for picture in pictures)
    assert pictures[0].name == pictures[1].name == str(path)


def test_arrays_of_other_types_are_scaled():
    expected = open_picture(figure()).pixels
    assert np.array_equal(open_picture(figure() / 255).pixels, expected)
    assert np.array_equal(open_picture(figure().astype(np.uint16) * 257).pixels, expected)
    assert set(np.unique(open_picture(figure() > 99).pixels)) == {0, 255}


def test_an_animation_gives_its_first_frame():
    frames = [Image.fromarray(figure()), Image.fromarray(255 - figure())]
    data = as_file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.array_equal(open_picture(data).pixels, figure())


def test_a_large_photo_is_reduced_but_keeps_its_size_by_name():
    picture = open_picture(as_file(Image.new("RGB", (6000, 2000), "white"), "JPEG"))
    assert (picture.width, picture.height) == (6000, 2000)
    assert max(picture.pixels.shape) <= 2 * MAX_SIDE


def test_grey_pictures_saved_in_colour_have_one_channel():
    assert open_picture(np.repeat(figure()[..., None], 3, axis=2)).pixels.ndim == 2


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        (b"", NotAPictureError, "<bytes>: the file is empty."),
        (b"hello world", NotAPictureError,
         "<bytes>: not a picture of a known kind; got a file that starts with the bytes "
         "68 65 6c 6c. Known: PNG, JPEG, WebP, TIFF, BMP, GIF, PDF, HEIC."),
        ("nowhere.png", PictureError, "nowhere.png: no such file."),
        (7, PictureError,
         "picture: must be a path, bytes, a binary file object, a PIL image or an array; got int."),
        (io.StringIO("text"), PictureError, "picture: the file object must be binary; got text."),
        (np.zeros((2, 3, 5), np.uint8), PictureError,
         "<array>: must be (h, w), (h, w, 3) or (h, w, 4) with pixels in it; got (2, 3, 5)."),
        (np.zeros((0, 3), np.uint8), PictureError,
         "<array>: must be (h, w), (h, w, 3) or (h, w, 4) with pixels in it; got (0, 3)."),
        (np.zeros((2, 3), np.int64), PictureError,
         "<array>: must be uint8, uint16, bool or float; got int64."),
        (np.full((2, 3), 2.5), PictureError,
         "<array>: floats must lie in [0, 1]; got floats from 2.5 to 2.5."),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_named(source, error, words):
    with pytest.raises(error) as caught:
        open_picture(source)
    assert str(caught.value) == words


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(PictureError, match="is a folder, not a picture"):
        open_picture(tmp_path)


def test_a_picture_that_is_cut_short_is_named():
    data = as_file(Image.fromarray(figure()), "PNG")
    with pytest.raises(NotAPictureError, match="<bytes>: the picture is damaged or cut short"):
        open_picture(data[: len(data) // 2])


def test_a_decompression_bomb_is_refused_by_its_header(monkeypatch):
    bomb = as_file(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(PictureTooLargeError, match="more than 100 million pixels"):
        open_picture(bomb)


def test_too_many_bytes_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "MAX_BYTES", 1000)
    path = tmp_path / "large.png"
    path.write_bytes(bytes(1001))
    for source in (path, path.read_bytes(), io.BytesIO(path.read_bytes())):
        with pytest.raises(PictureTooLargeError, match="MiB"):
            open_picture(source)


FILES = [
    as_file(Image.fromarray(figure()), "PNG"),
    as_file(Image.fromarray(figure()), "JPEG"),
    as_file(Image.fromarray(figure()), "GIF"),
    as_file(Image.fromarray(figure()), "BMP"),
    as_file(Image.fromarray(figure()), "TIFF"),
    as_file(Image.fromarray(figure()), "WEBP"),
]


@st.composite
def mutated_files(draw):
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 8))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(1, len(data)))] if draw(st.booleans()) else data)


@given(mutated_files())
@settings(max_examples=400, deadline=5000)
def test_mutated_files_give_ink_or_a_clear_error(data):
    try:
        ink = find_ink(open_picture(data))
    except TenfoldError as error:
        assert error.item == "<bytes>"  # noqa: PT017 - either outcome is right
    else:
        assert ink.mask.ndim == 2
