"""A person looks at the doubtful answers: which they are, their crops, what was said of them."""

from .doubts import Doubt, doubts, read_results
from .originals import Crop, Originals
from .sitting import CONFIRMED, CORRECTED, NO_NUMBER, Sitting, is_label

__all__ = [
    "CONFIRMED",
    "CORRECTED",
    "NO_NUMBER",
    "Crop",
    "Doubt",
    "Originals",
    "Sitting",
    "doubts",
    "is_label",
    "read_results",
]
