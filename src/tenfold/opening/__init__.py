"""Any trained model behind one function of arrays, whatever kind of file it lies in.

A shipped name, a run folder, `.keras`, `.h5`, `saved-model:FOLDER`, `.onnx`
or `.tflite`: `open_model` gives an object with `predict_proba` and `judge`. The
packages that a kind needs are imported when a model of that kind is opened.
"""

from tenfold.opening.kinds import SAVED_MODEL_PREFIX, Found, Kind, find_model
from tenfold.opening.models import DigitModel, open_keras, open_model

__all__ = [
    "SAVED_MODEL_PREFIX",
    "DigitModel",
    "Found",
    "Kind",
    "find_model",
    "open_keras",
    "open_model",
]
