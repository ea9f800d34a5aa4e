"""A reader held to rules: what it reads, how sure it is, and when it reads nothing."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import tenfold
from tenfold.data.pen import draw_number
from tenfold.errors import ConfigError
from tenfold.picture import parse_region
from tenfold.reading import Reader
from tenfold.reading.surety import surety
from tenfold.results import Number, Reading
from tenfold.rules import Rules
from tenfold.runtime import Judgement
from tenfold.trust import Promise, steps

ACCEPT = Promise(steps(np.full(2000, 0.9), np.full(2000, True)), "test")
"""A promise that accepts from 0.9 on."""

Chances = dict[int, float]


class Known:
    """A classifier that says of each bar, from left to right, what the test says."""

    def __init__(self, bars: list[Chances]) -> None:
        self.rows = np.array([row(bar) for bar in bars], np.float32)

    def judge(self, images: NDArray[np.uint8]) -> Judgement:
        assert len(images) in (0, len(self.rows)), "the bars stand apart: one candidate each"
        return Judgement(self.rows[: len(images)], np.full(len(images), 0.9999, np.float32))


def row(chances: Chances) -> list[float]:
    rest = (1 - sum(chances.values())) / max(10 - len(chances), 1)
    return [chances.get(digit, rest) for digit in range(10)]


def page(n: int) -> NDArray[np.uint8]:
    """So many bars, each its own digit."""
    pixels = np.full((80, 30 + 30 * n), 250, np.uint8)
    for k in range(n):
        pixels[20:60, 28 + 30 * k : 33 + 30 * k] = 20
    return pixels


def read(bars: list[Chances], rules: Rules | None, layout: str = "auto") -> Reading:
    reader = Reader(Known(bars), promise=ACCEPT, line_net=None)
    return reader.read(page(len(bars)), layout, rules=rules)


def only(reading: Reading) -> Number:
    assert len(reading.numbers) == 1
    return reading.numbers[0]


SMUDGED = [{4: 0.999}, {0: 0.999}, {7: 0.6, 1: 0.39}, {8: 0.999}]


def test_without_rules_nothing_is_said_of_rules() -> None:
    number = only(read(SMUDGED, None))
    assert (number.text, number.unruled, number.status) == ("4078", None, "review")
    assert number.confidence == pytest.approx(surety(0.6, length=4), abs=0.01)


def test_a_smudged_7_is_read_as_the_1_that_the_rule_asks_for() -> None:
    number = only(read(SMUDGED, Rules(pattern="40[0-6]8")))
    assert (number.text, number.unruled) == ("4018", "4078")
    assert number.status == "accepted"
    assert number.confidence > 0.9
    assert number.digits[2].digit == 1


def test_a_rule_that_is_obeyed_anyway_makes_surer() -> None:
    free, held = only(read(SMUDGED, None)), only(read(SMUDGED, Rules(pattern="40[2-9]8")))
    assert held.text == held.unruled == "4078"
    assert held.confidence > free.confidence
    assert held.status == "accepted"


def test_a_clear_digit_is_overruled_only_with_a_person_s_look() -> None:
    clear = [{4: 0.999}, {7: 0.98, 1: 0.019}]
    number = only(read(clear, Rules(choices=["41", "99"])))
    assert (number.text, number.unruled, number.status) == ("41", "47", "review")
    said = surety(0.019, length=2)
    assert number.confidence == pytest.approx(said, abs=0.005), "what the ink says of it"


def test_two_readings_that_obey_almost_equally_are_for_review() -> None:
    number = only(read([{4: 0.999}, {7: 0.5, 1: 0.25, 2: 0.24}], Rules(choices=["41", "42"])))
    assert (number.text, number.status) == ("41", "review")
    assert surety(0.4, length=2) < number.confidence < surety(0.6, length=2)


@pytest.mark.parametrize(
    "rules",
    [Rules(choices=["99", "88"]), Rules(length=5), Rules(minimum=500), Rules(pattern="[a-z]+")],
    ids=Rules.describe,
)
def test_no_text_is_forced_where_none_obeys(rules: Rules) -> None:
    number = only(read([{4: 0.999}, {7: 0.9}], rules))
    assert (number.text, number.digits, number.confidence) == ("", (), 0.0)
    assert (number.unruled, number.status) == ("47", "review")
    assert Reading.from_dict(Reading("a", 9, 9, (number,)).to_dict()).numbers[0].unruled == "47"


def test_a_page_without_digits_stays_empty_under_rules() -> None:
    blank = np.full((60, 60), 250, np.uint8)
    assert Reader(Known([]), promise=ACCEPT).read(blank, rules=Rules(length=3)).numbers == ()


def test_a_single_digit_is_held_to_rules_too() -> None:
    bar = [{7: 0.6, 1: 0.39}]
    assert only(read(bar, None, "digit")).text == "7"
    held = only(read(bar, Rules(choices=["1", "2", "3"]), "digit"))
    assert (held.text, held.unruled, held.status) == ("1", "7", "accepted")
    none = only(read([{7: 0.9999}], Rules(choices=["1", "2"]), "digit"))
    assert (none.text, none.status) == ("", "review")


def test_rules_of_one_reading_do_not_stay_for_the_next() -> None:
    reader = Reader(Known(SMUDGED), promise=ACCEPT, line_net=None)
    assert only(reader.read(page(4), rules=Rules(pattern="40[0-6]8"))).text == "4018"
    assert only(reader.read(page(4))).unruled is None


CHANCES = st.lists(st.floats(0.01, 1), min_size=10, max_size=10)


@given(st.lists(CHANCES, min_size=2, max_size=3), st.integers(0, 999))
@settings(max_examples=15, deadline=None)
def test_a_held_text_is_the_most_probable_that_obeys_and_no_surer_than_its_share(
    weights: list[list[float]], residue: int
) -> None:
    """Against every text tried; bars are single digits, so texts have one way each."""
    bars = [{d: w / sum(ws) for d, w in enumerate(ws)} for ws in weights]
    texts = ["".join(map(str, digits)) for digits in itertools.product(range(10), repeat=len(bars))]
    allowed = [text for text in texts if int(text) % 7 == residue % 7]
    support = {
        text: float(np.prod([bars[k][int(digit)] for k, digit in enumerate(text)]))
        for text in texts
    }
    number = only(read(bars, Rules(choices=allowed)))
    best = max(allowed, key=support.__getitem__)
    assert support[number.text] == pytest.approx(support[best], rel=1e-4)
    share = support[best] / sum(support[text] for text in allowed)
    length = len(number.text)
    assert number.confidence <= surety(share, length) * (1 + 1e-4)
    least = surety(0.5 * share, length)
    assert number.confidence >= least, "what was never looked at is not most of it"


def test_many_pictures_are_held_to_rules_one_by_one_as_each_alone(tmp_path: Path) -> None:
    """The same answers as `read` picture by picture, and a broken one keeps its place."""
    reader = tenfold.Reader()
    rng = np.random.default_rng(3)
    written = [np.pad(draw_number(text, rng, 60, 0.3)[0], 20) for text in ("407", "18", "5")]
    pages = [(255 - ink).astype(np.uint8) for ink in written]
    (tmp_path / "broken.png").write_bytes(b"no picture")
    rules, part = Rules(length=2), parse_region("0,0,100%,90%")
    how = {"layout": "number", "region": part, "rules": rules}
    alone = [reader.read(page, **how) for page in pages]
    together = list(reader.read_many([pages[0], tmp_path / "broken.png", *pages[1:]], **how))
    assert [reading.error is None for reading in together] == [True, False, True, True]
    assert [together[0], *together[2:]] == alone
    assert alone != [reader.read(page) for page in pages], "the rules and the region tell"
    assert all(number.unruled is not None for reading in alone for number in reading.numbers)


def test_a_layout_that_is_none_is_no_picture_s_fault() -> None:
    reader = Reader(Known([]), promise=ACCEPT, line_net=None)
    with pytest.raises(ConfigError, match="layout"):
        list(reader.read_many([page(1)], "circle"))


MORE_RULES = st.fixed_dictionaries(
    {},
    optional={
        "minimum": st.integers(0, 45),
        "maximum": st.integers(45, 99),
        "pattern": st.sampled_from([r"\d*[02468]", r"[1-7]\d*", r"\d?\d"]),
        "checksum": st.just("luhn"),
        "choices": st.lists(st.integers(10, 99).map(str), min_size=5, max_size=40),
    },
)


@given(st.lists(CHANCES, min_size=2, max_size=2), MORE_RULES, MORE_RULES)
@settings(max_examples=20, deadline=None)
def test_more_rules_never_make_a_text_surer_than_what_supports_it(
    weights: list[list[float]], some: dict[str, object], more: dict[str, object]
) -> None:
    """Rules take texts away; what they leave shares the certainty, by its own support."""
    bars = [{d: w / sum(ws) for d, w in enumerate(ws)} for ws in weights]
    support = {f"{a}{b}": bars[0][a] * bars[1][b] for a in range(10) for b in range(10)}
    few, many = Rules(**some), Rules(**{**more, **some})
    left = [{text for text in support if rules.allows(text)} for rules in (few, many)]
    assert left[1] <= left[0], "more rules allow no more"
    for rules, allowed in zip((few, many), left, strict=True):
        number = only(read(bars, rules or None))
        if not number.text:
            assert (number.confidence, number.status) == (0.0, "review")
            continue
        assert number.text in allowed
        supports = support[number.text] / sum(support[text] for text in allowed)
        assert number.confidence <= surety(supports, length=2) * (1 + 1e-4)


SURE = np.repeat(np.linspace(0.05, 1, 20), 300)
LADDER = Promise(steps(SURE, np.random.default_rng(0).random(len(SURE)) < 1.25 * SURE), "test")
"""Right from 0.8 on, and below it ever less: each share of errors has its own threshold."""


@given(st.lists(CHANCES, min_size=1, max_size=3), st.floats(0.005, 0.3), st.floats(0.005, 0.3))
@settings(max_examples=15, deadline=None)
def test_what_a_strict_promise_accepts_a_loose_one_accepts_too(
    weights: list[list[float]], one: float, other: float
) -> None:
    """From `--max-error` to the status; the answers themselves stay as they are."""
    bars = [{d: w / sum(ws) for d, w in enumerate(ws)} for ws in weights]
    strict, loose = (
        Reader(Known(bars), promise=LADDER, line_net=None, max_error=share).read(page(len(bars)))
        for share in sorted([one, other])
    )
    for under_strict, under_loose in zip(strict.numbers, loose.numbers, strict=True):
        assert under_strict.confidence == under_loose.confidence
        assert under_loose.status == "accepted" or under_strict.status == "review"


def test_the_ladder_of_that_test_has_rungs() -> None:
    thresholds = [LADDER.threshold(share) for share in (0.005, 0.05, 0.1, 0.3)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) == len(thresholds)
