"""One ONNX Runtime session behind a plain function of arrays."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tenfold.canon import CANON_SIZE
from tenfold.errors import DataError, ModelError
from tenfold.runtime.manifest import DEFAULT_MODEL, DIGIT, shipped_sets
from tenfold.runtime.weights import check_canon, model_bytes
from tenfold.trust import SetTable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]

N_CLASSES: Final = 10
CANON_KEY: Final = "tenfold.canon"
"""Under this key an ONNX file's own metadata may say on which canon it was trained."""

_BATCH: Final = 1024  # bounds the memory of a large request; larger batches are no faster
_SUM_TOLERANCE: Final = 1e-3
_WEIGHTS_FOLDER: Final = "session.model_external_initializers_file_folder_path"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a classifier makes of n images.

    Attributes:
        probabilities: (n, 10) float32, rows sum to 1: which digit, if it is one.
        is_digit: (n,) float32 in [0, 1]: is it one single digit at all? 1 where
            the model has no such output.
    """

    probabilities: Floats
    is_digit: Floats


class Classifier:
    """Probabilities of the ten digits for canonical images; made by `load_classifier`.

    Attributes:
        name: the shipped name or the path that it was loaded from.
    """

    def __init__(self, name: str, session: InferenceSession) -> None:
        self.name = name
        self._session = session
        self._input, self._outputs = _contract(name, session)

    def predict_proba(self, images: ArrayLike) -> Floats:
        """Probability of each digit, (n, 10) float32, rows sum to 1.

        Args:
            images: (n, 28, 28) in canonical form, ink high: uint8 in 0..255 or
                float in [0, 1]. n may be 0.

        Raises:
            DataError: another shape or type, a NaN, or a value outside the range.
            ModelError: the model's output is no probability.
        """
        return self.judge(images).probabilities

    def predict_set(
        self, images: ArrayLike, alpha: float = 0.05, table: SetTable | None = None
    ) -> NDArray[np.bool_]:
        """Sets of digits that hold the true one as often as is asked, (n, 10) bool.

        Of new digits like those of the table, the set misses the true one in `alpha`
        of all cases at most; no set is empty (docs/trust.md).

        Args:
            images: as for `predict_proba`.
            alpha: how often the truth may be missing, in (0, 1).
            table: from `tenfold.trust.fit_sets`; the shipped one of this model if None.

        Raises:
            ModelError: the model has no shipped table, and none was given.
            ConfigError: alpha is not between 0 and 1.
        """
        return (table or shipped_sets(self.name)).sets(self.predict_proba(images), alpha)

    def judge(self, images: ArrayLike) -> Judgement:
        """Probabilities, and whether each image is a digit at all; see `predict_proba`."""
        pixels = _checked_images(images)
        starts = range(0, max(len(pixels), 1), _BATCH)
        parts = [self._run(_as_floats(pixels[start : start + _BATCH])) for start in starts]
        return Judgement(
            np.concatenate([probabilities for probabilities, _ in parts]),
            np.concatenate([is_digit for _, is_digit in parts]),
        )

    def _run(self, pixels: Floats) -> tuple[Floats, Floats]:
        if not len(pixels):  # some nets refuse an empty batch
            return np.empty((0, N_CLASSES), np.float32), np.empty(0, np.float32)
        found = self._session.run(self._outputs, {self._input: pixels})
        probabilities = np.asarray(found[0], np.float32)
        sums = probabilities.sum(axis=1)
        if not (np.abs(sums - 1) <= _SUM_TOLERANCE).all() or probabilities.min() < 0:
            raise ModelError(
                self.name,
                'output "probabilities" must hold rows in [0, 1] that sum to 1',
                came=f"a row that sums to {sums[np.abs(sums - 1).argmax()]:g}",
                todo="End the net with a softmax",
            )
        is_digit = found[1] if len(found) > 1 else np.ones(len(pixels), np.float32)
        return probabilities, np.asarray(is_digit, np.float32).reshape(-1)


def load_classifier(name_or_path: str | os.PathLike[str] = DEFAULT_MODEL) -> Classifier:
    """A shipped model by name, or any ONNX file by a path that ends in `.onnx`.

    The file must take float32 images (n, 28, 28) in [0, 1], ink high, and give
    "probabilities" (n, 10); it may give "is_digit" (n,) as well. It runs on one
    thread: two are slower for nets as small as these.

    Raises:
        ModelError: there is no such model or file, ONNX Runtime cannot open it,
            or its input or output does not fit (the message says which).
        WeightsError: a shipped file is not the one that the manifest names.
    """
    return Classifier(*named_session(name_or_path, DIGIT))


def named_session(name_or_path: str | os.PathLike[str], kind: str) -> tuple[str, InferenceSession]:
    """The name, and the session of a shipped model of this kind or of any ONNX file."""
    name = os.fspath(name_or_path)
    return name, open_session(name, model_bytes(name, kind))


def open_session(name: str, data: bytes) -> InferenceSession:
    """A session on one thread; the file can bring no weights from other files.

    Raises:
        ModelError: ONNX Runtime cannot open it; `name` is what the message calls it.
    """
    # Its import alone would write an identifier of this device and a queue of events to the cache.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime as ort  # 0.1 s that `tenfold models` and a wrong path need not wait for

    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The weights must lie in the file itself: others would be read from any path that it names.
    options.add_session_config_entry(_WEIGHTS_FOLDER, os.devnull)
    try:
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own kinds share no public base
        reason = " ".join(str(error).split())
        raise ModelError(name, "ONNX Runtime cannot open it", came=reason) from None


def stated_version(session: InferenceSession, key: str) -> int | None:
    """What a file says under a key of its own metadata; None where that is no version."""
    stated = session.get_modelmeta().custom_metadata_map.get(key)
    return int(stated) if stated is not None and stated.isdecimal() else None


def _contract(name: str, session: InferenceSession) -> tuple[str, list[str]]:
    """Name of the input and of the one or two outputs, their shapes checked."""
    stated = stated_version(session, CANON_KEY)
    if stated is not None:
        check_canon(name, stated)
    inputs = session.get_inputs()
    if len(inputs) != 1:
        came = ", ".join(node.name for node in inputs) or "none"
        raise ModelError(name, "must have one input, the images", came=came)
    side = CANON_SIZE
    _check_node(name, "input", inputs[0], (side, side))
    outputs = {node.name: node for node in session.get_outputs()}
    first = outputs.get("probabilities") or session.get_outputs()[0]
    _check_node(name, "output", first, (N_CLASSES,))
    if "is_digit" not in outputs:
        return inputs[0].name, [first.name]
    _check_node(name, "output", outputs["is_digit"], ())
    return inputs[0].name, [first.name, "is_digit"]


def _check_node(model: str, which: str, node: Any, tail: tuple[int, ...]) -> None:
    """The first axis must be free: it counts the images."""
    shape = tuple(node.shape)
    free = bool(shape) and not isinstance(shape[0], int)
    # A size that the file leaves open is told only by running it.
    fits = len(shape) == len(tail) + 1 and all(
        not isinstance(size, int) or size == wanted
        for size, wanted in zip(shape[1:], tail, strict=True)
    )
    if not (free and fits and node.type == "tensor(float)"):
        wanted = "(" + ", ".join(["n", *map(str, tail)]) + ("," if not tail else "") + ")"
        came = "(" + ", ".join(map(str, shape)) + ")"
        raise ModelError(
            model,
            f'{which} "{node.name}" must be float32 {wanted}',
            came=f"{node.type.removeprefix('tensor(').removesuffix(')')} {came}",
        )


def _checked_images(images: ArrayLike) -> NDArray[Any]:
    pixels = np.asarray(images)
    side = CANON_SIZE
    if pixels.ndim != 3 or pixels.shape[1:] != (side, side):
        single = pixels.shape == (side, side)
        raise DataError(
            "images",
            f"must be (n, {side}, {side})",
            came=f"shape {pixels.shape}",
            todo="For one image give images[None]" if single else "",
        )
    if pixels.dtype == np.uint8:
        return pixels
    if not np.issubdtype(pixels.dtype, np.floating):
        raise DataError(
            "images", "must be uint8 in 0..255 or float in [0, 1]", came=str(pixels.dtype)
        )
    if pixels.size and not (pixels.min() >= 0 and pixels.max() <= 1):
        if np.isnan(pixels).any():
            raise DataError("images", "must not hold NaN", came=f"{np.isnan(pixels).sum()} of them")
        raise DataError(
            "images",
            "floats must lie in [0, 1], 1 = ink",
            came=f"{pixels.min():g} to {pixels.max():g}",
            todo="Divide by 255 or give uint8" if pixels.max() > 1 else "",
        )
    return pixels


def _as_floats(pixels: NDArray[Any]) -> Floats:
    floats = pixels.astype(np.float32)
    return floats / np.float32(255) if pixels.dtype == np.uint8 else floats
