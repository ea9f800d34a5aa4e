"""What can be promised of answers: bounds, thresholds, sets. Numbers in, numbers out."""

from tenfold.trust.bounds import chance_of_at_most, n_needed, upper_bound
from tenfold.trust.promise import DELTA, Acceptance, Steps, steps, threshold_for
from tenfold.trust.sets import SetTable, fit_sets
from tenfold.trust.table import MAX_ERROR, Promise, load_promise

__all__ = [
    "DELTA",
    "MAX_ERROR",
    "Acceptance",
    "Promise",
    "SetTable",
    "Steps",
    "chance_of_at_most",
    "fit_sets",
    "load_promise",
    "n_needed",
    "steps",
    "threshold_for",
    "upper_bound",
]
