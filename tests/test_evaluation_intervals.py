import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.evaluation import wilson

stats = pytest.importorskip("scipy.stats")

counted = st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_scipys_wilson_interval(pair, confidence):
    errors, n = pair
    expected = stats.binomtest(errors, n).proportion_ci(confidence, method="wilson")
    assert wilson(errors, n, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(counted)
def test_the_rate_lies_inside_and_both_ends_are_rates(pair):
    errors, n = pair
    low, high = wilson(errors, n)
    assert 0 <= low <= errors / n <= high <= 1
    assert low < high


def test_the_interval_holds_the_true_rate_about_nineteen_times_in_twenty():
    n, rate = 200, 0.03
    caught = sum(
        stats.binom.pmf(k, n, rate)
        for k in range(n + 1)
        if wilson(k, n)[0] <= rate <= wilson(k, n)[1]
    )
    assert 0.93 < caught < 0.98


@pytest.mark.parametrize(("errors", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_counts_that_cannot_be_are_refused(errors, n):
    with pytest.raises(ValueError, match="cannot be"):
        wilson(errors, n)
