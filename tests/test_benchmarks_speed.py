"""Steps of a reading are timed once each, without a trace; pictures are what they are called."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

import speed
import steps
from tenfold.errors import NotAPictureError
from tenfold.reading import Reader


@pytest.fixture(scope="module")
def reader():
    return Reader()


def functions():
    return {
        (name, key): value
        for name, module in list(sys.modules.items())
        if name.startswith("tenfold")
        for key, value in list(vars(module).items())
        if callable(value)
    }


def test_every_step_is_timed_and_nothing_of_it_is_left_behind(reader):
    data = speed.encoded(speed.number(np.random.default_rng(1)), "JPEG")
    before = functions()
    with steps.watched() as watch:
        text = speed.read_json(reader, data)
    assert set(watch.seconds) == {*steps.STEPS, steps.REST}
    assert functions() == before
    assert text == speed.read_json(reader, data)


def test_a_step_that_fails_is_over(reader):
    ticks = iter([0, 1, 3, 6])
    watch = steps.Stopwatch(lambda: next(ticks))
    with pytest.raises(NotAPictureError), watch.step("decode"):
        reader.read(b"no picture")
    watch.lap()
    assert watch.seconds == {"decode": 2, steps.REST: 4}


def test_small_pictures_are_of_the_size_that_they_are_called():
    rng = np.random.default_rng(2)
    for pixels, form, size in (
        (speed.digit(3, rng), "PNG", (28, 28)),
        (speed.number(rng), "JPEG", (300, 100)),
    ):
        with Image.open(io.BytesIO(speed.encoded(pixels, form))) as image:
            assert (image.format, image.size) == (form, size)


def test_shares_of_the_steps_sum_to_one_and_the_whole_is_set_beside_the_bare(reader):
    data = speed.encoded(speed.digit(3, np.random.default_rng(2)), "PNG")
    rows = {row["step"]: row for row in speed.timed(reader, "digit", [data], 0.05)}
    shares = [float(rows[step]["share"]) for step in (*steps.STEPS, steps.REST)]
    assert sum(shares) == pytest.approx(1, abs=0.01)
    ratio = float(rows[speed.ALL]["ms"]) / float(rows[speed.BARE]["ms"])
    assert float(rows[speed.ALL]["of_bare"]) == pytest.approx(ratio, rel=0.1)
