"""Rules over a number's text: what they allow, how a text may begin, and what is no rule."""

import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import ConfigError
from tenfold.rules import CHECKSUMS, MARKS, Rules, digits_of, meanings, read_choices

TEXTS = st.text("0123456789-.,", max_size=9)
NUMBERS = st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{3})?(,[0-9]{1,2})?", fullmatch=True)
PATTERNS = st.recursive(
    st.sampled_from(["0", "1", "7", "-", ",", r"\.", ".", r"\d", r"\D", "[0-4]", "[^1]", "[-,]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map("({})".format),
        st.tuples(inner, inner).map("(?={0[0]}){0[1]}".format),
        st.tuples(inner, inner).map("(?!{0[0]}){0[1]}".format),
    ),
    max_leaves=5,
)
MARKED = r"[-.,0-9]*"  # may hold marks, so patterns beside it are matched to the whole text
BOUNDS = st.one_of(st.none(), st.integers(-2000, 2000))


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    low, high = draw(BOUNDS), draw(BOUNDS)
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    shortest = draw(st.integers(1, 4))
    near = draw(st.booleans()) and low is None and high is None
    return Rules(
        pattern=draw(st.one_of(st.none(), PATTERNS)),
        length=draw(st.sampled_from([None, shortest, (shortest, shortest + 2)])),
        minimum=low,
        maximum=high,
        checksum=draw(st.sampled_from([None, None, "luhn", "mod11"])),
        choices=draw(st.one_of(st.none(), st.sets(NUMBERS, min_size=1, max_size=5))),
        near=draw(st.integers(0, 2000)) if near else None,
        within=draw(st.integers(0, 50)) if near else None,
    )


@given(any_rules(), st.one_of(TEXTS, NUMBERS))
def test_what_is_allowed_could_be_from_its_first_mark_on(rules: Rules, text: str) -> None:
    if rules.allows(text):
        assert all(rules.could(text[:end]) for end in range(len(text) + 1))


@pytest.mark.parametrize(
    "rules",
    [
        Rules(pattern="(1|23)?(1|2)?4"),
        Rules(pattern=r"\d,\d\d|-\d*"),
        Rules(length=3, minimum=120, maximum=129),
        Rules(length=(2, 3), near=52, within=2),
        Rules(maximum=3, pattern=r"-?\d(,\d)?"),
        Rules(choices=["12", "1,2", "-3"]),
        Rules(choices=["120", "007"]),
    ],
    ids=Rules.describe,
)
def test_a_beginning_that_could_be_has_a_text_that_is_allowed(rules: Rules) -> None:
    texts = ["".join(marks) for n in range(5) for marks in product("0123457-,", repeat=n)]
    begun = {text[:end] for text in texts if rules.allows(text) for end in range(len(text) + 1)}
    assert begun
    short = [text for text in texts if len(text) < 4 and set(text) <= set("0123457")]
    assert {text for text in short if rules.could(text)} == begun & set(short)


@given(PATTERNS, TEXTS)
def test_a_pattern_matches_exactly_what_the_regular_expression_matches(
    pattern: str, text: str
) -> None:
    whole = f"(?:{pattern})|-\\.,never"  # names the marks, so all of the text is looked at
    assert Rules(pattern=whole).allows(text) == (re.fullmatch(whole, text) is not None)
    digits = digits_of(text)
    assert Rules(pattern=pattern).allows(digits) == (re.fullmatch(pattern, digits) is not None)


@pytest.mark.parametrize(
    "pattern", [r"\d{5}", "[0-9]{2,}", "(12|34)+", "^[1-9][0-9]*$", r"(?:7){2,3}"]
)
def test_a_pattern_of_digits_alone_looks_at_the_digits(pattern: str) -> None:
    for text in ("40.718", "12,-", "3412", "77-7", "-5"):
        fits = re.fullmatch(pattern, digits_of(text)) is not None
        assert Rules(pattern=pattern).allows(text) == fits


@pytest.mark.parametrize("pattern", [r"\d+,\d\d", r"-\d+", r"\d.\d", r"\D\d", "[^0]+", "[0-9,]+"])
def test_a_pattern_that_a_mark_may_stand_in_looks_at_all_of_the_text(pattern: str) -> None:
    for text in ("12,50", "1250", "-7", "7", "1.5"):
        assert Rules(pattern=pattern).allows(text) == (re.fullmatch(pattern, text) is not None)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("1250", {1250}), ("007", {7}), ("-5", {-5}), ("12,5", {12.5}), ("12.50", {12.5}),
        ("1.250,50", {1250.5}), ("1,250.50", {1250.5}), ("1.250.000", {1250000}),
        ("1,250,000.5", {1250000.5}), ("1.250", {1.25, 1250}), ("1,250", {1.25, 1250}),
        ("0.250", {0.25}), ("1250.500", {1250.5}), (",50", {0.5}), ("12,-", {12}), ("12.--", {12}),
        ("12-", {12}), ("12.", {12}), ("-1.250,-", {-1.25, -1250}),
        ("", set()), ("-", set()), (",", set()), ("1-2", set()), ("--1", set()), ("1.2.3", set()),
        ("1..2", set()), ("1.25.000", set()), ("1,250,50", set()), ("1.250,500.1", set()),
    ],
)  # fmt: skip
def test_a_written_number_is_worth_what_the_convention_says(text: str, worth: set[float]) -> None:
    assert meanings(text) == {Decimal(str(value)) for value in worth}


