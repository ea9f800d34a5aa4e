"""What can be promised of answers: bounds, thresholds, sets. Numbers in, numbers out."""

from tenfold.trust.bounds import chance_of_at_most, n_needed, upper_bound
from tenfold.trust.promise import DELTA, Acceptance, Steps, steps, threshold_for
from tenfold.trust.sets import SetTable, fit_sets

__all__ = [
    "DELTA",
    "Acceptance",
    "SetTable",
    "Steps",
    "chance_of_at_most",
    "fit_sets",
    "n_needed",
    "steps",
    "threshold_for",
    "upper_bound",
]
