"""Stored answers beside the weights: does this machine compute what ours computed?"""

from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import WeightsError
from tenfold.runtime.line import load_line_net
from tenfold.runtime.manifest import FLOAT32, INT8, LINE, shipped
from tenfold.runtime.session import load_classifier
from tenfold.runtime.weights import verify

_TOLERANCES: Final = {FLOAT32: 1e-5, INT8: 0.05}
"""Processors round differently; a larger difference is another net or another runtime. In 8
bits a value that lies between two steps may go to the other one."""


def golden_path(weights: Path) -> Path:
    """Where the stored answers of an ONNX file lie: `a.onnx` has `a.golden.npz`."""
    return weights.with_suffix(".golden.npz")


def golden_tolerance(name: str) -> float:
    """What a probability of a shipped model may differ by from the stored one.

    >>> golden_tolerance("dense128")
    1e-05
    """
    return _TOLERANCES[shipped()[name].computes]


def golden_difference(name: str) -> float:
    """Largest difference between today's probabilities of a shipped model and the stored ones.

    Raises:
        ModelError: as `load_classifier` raises it.
        WeightsError: the stored answers are missing or damaged.
    """
    path = golden_path(verify(name))
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            inputs, probabilities = stored["inputs"], stored["probabilities"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise WeightsError(
            str(path),
            f"the stored answers cannot be read ({error})",
            todo="Install tenfold again",
        ) from None
    found = _answers(name, inputs)
    return float(np.abs(found - probabilities).max())


def _answers(name: str, inputs: NDArray[Any]) -> NDArray[np.float32]:
    if shipped()[name].kind == LINE:
        return np.stack(load_line_net(name).probabilities(list(inputs)))
    return load_classifier(name).predict_proba(inputs)
