import numpy as np
import pytest
from PIL import Image

from tenfold.canon import to_canon
from tenfold.data.pen import draw_digit
from tenfold.errors import DataError, PictureError
from tenfold.explain.answer import answer
from tenfold.explain.glyph import Glyph, find_glyph, mnist_glyph, open_inked
from tenfold.explain.words import headline
from tenfold.picture import open_picture
from tenfold.runtime import Judgement


class Recorder:
    """Calls every picture a 7, and remembers what it was shown."""

    name = "recorder"

    def __init__(self, is_digit: float = 1.0) -> None:
        self.seen: list[np.ndarray] = []
        self.is_digit = is_digit

    def judge(self, images: np.ndarray) -> Judgement:
        self.seen += list(images)
        p = np.full((len(images), 10), 0.01, np.float32)
        p[:, 7] = 0.91
        return Judgement(p, np.full(len(images), self.is_digit, np.float32))

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        return self.judge(images).probabilities


def page(*glyphs: tuple[np.ndarray, int, int], size: tuple[int, int] = (200, 400)) -> np.ndarray:
    """Digits (ink high) at x, y on white paper."""
    ink = np.zeros(size, np.uint8)
    for glyph, x, y in glyphs:
        place = ink[y : y + glyph.shape[0], x : x + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
    return 255 - ink


def pen(label: int, size: int, seed: int = 1) -> np.ndarray:
    return draw_digit(label, np.random.Generator(np.random.Philox(seed)), size)


def test_a_lone_digit_is_the_one_that_the_reader_judges() -> None:
    model = Recorder()
    glyph = find_glyph(open_inked(page((pen(3, 120), 40, 30))), model)
    assert any(np.array_equal(glyph.pixels, seen) for seen in model.seen)
    assert glyph.n_digits == 1
    assert np.array_equal(to_canon(glyph.pixels), glyph.pixels)


def test_of_several_digits_the_largest_is_explained_and_that_is_said() -> None:
    small, large = pen(1, 70, 2), pen(8, 120)
    picture = open_inked(page((small, 20, 60), (large, 150, 30), (pen(5, 70), 310, 60)))
    glyph = find_glyph(picture, Recorder())
    assert glyph.n_digits == 3
    assert 130 < glyph.box.x < 270
    alone = find_glyph(open_inked(page((large, 150, 30))), Recorder())
    assert np.abs(glyph.pixels.astype(int) - alone.pixels).mean() < 3
    told = headline(answer(Recorder(), glyph))
    x, y, width, height = glyph.box.to_list()
    assert (
        f"holds 3 digits; the largest is explained, {width} × {height} px at x {x}, y {y}" in told
    )


def test_boxes_are_in_pixels_of_the_picture_also_where_it_was_reduced() -> None:
    large = np.kron(page((pen(3, 120), 40, 30)), np.ones((12, 12), np.uint8))
    picture = open_inked(large)
    assert picture.pixels.shape[1] < large.shape[1]
    box = find_glyph(picture, Recorder()).box
    reference = find_glyph(open_inked(page((pen(3, 120), 40, 30))), Recorder()).box
    assert np.array(box.to_list()) == pytest.approx(12 * np.array(reference.to_list()), abs=40)


def test_where_the_model_finds_no_digit_all_writing_is_explained_and_that_is_said() -> None:
    model = Recorder(is_digit=1e-4)
    glyph = find_glyph(open_inked(page((pen(0, 30), 40, 30), (pen(1, 30), 300, 100))), model)
    assert glyph.n_digits == 0
    told = headline(answer(model, glyph))
    assert "finds no digit in the picture; all its writing is explained as one" in told
    assert "doubts that this is one digit" in told


def test_a_blank_page_is_told_before_any_model_is_asked() -> None:
    with pytest.raises(PictureError, match=r"<array>: no ink found\. Is there a digit in it\?"):
        open_inked(np.full((50, 50), 250, np.uint8))


def test_light_on_dark_gives_the_same_digit() -> None:
    paper = page((pen(6, 120), 40, 30))
    dark = find_glyph(open_inked(255 - paper, "light-on-dark"), Recorder(), "light-on-dark")
    light = find_glyph(open_inked(paper), Recorder())
    assert np.abs(dark.pixels.astype(int) - light.pixels).mean() < 1


def test_a_test_digit_is_taken_as_it_is_with_its_label() -> None:
    images = np.random.Generator(np.random.Philox(1)).integers(0, 256, (3, 28, 28), np.uint8)
    glyph = mnist_glyph(2, images, np.array([4, 5, 6], np.uint8))
    assert np.array_equal(glyph.pixels, images[2])
    assert (glyph.label, glyph.name) == (6, "MNIST test digit 2")
    assert "recorder reads 7 (91.0 %), but it is a 6" in headline(answer(Recorder(), glyph))


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_beyond_the_set_is_refused(index: int) -> None:
    with pytest.raises(DataError, match=rf"--index: .* got {index}\. Give one from 0 to 2\."):
        mnist_glyph(index, np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))


def test_the_answer_knows_what_is_explained_and_what_shall_win_instead() -> None:
    glyph = Glyph("a", np.zeros((28, 28), np.uint8))
    usual = answer(Recorder(), glyph)
    assert (usual.predicted, usual.digit) == (7, 7)
    assert usual.target == usual.second != 7
    asked = answer(Recorder(), glyph, 4)
    assert (asked.predicted, asked.digit, asked.target) == (7, 4, 4)
    assert "What is explained is the 4 (1.0 %)." in headline(asked)


def test_a_picture_is_opened_once_and_keeps_its_name(tmp_path) -> None:
    path = tmp_path / "three.png"
    Image.fromarray(page((pen(3, 120), 40, 30))).save(path)
    assert open_inked(path).name == open_picture(path).name == str(path)
    assert find_glyph(open_inked(path), Recorder()).name == str(path)
