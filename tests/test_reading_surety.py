"""How sure a number is, from the share of its text."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tenfold.reading.surety import LONE, SEVERAL, surety

SHARES = st.floats(0, 1)
LENGTHS = st.integers(1, 40)


@given(SHARES, SHARES, LENGTHS)
def test_the_larger_the_share_the_surer(one, other, length):
    low, high = sorted((one, other))
    assert 0 <= surety(low, length) <= surety(high, length) <= 1


@given(st.floats(0.001, 0.999), LENGTHS)
def test_it_is_the_logistic_of_share_and_length(share, length):
    known = LONE if length == 1 else SEVERAL
    odds = (share / (1 - share)) ** known.share * math.exp(known.digit * length + known.all)
    assert math.isclose(surety(share, length), odds / (1 + odds), rel_tol=1e-9)


@given(LENGTHS)
def test_no_share_is_no_surety_and_the_full_share_not_quite_certain(length):
    assert surety(0.0, length) == 0.0
    assert 0.99 < surety(1.0, length) < 1.0
