"""The training digits that look most like a digit to the net: near in its last hidden layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.errors import ConfigError
from tenfold.explain.net import Net
from tenfold.explain.wanted import N_NEIGHBOURS, Distance

_BATCH: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest of a set of digits, nearest first.

    Attributes:
        images: (k, 28, 28) uint8, ink high.
        labels: (k,) their true digits.
        distances: (k,) float64, rising.
        indices: (k,) where they lie in the set.
        measure: which distance: cosine is 1 less the cosine of the angle.
        layer: the layer in which it is measured.
        n_values: how many values that layer has.
        source: the set, in words.
        n_source: how many digits it holds.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    distances: NDArray[np.float64]
    indices: NDArray[np.int64]
    measure: Distance
    layer: str
    n_values: int
    source: str
    n_source: int

    def to_dict(self) -> dict[str, Any]:
        """The neighbours as JSON values, without their pixels."""
        return {
            "measure": self.measure,
            "layer": self.layer,
            "values": self.n_values,
            "source": self.source,
            "n_source": self.n_source,
            "labels": self.labels.tolist(),
            "distances": np.round(self.distances, 6).tolist(),
            "indices": self.indices.tolist(),
        }


class Neighbourhood:
    """Known digits as a net sees them; their features stay in memory, so asking again is quick.

    Args:
        net: the model.
        images: (n, 28, 28) uint8, ink high.
        labels: (n,) their digits.
        source: what they are called.
        progress: is told after each batch how many digits are done.
    """

    def __init__(
        self,
        net: Net,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        source: str,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        self._net, self._images, self._labels, self._source = net, images, labels, source
        parts = []
        for start in range(0, len(images), _BATCH):
            parts.append(self._features(images[start : start + _BATCH]))
            progress(min(start + _BATCH, len(images)))
        self._known = np.concatenate(parts)

    def nearest(
        self, image: NDArray[np.uint8], k: int = N_NEIGHBOURS, measure: Distance = "cosine"
    ) -> Neighbours:
        """The k known digits nearest to a picture; equally near ones in the set's order.

        Args:
            image: (28, 28) uint8, ink high.
            k: how many.
            measure: `cosine` heeds which values are strong, not how strong all are.

        Raises:
            ConfigError: k is below 1 or above the number of known digits.
        """
        if not 1 <= k <= len(self._known):
            raise ConfigError("--neighbours", f"must lie in 1 to {len(self._known)}", came=str(k))
        distances = distances_to(self._known, self._features(image[None])[0], measure)
        order = np.argsort(distances, kind="stable")[:k]
        return Neighbours(
            images=self._images[order],
            labels=self._labels[order],
            distances=distances[order],
            indices=order,
            measure=measure,
            layer=self._net.hidden_name,
            n_values=self._known.shape[1],
            source=self._source,
            n_source=len(self._known),
        )

    def _features(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._net.hidden(images.astype(np.float32) / np.float32(255))


def distances_to(
    known: NDArray[np.float32], query: NDArray[np.float32], measure: Distance
) -> NDArray[np.float64]:
    """(n,) distances of n rows to one.

    A row of zeros has no direction: its cosine distance to anything is 1.

    >>> rows = np.array([[3, 4], [4, -3], [0, 0]], np.float32)
    >>> distances_to(rows, rows[0], "euclidean").round(3).tolist()
    [0.0, 7.071, 5.0]
    >>> distances_to(rows, rows[0], "cosine").tolist()
    [0.0, 1.0, 1.0]
    """
    rows, row = known.astype(np.float64), query.astype(np.float64)
    if measure == "euclidean":
        result: NDArray[np.float64] = np.sqrt(((rows - row) ** 2).sum(axis=1))
        return result
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(row)
    cosine = np.divide(rows @ row, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    angles: NDArray[np.float64] = np.clip(1 - cosine, 0, 2)
    return angles
