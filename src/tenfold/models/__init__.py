"""The recipes, and the nets that they name.

The recipes are plain values and cost nothing to import; `build` brings in Keras.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenfold.models.backend import load_keras
from tenfold.models.precision import FLOAT32, precision_here
from tenfold.models.recipes import RECIPES, Recipe, measured_recipes, recipe
from tenfold.models.settings import (
    DataSettings,
    FitSettings,
    ModelSettings,
    Settings,
    every_setting,
)

if TYPE_CHECKING:
    import keras

__all__ = [
    "RECIPES",
    "DataSettings",
    "FitSettings",
    "ModelSettings",
    "Recipe",
    "Settings",
    "build",
    "every_setting",
    "load_keras",
    "measured_recipes",
    "recipe",
]


def build(
    recipe: Recipe,
    settings: Settings | None = None,
    *,
    precision: str = FLOAT32,
    training: bool = False,
) -> keras.Model:
    """An untrained net, input (n, 28, 28) in [0, 1], ink high; of lines, (n, 32, w, 1).

    Args:
        recipe: which net.
        settings: how wide and so on; the recipe's own when left out.
        precision: what its layers compute in, one of `PRECISIONS`; the weights are float32 in
            each, so they can be moved to a net that was built in another.
        training: with layers of our own that train faster, or round their weights as
            `model.weight_bits` asks; otherwise of Keras' own layers alone. The weights of the
            one can be moved to the other.

    Raises:
        MissingExtraError: Keras or its backend is not installed.
    """
    keras = load_keras()
    from tenfold.models.line import line_net
    from tenfold.models.nets import NETS
    from tenfold.models.schooled import schooled

    chosen = settings or recipe.settings
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision_here(precision))
    try:
        net = (line_net if recipe.reads_lines else NETS[recipe.net])(chosen.model)
        return schooled(net, chosen.model.weight_bits) if training else net
    finally:
        keras.config.set_dtype_policy(usual)
