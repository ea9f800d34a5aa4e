import csv
import runpy
from pathlib import Path

import cv2
import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
PICTURES = (".png", ".jpg")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    runpy.run_path(str(EXAMPLES / "make.py"))["main"](folder)
    return folder


def test_labels_name_every_example_and_nothing_else():
    with (EXAMPLES / "labels.csv").open(encoding="utf-8") as file:
        named = [row["file"] for row in csv.DictReader(file)]
    assert sorted(named) == sorted(p.name for p in EXAMPLES.iterdir() if p.suffix in PICTURES)


def test_the_examples_are_what_their_maker_draws(fresh):
    assert (fresh / "labels.csv").read_text() == (EXAMPLES / "labels.csv").read_text()
    for path in fresh.iterdir():
        if path.suffix in PICTURES:
            drawn, kept = (cv2.imread(str(folder / path.name)) for folder in (fresh, EXAMPLES))
            assert drawn.shape == kept.shape
            # Other releases of OpenCV may round or compress a little differently.
            assert np.abs(drawn.astype(int) - kept).mean() < 1


def test_the_examples_are_small():
    assert sum(path.stat().st_size for path in EXAMPLES.iterdir()) < 300_000
