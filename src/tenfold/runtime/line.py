"""The line net behind a plain function of strips."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.canon import BLANK, STRIP_HEIGHT, STRIP_STRIDE
from tenfold.errors import DataError, ModelError
from tenfold.runtime.manifest import LINE
from tenfold.runtime.session import named_session, stated_version
from tenfold.runtime.weights import check_strip

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]

LINE_MODEL: Final = "line"
STRIP_KEY: Final = "tenfold.strip"
"""Under this key an ONNX file's own metadata says for which form of strips it was trained."""

N_SYMBOLS: Final = BLANK + 1

_PAPER: Final = 20
"""Columns of paper right of every strip, at least: more than one digit's worth."""
_STEP: Final = 16  # columns; strips of like width go together, so that none changes another
_BATCH: Final = 16


class LineNet:
    """What is written in strips, step by step; made by `load_line_net`.

    Attributes:
        name: the shipped name or the path that it was loaded from.
    """

    def __init__(self, name: str, session: InferenceSession) -> None:
        self.name = name
        self._session = session
        _check(name, session)
        self._input = session.get_inputs()[0].name
        self._output = session.get_outputs()[0].name

    def probabilities(self, strips: Sequence[NDArray[np.uint8]]) -> list[Floats]:
        """For each strip (ceil(w / 2), 15) float32, rows sum to 1: `SYMBOLS`, then blank.

        The strips may have any widths; none changes the answer of another.

        Args:
            strips: (32, w) uint8 each, 255 = full ink, as `to_strip` makes them.

        Raises:
            DataError: a strip has another shape or type.
        """
        for index, strip in enumerate(strips):
            _check_strip(index, strip)
        rooms = [room_of(strip.shape[1]) for strip in strips]
        answers: list[Floats] = [np.empty((0, N_SYMBOLS), np.float32)] * len(strips)
        order = sorted(range(len(strips)), key=rooms.__getitem__)
        for room, group in itertools.groupby(order, key=rooms.__getitem__):
            rows = list(group)
            for start in range(0, len(rows), _BATCH):
                some = rows[start : start + _BATCH]
                for index, answer in zip(some, self._run(strips, some, room), strict=True):
                    answers[index] = answer[: -(-strips[index].shape[1] // STRIP_STRIDE)]
        return answers

    def _run(self, strips: Sequence[NDArray[np.uint8]], rows: list[int], room: int) -> Floats:
        batch = on_paper([strips[index] for index in rows], room)
        found = self._session.run([self._output], {self._input: batch})
        return np.asarray(found[0], np.float32)


def load_line_net(name_or_path: str | os.PathLike[str] = LINE_MODEL) -> LineNet:
    """A shipped line net by name, or any ONNX file by a path that ends in `.onnx`.

    The file must take float32 strips (n, 32, w) in [0, 1], ink high, and give
    "symbols" (n, ceil(w / 2), 15). It runs on one thread.

    Raises:
        ModelError: there is no such model or file, ONNX Runtime cannot open it,
            or its input or output does not fit (the message says which).
        WeightsError: a shipped file is not the one that the manifest names.
    """
    return LineNet(*named_session(name_or_path, LINE))


def on_paper(strips: Sequence[NDArray[np.uint8]], room: int) -> Floats:
    """(n, 32, room) in [0, 1] as the net takes them: each strip, and paper to its right."""
    batch = np.zeros((len(strips), STRIP_HEIGHT, room), np.float32)
    for place, strip in zip(batch, strips, strict=True):
        place[:, : strip.shape[1]] = strip
    batch /= np.float32(255)
    return batch


def room_of(width: int) -> int:
    """Columns that a strip of this width is given: itself, paper, and up to a whole step.

    >>> room_of(96)
    128
    """
    return -(-(width + _PAPER) // _STEP) * _STEP


def _check_strip(index: int, strip: NDArray[Any]) -> None:
    shape = np.shape(strip)
    fits = len(shape) == 2 and shape[0] == STRIP_HEIGHT and shape[1] > 0
    if not fits or strip.dtype != np.uint8:
        raise DataError(
            f"strip {index}",
            f"must be uint8 ({STRIP_HEIGHT}, w)",
            came=f"{getattr(strip, 'dtype', type(strip).__name__)} {shape}",
        )


def _check(name: str, session: InferenceSession) -> None:
    """Refuse a file that takes or gives anything but strips and symbols."""
    stated = stated_version(session, STRIP_KEY)
    if stated is not None:
        check_strip(name, stated)
    nodes = (*session.get_inputs(), *session.get_outputs())
    wanted = [(None, STRIP_HEIGHT, None), (None, None, N_SYMBOLS)]
    fits = len(nodes) == 2 and all(
        node.type == "tensor(float)" and _fits(node.shape, shape)
        for node, shape in zip(nodes, wanted, strict=True)
    )
    if not fits:
        raise ModelError(
            name,
            f"must take float32 (n, {STRIP_HEIGHT}, w) and give float32 (n, t, {N_SYMBOLS})",
            came="; ".join(f"{node.name} {node.type} {node.shape}" for node in nodes),
            todo="A net of lines is needed: tenfold train line",
        )


def _fits(shape: Sequence[Any], wanted: tuple[int | None, ...]) -> bool:
    """A free size must be free: strips are of all widths."""
    return len(shape) == len(wanted) and all(
        isinstance(size, str) or size is None if want is None else size == want
        for size, want in zip(shape, wanted, strict=True)
    )
