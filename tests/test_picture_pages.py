"""PDF, TIFF and HEIC open page by page; parts of pictures and of files are chosen in words."""

import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter, ImageFileDirectory_v2

from tenfold.errors import ConfigError, NotAPictureError, PictureError
from tenfold.picture import (
    MAX_SIDE,
    Pages,
    Region,
    chosen,
    open_picture,
    parse_pages,
    parse_region,
    view_of,
)

N = 3


def marked(k):
    """Page k is marked by k dark bars on white."""
    pixels = np.full((120, 90), 255, np.uint8)
    for bar in range(k):
        pixels[20:100, 10 + 20 * bar : 18 + 20 * bar] = 0
    return Image.fromarray(pixels).convert("RGB")


def n_bars(picture):
    row = picture.pixels[picture.pixels.shape[0] // 2]
    dark = (row if row.ndim == 1 else row.max(axis=1)) < 128
    return int(np.count_nonzero(np.diff(np.pad(dark, 1).astype(int)) == 1))


def as_file(kind, n=N):
    stream = io.BytesIO()
    first, *rest = [marked(k + 1) for k in range(n)]
    if kind == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        heif = pillow_heif.HeifFile()
        for image in (first, *rest):
            heif.add_from_pillow(image)
        heif.save(stream, quality=90)
    else:
        if kind == "PDF":
            pytest.importorskip("pypdfium2")
        first.save(stream, kind, save_all=True, append_images=rest)
    return stream.getvalue()


KINDS = ["PDF", "TIFF", "HEIF"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_a_picture_with_its_number(kind):
    with Pages(as_file(kind)) as pages:
        assert pages.n == N
        backwards = [pages.picture(k) for k in reversed(range(N))]
    assert [(p.page, n_bars(p)) for p in backwards] == [(3, 3), (2, 2), (1, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_one_page_is_a_picture_without_a_number(kind):
    picture = open_picture(as_file(kind, 1))
    assert (picture.page, n_bars(picture)) == (None, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_of_several_pages_the_first_is_opened(kind):
    picture = open_picture(as_file(kind))
    assert (picture.page, n_bars(picture)) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_files_that_are_cut_short_are_named(kind):
    data = as_file(kind)
    with pytest.raises(NotAPictureError, match=r"<bytes>: .*damaged or cut short"):
        open_picture(data[: len(data) // 4])


def test_a_pdf_page_is_drawn_at_300_dpi_unless_it_is_too_large():
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument.new()
    document.new_page(144, 72)
    document.new_page(14400, 7200)
    stream = io.BytesIO()
    document.save(stream)
    with Pages(stream.getvalue()) as pages:
        small, large = pages.picture(0), pages.picture(1)
    assert (small.width, small.height) == (600, 300)
    assert MAX_SIDE - 2 <= large.width <= MAX_SIDE
    assert large.pixels.min() == 255


def test_pages_of_a_long_pdf_are_drawn_when_they_are_asked_for(monkeypatch):
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument.new()
    for _ in range(10_000):
        document.new_page(100, 100)
    stream = io.BytesIO()
    document.save(stream)
    drawn = []
    real = pypdfium2.PdfPage.render
    monkeypatch.setattr(
        pypdfium2.PdfPage, "render", lambda page, **how: drawn.append(1) or real(page, **how)
    )
    with Pages(stream.getvalue()) as pages:
        assert pages.n == 10_000
        assert pages.picture(9_999).page == 10_000
    assert len(drawn) == 1


def test_a_pdf_that_is_no_pdf_is_named():
    pytest.importorskip("pypdfium2")
    with pytest.raises(NotAPictureError, match="the PDF is damaged or cut short"):
        open_picture(b"%PDF-1.7\n")


def locked_pdf():
    """A PDF whose password nobody knows: what is kept of it was made by no password."""
    nothing = "<" + "00" * 32 + ">"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        f"<</Filter/Standard/V 1/R 2/P -4/O {nothing}/U {nothing}>>",
    ]
    text, places = "%PDF-1.4\n", []
    for k, words in enumerate(objects, 1):
        places.append(len(text))
        text += f"{k} 0 obj{words}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    ids = "<" + "00" * 16 + ">"
    trailer = f"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[{ids}{ids}]>>"
    text += f"xref\n0 5\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{len(text)}\n%%EOF"
    return text.encode()


def test_a_pdf_with_a_password_says_so():
    pytest.importorskip("pypdfium2")
    with pytest.raises(PictureError, match=r"locked with a password\. Save it without one"):
        open_picture(locked_pdf())


@pytest.mark.parametrize(("package", "kind"), [("pypdfium2", "PDF"), ("pillow_heif", "HEIF")])
def test_without_the_extra_the_error_says_what_to_install(package, kind, monkeypatch):
    data = as_file(kind)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PictureError, match=r'Run: pip install "tenfold\[formats\]"'):
        open_picture(data)


def test_smaller_copies_in_a_tiff_are_no_pages():
    copy = ImageFileDirectory_v2()
    copy[254] = 1
    stream = io.BytesIO()
    with AppendingTiffWriter(stream, True) as out:
        marked(1).save(out, "TIFF")
        out.newFrame()
        marked(1).resize((45, 60)).save(out, "TIFF", tiffinfo=copy)
        out.newFrame()
        marked(2).save(out, "TIFF")
        out.newFrame()
    with Pages(stream.getvalue()) as pages:
        assert [n_bars(pages.picture(k)) for k in range(pages.n)] == [1, 2]


def test_a_region_is_cut_out_before_a_large_picture_is_reduced():
    pixels = np.full((3000, 4800), 255, np.uint8)
    pixels[1200:1300, 2000:2003] = 0
    picture = open_picture(pixels, parse_region("1900,1150,400,200"))
    assert (picture.width, picture.height) == (4800, 3000)
    assert np.array_equal(picture.pixels, pixels[1150:1350, 1900:2300])
    view = view_of(picture)
    assert (view.picture.width, view.picture.height) == (400, 200)
    assert view.hull(100, 50, 3, 100) == (2000, 1200, 3, 100)


@given(*[st.integers(0, 100) for _ in range(2)], *[st.integers(1, 100) for _ in range(2)])
def test_percent_and_pixels_say_the_same(x, y, width, height):
    sides = (x, y, width, height)
    percent = Region(sides, (True,) * 4)
    pixels = Region(tuple(v * s / 100 for v, s in zip(sides, (200, 300) * 2, strict=True)))
    try:
        found = pixels.in_pixels("a", 200, 300)
    except PictureError:
        assert x == 100 or y == 100
        with pytest.raises(PictureError):
            percent.in_pixels("a", 200, 300)
    else:
        assert percent.in_pixels("a", 200, 300) == found
        left, top, wide, high = found
        assert left + wide <= 200
        assert top + high <= 300
        assert min(wide, high) >= 1


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,0,4", "1,2,3,-4", "1,2,3,0%", "1;2;3;4"]
)
def test_a_region_in_another_form_is_told(text):
    with pytest.raises(ConfigError, match="region: must be "):
        parse_region(text)


def test_a_region_outside_names_the_picture_and_its_size():
    with pytest.raises(PictureError, match=r"region 90,0,5,5 holds no pixel.*got 90x40"):
        open_picture(np.zeros((40, 90), np.uint8), parse_region("90,0,5,5"))


def test_pages_are_chosen_in_the_order_in_which_they_are_named():
    assert list(chosen(parse_pages("7, 1-3"), 9, "a.pdf")) == [7, 1, 2, 3]
    assert list(chosen(parse_pages("8-"), 9, "a.pdf")) == [8, 9]
    assert list(chosen(parse_pages("8-12"), 9, "a.pdf")) == [8, 9]
    assert list(chosen(None, 2, "a.pdf")) == [1, 2]
    with pytest.raises(PictureError, match=r"a.pdf: has no page 10; got 9 pages"):
        list(chosen(parse_pages("10"), 9, "a.pdf"))


@pytest.mark.parametrize("text", ["", "0", "3-1", "-3", "1,,2", "a", "1-2-3"])
def test_pages_in_another_form_are_told(text):
    with pytest.raises(ConfigError, match="pages: must be pages counted from 1"):
        parse_pages(text)
