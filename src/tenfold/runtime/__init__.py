"""Weights found and verified, and run by ONNX Runtime: digits (n, 28, 28) -> (n, 10), and lines."""

from tenfold.runtime.golden import golden_difference, golden_path, golden_tolerance
from tenfold.runtime.line import LINE_MODEL, LineNet, load_line_net
from tenfold.runtime.manifest import (
    COMPANY_MODEL,
    DEFAULT_MODEL,
    DIGIT,
    FLOAT32,
    INT8,
    LINE,
    MANIFEST_SCHEMA,
    WEIGHTS,
    ManifestEntry,
    company_of,
    shipped,
)
from tenfold.runtime.session import Classifier, Judgement, load_classifier, open_session
from tenfold.runtime.symbols import greedy_text
from tenfold.runtime.weights import model_bytes, verify

__all__ = [
    "COMPANY_MODEL",
    "DEFAULT_MODEL",
    "DIGIT",
    "FLOAT32",
    "INT8",
    "LINE",
    "LINE_MODEL",
    "MANIFEST_SCHEMA",
    "WEIGHTS",
    "Classifier",
    "Judgement",
    "LineNet",
    "ManifestEntry",
    "company_of",
    "golden_difference",
    "golden_path",
    "golden_tolerance",
    "greedy_text",
    "load_classifier",
    "load_line_net",
    "model_bytes",
    "open_session",
    "shipped",
    "verify",
]
