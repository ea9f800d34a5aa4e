import itertools

import pytest

pytest.importorskip("matplotlib")

import numpy as np
from matplotlib.colors import to_hex

from tenfold.plots import explain as draw
from tenfold.plots.layers import N_MAPS, Panel, layers
from tenfold.plots.style import DPI, ORANGE

RNG = np.random.Generator(np.random.Philox(1))
IMAGE = RNG.random((28, 28))
P = np.array([0.01, 0.02, 0.03, 0.5, 0.04, 0.3, 0.02, 0.03, 0.04, 0.01])


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.get_title()]


def maps(figure):
    return [np.asarray(image.get_array()) for axis in figure.axes for image in axis.images]


def words(figure):
    return [text.get_text() for text in figure.texts]


def panel(values, **more):
    n = values.shape[-1]
    return Panel("a layer", values, np.arange(n)[::-1], **more)


def test_every_map_of_a_small_layer_is_drawn_in_the_order_of_its_activity() -> None:
    values = RNG.random((5, 5, 7))
    figure = layers(IMAGE, [panel(values)], "all")
    drawn = maps(figure)[1:]
    assert len(drawn) == 7
    assert all(np.array_equal(tile, values[..., 6 - k]) for k, tile in enumerate(drawn))
    assert "a layer: all 7 maps" in words(figure)


def test_of_a_large_layer_the_most_active_maps_are_drawn_and_that_is_written() -> None:
    figure = layers(IMAGE, [panel(RNG.random((3, 3, 50)))], "all")
    assert len(maps(figure)[1:]) == N_MAPS
    assert f"a layer: the {N_MAPS} most active of 50 maps" in words(figure)


def test_values_are_bars_below_the_weights_and_the_last_ones_have_names() -> None:
    values = RNG.normal(size=10)
    weights = RNG.normal(size=(28, 28, 10))
    figure = layers(IMAGE, [panel(values, weights=weights, names=list("0123456789"))], "all")
    bars = figure.axes[-1]
    assert [bar.get_height() for bar in bars.patches] == pytest.approx(values)
    assert [label.get_text() for label in bars.get_xticklabels()] == list("0123456789")
    assert np.array_equal(maps(figure)[1], weights[..., 9])
    colours = {to_hex(bar.get_facecolor()) for bar in bars.patches}
    assert len(colours) == 2, "above and below 0 differ in colour"


def test_no_two_strips_of_the_layers_overlap_and_all_lie_on_the_page() -> None:
    many = [panel(RNG.random((7, 7, n))) for n in (4, 16, 17, 64)] + [panel(RNG.random(30))]
    figure = layers(IMAGE, many, "all")
    boxes = sorted((axis.get_position() for axis in figure.axes), key=lambda box: -box.y1)
    assert all(upper.y0 >= lower.y1 for upper, lower in itertools.pairwise(boxes))
    assert boxes[-1].y0 >= 0
    assert boxes[0].y1 <= 1


def test_saliency_shows_the_digit_the_slope_and_the_loss_with_their_units() -> None:
    gradient, loss = RNG.normal(size=(2, 28, 28))
    figure = draw.saliency(IMAGE, 4, gradient=gradient, loss=loss, patch_px=5)
    shown = maps(figure)
    assert np.array_equal(shown[0], 1 - IMAGE)
    assert np.array_equal(shown[1], gradient)
    assert np.array_equal(shown[2], loss)
    labels = [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()]
    assert labels == ["log odds, nats per px of ink", "log odds lost, nats"]
    assert any("5 × 5 px" in title for title in titles(figure))


def test_without_a_gradient_there_is_no_place_left_for_it() -> None:
    figure = draw.saliency(IMAGE, 4, gradient=None, loss=RNG.normal(size=(28, 28)), patch_px=3)
    assert len(maps(figure)) == 2
    assert len(titles(figure)) == 2


def test_neighbours_stand_with_label_and_distance_and_a_stranger_stands_out() -> None:
    images = RNG.integers(0, 256, (7, 28, 28), np.uint8)
    figure = draw.neighbours(
        IMAGE, 3, images, [3, 3, 3, 5, 3, 3, 3], [k / 10 for k in range(7)], ""
    )
    near = figure.axes[1:]
    assert [axis.get_title() for axis in near][:4] == [
        "3  at 0.000", "3  at 0.100", "3  at 0.200", "5  at 0.300",
    ]  # fmt: skip
    styles = [axis.spines["left"].get_linestyle() for axis in near]
    assert styles.count("--") == 1
    assert styles[3] == "--"
    assert to_hex(near[3].title.get_color()) == ORANGE.lower()


def test_change_shows_before_difference_and_after_with_the_two_largest_probabilities() -> None:
    after = np.clip(IMAGE + 0.1, 0, 1)
    figure = draw.change(IMAGE, after, P, P[::-1], "from 3 to 6")
    before, difference, last = (np.asarray(a) for a in maps(figure)[:3])
    order = {title: k for k, title in enumerate(titles(figure))}
    assert "before: read as 3" in order
    assert "after: read as 6" in order
    assert "3 at 0.500, 5 at 0.300" in order
    assert "6 at 0.500, 4 at 0.300" in order
    assert np.array_equal(before, 1 - IMAGE)
    assert difference == pytest.approx(after - IMAGE)
    assert np.array_equal(last, 1 - after)


def test_every_figure_is_eight_hundred_pixels_wide() -> None:
    loss = RNG.normal(size=(28, 28))
    for figure in (
        layers(IMAGE, [panel(RNG.random((3, 3, 5)))], "a"),
        draw.saliency(IMAGE, 1, gradient=loss, loss=loss, patch_px=5),
        draw.neighbours(IMAGE, 1, np.zeros((1, 28, 28), np.uint8), [1], [0.5], ""),
        draw.change(IMAGE, IMAGE, P, P, ""),
    ):
        assert figure.get_figwidth() * DPI == 800
        assert 200 < figure.get_figheight() * DPI < 1000
