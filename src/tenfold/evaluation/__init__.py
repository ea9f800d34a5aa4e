"""How right answers are, and how well they know it: arrays in, frozen results out.

Plain numpy; no model class is known here.
"""

from tenfold.evaluation.calibration import (
    Reliability,
    brier_score,
    expected_calibration_error,
    fit_temperature,
    log_losses,
    negative_log_likelihood,
    reliability,
    reliability_of,
    softmax,
)
from tenfold.evaluation.confusion import Confused, Confusion, DigitScore, confusion
from tenfold.evaluation.intervals import wilson
from tenfold.evaluation.readings import answers, one_of
from tenfold.evaluation.rejection import RejectCurve, error_reject
from tenfold.evaluation.scores import Evaluation, Scores, evaluate, score

__all__ = [
    "Confused",
    "Confusion",
    "DigitScore",
    "Evaluation",
    "RejectCurve",
    "Reliability",
    "Scores",
    "answers",
    "brier_score",
    "confusion",
    "error_reject",
    "evaluate",
    "expected_calibration_error",
    "fit_temperature",
    "log_losses",
    "negative_log_likelihood",
    "one_of",
    "reliability",
    "reliability_of",
    "score",
    "softmax",
    "wilson",
]