def test_one_meaning_inside_the_limits_is_enough() -> None:
    assert Rules(maximum=2).allows("1.250")
    assert Rules(minimum=1000).allows("1.250")
    assert not Rules(minimum=2, maximum=1000).allows("1.250")


@pytest.mark.parametrize(
    ("kind", "valid"),
    [  # published examples: Wikipedia's articles on each number, and the registries
        ("luhn", "79927398713"), ("luhn", "4539578763621486"), ("ean13", "4006381333931"),
        ("isbn10", "0306406152"), ("isbn13", "9780306406157"), ("iban", "89370400440532013000"),
        ("iban:DE", "89370400440532013000"), ("iban:be", "71096123456769"),
        ("mod11", "988077917"), ("aba", "111000025"),
    ],
)  # fmt: skip
def test_a_published_number_is_valid_and_with_one_digit_changed_is_not(
    kind: str, valid: str
) -> None:
    rules = Rules(checksum=kind)
    assert rules.allows(valid)
    for place, digit in enumerate(valid):
        changed = valid[:place] + str((int(digit) + 1) % 10) + valid[place + 1 :]
        assert not rules.allows(changed), changed
    assert rules.allows("-".join(valid)), "marks are passed over"
    assert not rules.allows("")


def test_every_kind_of_check_digit_is_named_in_the_error_for_another() -> None:
    with pytest.raises(ConfigError, match="no such kind") as caught:
        Rules(checksum="zzz")
    assert all(kind in str(caught.value) for kind in CHECKSUMS)
    assert len(CHECKSUMS) == 7


def test_mod11_is_that_of_a_reference_program_on_its_kind_of_number() -> None:
    from stdnum.no import orgnr

    numbers = [f"9880779{n:02d}" for n in range(100)]
    allowed = [number for number in numbers if Rules(checksum="mod11").allows(number)]
    assert allowed == [number for number in numbers if orgnr.is_valid(number)]
    assert 5 < len(allowed) < 15


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"pattern": "12(3"}, r"pattern: no regular expression: .*at character 3"),
        ({"pattern": "*"}, "nothing to repeat, at character 1"),
        ({"length": 0}, "length: must be a number of digits from 1.*got 0"),
        ({"length": (4, 3)}, "got 4 to 3"),
        ({"minimum": 5, "maximum": 4}, "no number is at least 5 and at most 4"),
        ({"minimum": "much"}, 'minimum: must be a number; got "much"'),
        ({"maximum": "1.250,50"}, "Write decimals with a point"),
        ({"maximum": float("nan")}, "must be a number"),
        ({"near": 5}, "near: says nothing without within. Give within as well"),
        ({"within": 5}, "Give near as well"),
        ({"near": 5, "within": -1}, "a distance is 0 or more; got -1"),
        ({"near": 5, "within": 1, "minimum": 7}, "so near and between"),
        ({"checksum": "lunh"}, 'Did you mean "luhn"'),
        ({"checksum": "iban:XX"}, "no country with IBANs has this code"),
        ({"choices": []}, "there are none"),
        ({"choices": ["12", "a7"]}, 'got "a7"'),
    ],
)
def test_what_is_no_rule_is_told_at_once(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        Rules(**wrong)


def test_a_pattern_that_backtracks_without_end_is_given_up() -> None:
    with pytest.raises(ConfigError, match="takes more than"):
        Rules(pattern="(1|11)+,").allows("1" * 60)


def test_choices_come_from_a_file_with_one_a_line(tmp_path) -> None:
    file = tmp_path / "plates.txt"
    file.write_text("\ufeff100\n\n 12,5 \r\n100\n", encoding="utf-8")
    assert read_choices(file) == {"100", "12,5"}
    file.write_text("\n  \n")
    with pytest.raises(ConfigError, match=r"plates.txt: holds no choices. Write one number a line"):
        read_choices(file)
    with pytest.raises(ConfigError, match="No such file"):
        read_choices(tmp_path / "gone.txt")


def test_no_rule_allows_anything_and_is_false() -> None:
    none = Rules()
    assert not none
    assert none.allows("12")
    assert none.could("1")
    assert none.describe() == "anything"
    assert Rules(length=3)
    assert Rules(choices=iter(["1", "2"])) == Rules(choices=["2", "1"])


def test_the_marks_are_those_of_a_written_number() -> None:
    assert MARKS == "-.,"
