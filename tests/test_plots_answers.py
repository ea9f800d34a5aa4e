"""The figures of `tenfold evaluate` and `tenfold show` hold the numbers that they are given."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.colors import to_hex

from tenfold.evaluation import Reliability, wilson
from tenfold.plots.answer import answer
from tenfold.plots.reliability import reliability
from tenfold.plots.style import BLUE, GREY, ORANGE


def test_points_lie_at_confidence_and_accuracy_with_wilson_whiskers() -> None:
    bins = Reliability(np.array([0.5, 0.95]), np.array([0.25, 1.0]), np.array([4, 100]))
    accuracy, counts = reliability(bins).axes
    points, _, (whiskers,) = accuracy.containers[0]
    assert points.get_xydata().tolist() == [[50, 25], [95, 100]]
    for (low, high), (errors, n) in zip(
        (segment[:, 1] for segment in whiskers.get_segments()), ((3, 4), (0, 100)), strict=True
    ):
        worst, best = wilson(errors, n)
        assert (low, high) == pytest.approx((100 - 100 * best, 100 - 100 * worst))
    assert [bar.get_height() for bar in counts.patches] == [4, 100]
    assert counts.get_yscale() == "log"


@pytest.mark.parametrize(("true", "colour_of_7"), [(None, GREY), (2, GREY), (7, ORANGE)])
def test_bars_are_the_probabilities_and_only_those_that_matter_have_a_colour(
    true: int | None, colour_of_7: str
) -> None:
    probabilities = np.full(10, 0.02)
    probabilities[2], probabilities[7] = 0.64, 0.2
    words = [""] * 10
    words[2] = "predicted"
    image = np.zeros((28, 28), np.uint8)
    image[5, 6] = 200
    picture, bars = answer(image, probabilities, words, title="a 7", true=true).axes
    assert [bar.get_width() for bar in bars.patches] == pytest.approx(100 * probabilities)
    colours = [to_hex(bar.get_facecolor()).upper() for bar in bars.patches]
    assert (colours[2], colours[7], colours[0]) == (BLUE, colour_of_7, GREY)
    assert bars.texts[2].get_text() == "64.0 %, predicted"
    assert bars.texts[7].get_text() == "20.0 %"
    assert np.array_equal(picture.images[0].get_array(), 255 - image)
