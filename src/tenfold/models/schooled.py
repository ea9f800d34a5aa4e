"""A net in the form in which it trains: the same weights, other layers."""

from __future__ import annotations

import keras
from keras import layers

from tenfold.models.norms import FusedNorm
from tenfold.models.rounded import RoundedConv2D, RoundedDense


def schooled(model: keras.Model, weight_bits: int = 0) -> keras.Model:
    """The same untrained net with batch norms that train faster, and few bits for a weight.

    Args:
        model: of Keras' own layers.
        weight_bits: 2 to 8 for each weight of convolutions and dense layers; 0 is a float.
    """
    rounding = {layers.Conv2D: RoundedConv2D, layers.Dense: RoundedDense} if weight_bits else {}

    def made(layer: layers.Layer) -> layers.Layer:
        kind, config = type(layer), layer.get_config()
        if kind in rounding:
            return rounding[kind](bits=weight_bits, **config)
        return (FusedNorm if kind is layers.BatchNormalization else kind).from_config(config)

    return keras.models.clone_model(model, clone_function=made)
