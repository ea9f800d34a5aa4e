"""The net in the form that runtimes get: probabilities by name, whatever it was trained with."""

from __future__ import annotations

from typing import Final

import keras
from keras import layers

from tenfold.canon import CANON_SIZE
from tenfold.models.classifier import KerasClassifier, activation_of
from tenfold.models.nets import N_DIGITS

INPUT: Final = "images"
PROBABILITIES: Final = "probabilities"
IS_DIGIT: Final = "is_digit"


def with_named_outputs(classifier: KerasClassifier) -> keras.Model:
    """The classifier as one graph: `images` in, `probabilities` and maybe `is_digit` out.

    Logits go through a softmax at the classifier's temperature; sigmoids are
    divided by their sum; a softmax stays as it is. The eleventh logit becomes
    `is_digit` = 1 - p(not a single digit), at temperature 1, as it was trained.
    """
    images = layers.Input((CANON_SIZE, CANON_SIZE), name=INPUT)
    taken = tuple(classifier.model.input_shape)[1:]
    shaped = images if taken == (CANON_SIZE, CANON_SIZE) else layers.Reshape(taken)(images)
    raw = classifier.model(shaped)
    digits = raw if raw.shape[1] == N_DIGITS else raw[:, :N_DIGITS]
    kind = activation_of(classifier.model)
    if kind == "linear":
        probabilities = keras.ops.softmax(digits / classifier.temperature)
    elif kind == "sigmoid":
        # The least float keeps ten zeros from becoming not-a-number.
        probabilities = digits / (keras.ops.sum(digits, axis=1, keepdims=True) + 1e-37)
    else:
        probabilities = digits
    outputs = {PROBABILITIES: _named(probabilities, PROBABILITIES)}
    if raw.shape[1] > N_DIGITS:
        is_digit = 1 - keras.ops.softmax(raw)[:, N_DIGITS]
        outputs[IS_DIGIT] = _named(is_digit, IS_DIGIT)
    return keras.Model(images, outputs, name=classifier.model.name)


def _named(value: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """The value as the output of a layer of this name: runtimes call it so."""
    return layers.Identity(name=name)(value)
