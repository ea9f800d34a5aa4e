"""Which digit net is asked: one for digits in company, one for those that stand alone."""

import numpy as np
import pytest

import tenfold
from sheets_drawn import blank, digit, page, put, write
from tenfold.finding.lines import in_lines
from tenfold.finding.pieces import find_pieces
from tenfold.picture import find_ink, open_picture
from tenfold.reading.nets import Nets, see_lines
from tenfold.reading.paths import line_of
from tenfold.runtime import COMPANY_MODEL, DEFAULT_MODEL, Judgement, verify


class Saying:
    """A digit net that takes everything for one digit, and keeps what it was shown."""

    def __init__(self, digit):
        self.digit, self.shown = digit, []

    def judge(self, images):
        self.shown.append(images)
        chances = np.zeros((len(images), 10), np.float32)
        chances[:, self.digit] = 1
        return Judgement(chances, np.ones(len(images), np.float32))


@pytest.fixture(scope="module")
def drawn():
    """Ink, and lines of it: a number, a digit, a number."""
    sheet = blank(420, 500)
    write(sheet, "407", 40, 40, 60, 1)
    put(sheet, digit(5, 60, 2), 40, 170)
    write(sheet, "18", 40, 300, 60, 3)
    ink = find_ink(open_picture(page(sheet)))
    lines = [line_of(row) for row in in_lines(find_pieces(ink.mask))]
    assert len(lines) == 3
    return ink, lines


def test_digits_beside_others_are_asked_of_one_net_and_lone_ones_of_the_other(drawn):
    ink, lines = drawn
    alone, company = Saying(1), Saying(2)
    seen = see_lines(Nets(alone, company, None), ink, lines)
    said = [set(one.weights.labels.argmax(axis=1).tolist()) for one in seen]
    assert said == [{2}, {1}, {2}]


def test_each_net_is_asked_once_and_of_every_candidate(drawn):
    ink, lines = drawn
    alone, company = Saying(1), Saying(2)
    seen = see_lines(Nets(alone, company, None), ink, lines)
    counts = [len(line.candidates) for line in lines]
    assert [one.line for one in seen] == lines
    assert [len(images) for images in company.shown] == [counts[0] + counts[2]]
    assert [len(images) for images in alone.shown] == [counts[1]]
    both = Saying(3)
    see_lines(Nets(both, both, None), ink, lines)
    assert [len(images) for images in both.shown] == [sum(counts)]
    expected = np.concatenate([company.shown[0][: counts[0]], *alone.shown])
    assert np.array_equal(both.shown[0][: len(expected)], expected)


def test_the_shipped_model_has_the_shipped_company_and_any_other_is_its_own():
    assert tenfold.Reader().nets.company.name == COMPANY_MODEL
    other = tenfold.Reader("dense128").nets
    assert other.company is other.alone
    classifier = tenfold.load_classifier()
    assert tenfold.Reader(classifier).nets.company is classifier
    chosen = tenfold.Reader("dense128", company="tenfold").nets
    assert (chosen.alone.name, chosen.company.name) == ("dense128", "tenfold")


def test_a_file_that_is_served_under_the_default_name_is_its_own_company(tmp_path):
    pytest.importorskip("fastapi")
    from tenfold.server.options import ReadOptions
    from tenfold.server.service import Service
    from tenfold.server.settings import Settings

    file = tmp_path / f"{DEFAULT_MODEL}.onnx"
    file.write_bytes(verify("dense128").read_bytes())
    own = Service(Settings(model=str(file))).reader(ReadOptions()).nets
    assert own.company is own.alone
    assert own.alone.name == str(file)
    shipped = Service(Settings()).reader(ReadOptions()).nets
    assert (shipped.alone.name, shipped.company.name) == (DEFAULT_MODEL, COMPANY_MODEL)
