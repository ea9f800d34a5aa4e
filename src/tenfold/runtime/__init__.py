"""Weights found and verified, and run by ONNX Runtime: (n, 28, 28) -> (n, 10)."""

from tenfold.runtime.golden import GOLDEN_TOLERANCE, golden_difference, golden_path
from tenfold.runtime.manifest import DEFAULT_MODEL, MANIFEST_SCHEMA, WEIGHTS, ManifestEntry, shipped
from tenfold.runtime.session import Classifier, Judgement, load_classifier
from tenfold.runtime.weights import verify

__all__ = [
    "DEFAULT_MODEL",
    "GOLDEN_TOLERANCE",
    "MANIFEST_SCHEMA",
    "WEIGHTS",
    "Classifier",
    "Judgement",
    "ManifestEntry",
    "golden_difference",
    "golden_path",
    "load_classifier",
    "shipped",
    "verify",
]
