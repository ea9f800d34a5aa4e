import io

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from PIL import Image

from tenfold import plots
from tenfold.evaluation import confusion


def texts(figure):
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def titles(figure):
    return [axis.get_title() for axis in figure.axes if axis.get_title()]


@pytest.fixture
def curves():
    return plots.curves(
        accuracy=[0.9, 0.95, 0.97],
        loss=[0.4, 0.2, 0.1],
        validation_accuracy=[0.91, 0.96, 0.955],
        validation_loss=[0.35, 0.2, 0.21],
        kept=2,
    )


def test_curves_show_train_and_validation_in_percent_with_labels(curves):
    left, right = curves.axes
    assert [line.get_label() for line in left.lines] == ["train", "validation", "kept: epoch 2"]
    assert left.lines[1].get_ydata() == pytest.approx([91, 96, 95.5])
    assert right.lines[0].get_ydata() == pytest.approx([0.4, 0.2, 0.1])
    assert (left.get_xlabel(), left.get_ylabel(), right.get_ylabel()) == (
        "epoch", "accuracy, %", "loss, nats",
    )  # fmt: skip


def test_lines_differ_in_more_than_colour(curves):
    train, held, _ = curves.axes[0].lines
    assert train.get_linestyle() != held.get_linestyle()
    assert train.get_marker() != held.get_marker()


def test_without_validation_there_is_one_line():
    figure = plots.curves(accuracy=[0.9], loss=[0.4])
    assert [len(axis.lines) for axis in figure.axes] == [1, 1]


def test_confusion_shows_every_count_and_every_rate():
    y = np.arange(10).repeat(200)
    predicted = y.copy()
    predicted[600:607] = 8  # seven threes read as eights
    left, right = plots.confusion(confusion(y, predicted)).axes
    assert left.get_title() == "counts: 7 of 2,000 wrong"
    cell = 3 * 10 + 8
    assert left.texts[cell].get_text() == "7"
    assert right.texts[cell].get_text() == "3.5"
    assert right.texts[33].get_text() == "96.5"
    assert right.texts[0].get_text() == "100"
    assert left.texts[1].get_text() == "·"


def test_mistakes_are_the_wrong_answers_surest_first():
    y = np.array([1, 2, 3, 4])
    p = np.full((4, 10), 0.01)
    p[0, 7], p[1, 2], p[2, 8], p[3, 9] = 0.6, 0.99, 0.9, 0.7
    figure = plots.mistakes(np.zeros((4, 28, 28), np.uint8), y, p, n=2)
    assert titles(figure) == ["3 read as 8\n90.0%", "4 read as 9\n70.0%"]
    assert figure.get_suptitle() == "The 2 surest mistakes of 4 digits"


def test_a_net_without_mistakes_says_so():
    p = np.eye(10)
    figure = plots.mistakes(np.zeros((10, 28, 28), np.uint8), np.arange(10), p)
    assert figure.get_suptitle() == "No mistakes of 10 digits"


def test_figures_are_as_wide_as_a_readme_and_equal_files(curves, tmp_path):
    plots.save(curves, tmp_path / "a.png")
    plots.save(curves, tmp_path / "b.png")
    written = (tmp_path / "a.png").read_bytes()
    assert written == (tmp_path / "b.png").read_bytes()
    assert Image.open(io.BytesIO(written)).width == 800
