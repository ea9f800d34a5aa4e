"""The nets: (n, 28, 28) pixels in [0, 1], ink high, to one row of outputs per picture.

Only Keras layers, so that the same net runs under TensorFlow, JAX and torch.
Augmentation is no part of a net: it would end up in the exported graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras
from keras import layers

from tenfold.canon import CANON_SIZE
from tenfold.models.norms import norm
from tenfold.models.settings import ModelSettings

N_DIGITS: Final = 10
NOT_A_DIGIT: Final = 10  # the reader's eleventh class: debris, letters, two digits at once


def dense(settings: ModelSettings) -> keras.Model:
    """One hidden layer, softmax."""
    return _dense(settings, n_hidden=1, last="softmax")


def dense_sigmoid(settings: ModelSettings) -> keras.Model:
    """One hidden layer, ten sigmoids that share a sparse cross-entropy, as the source has it."""
    return _dense(settings, n_hidden=1, last="sigmoid")


def dense_twice_sigmoid(settings: ModelSettings) -> keras.Model:
    """Two hidden layers of the same width, ten sigmoids."""
    return _dense(settings, n_hidden=2, last="sigmoid")


def convnet(settings: ModelSettings) -> keras.Model:
    """Plain convolutions; the first has stride 2, which costs no accuracy and halves the time."""
    image, x = _image()
    width = settings.width
    for channels, stride in ((2 * width, 2), (3 * width, 1), (4 * width, 2), (6 * width, 1)):
        x = _conv(x, channels, stride)
    x = _conv(x, 6 * width, padding="valid")
    return _head(image, x, settings)


def resnet(settings: ModelSettings) -> keras.Model:
    """Pairs of convolutions around which the input goes unchanged (He et al., 2015)."""
    image, x = _image()
    width = settings.width
    x = _conv(x, width, 2)
    for channels, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
        shortcut = x
        if stride > 1:
            shortcut = layers.AveragePooling2D(stride, padding="same")(shortcut)
            shortcut = layers.Conv2D(channels, 1, use_bias=False)(shortcut)
            shortcut = norm()(shortcut)
        x = _conv(x, channels, stride)
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = norm()(x)
        x = layers.ReLU()(layers.Add()([x, shortcut]))
    return _head(image, x, settings)


def densenet(settings: ModelSettings) -> keras.Model:
    """Blocks in which every layer sees all layers before it (Huang et al., 2016)."""
    image, x = _image()
    growth = settings.width
    x = _conv(x, 2 * growth, 2)
    for block in range(2):
        if block:
            x = _conv(x, x.shape[-1] // 2, kernel=1)
            x = layers.AveragePooling2D(2)(x)
        for _ in range(4):
            x = layers.Concatenate()([x, _conv(x, growth)])
    return _head(image, _conv(x, x.shape[-1], kernel=1), settings)


def fast(settings: ModelSettings) -> keras.Model:
    """Four convolutions, the first of stride 2: so little to compute that it learns in a minute.

    The last sees 4 x 4 places, so it can be wide for little, and the dense layer takes all
    four of its answers. Processors take sixteen channels at a time: a width between two
    multiples of it takes as long as the wider.
    """
    image, x = _image()
    width = settings.width
    x = _conv(x, width, 2, kernel=5)
    x = layers.MaxPooling2D(2)(_conv(x, 2 * width))
    x = layers.MaxPooling2D(2, padding="same")(_conv(x, 4 * width))
    x = _conv(x, 6 * width, padding="valid")
    return _head(image, x, settings, pooled=False)


def tiny(settings: ModelSettings) -> keras.Model:
    """Narrow convolutions; with `model.weight_bits` its weights take a few bits each."""
    image, x = _image()
    width = settings.width
    x = layers.MaxPooling2D(2)(_conv(x, width))
    x = _conv(x, 3 * width // 2)
    x = layers.MaxPooling2D(2)(_conv(x, 2 * width))
    x = _conv(x, 2 * width)
    x = _conv(x, 2 * width, padding="valid")
    return _head(image, x, settings)


def best(settings: ModelSettings) -> keras.Model:
    """Six convolutions with one pooling; most of the work is done on 14 x 14."""
    image, x = _image()
    width = settings.width
    x = _conv(x, width, 2, kernel=5)
    x = _conv(x, 2 * width)
    x = layers.MaxPooling2D(2)(_conv(x, 2 * width))
    for _ in range(2):
        x = _conv(x, 3 * width)
    x = _conv(x, 4 * width, padding="valid")
    return _head(image, x, settings)


def reader(settings: ModelSettings) -> keras.Model:
    """The net behind `tenfold read`: eleven logits, the last for "not a single digit"."""
    image, x = _image()
    width = settings.width
    for channels, stride in (
        (width, 1), (2 * width, 2), (3 * width, 1), (4 * width, 2), (4 * width, 1),
    ):  # fmt: skip
        x = _conv(x, channels, stride)
    x = _conv(x, 6 * width, padding="valid")
    return _head(image, x, settings, n_classes=N_DIGITS + 1, last="linear")


NETS: Final[dict[str, Callable[[ModelSettings], keras.Model]]] = {
    net.__name__: net
    for net in (
        *(dense, dense_sigmoid, dense_twice_sigmoid, convnet, resnet, densenet),
        *(fast, tiny, best, reader),
    )
}


def _image() -> tuple[Any, Any]:
    """The input, and the same with a channel axis."""
    image = layers.Input((CANON_SIZE, CANON_SIZE), name="images")
    return image, layers.Reshape((CANON_SIZE, CANON_SIZE, 1))(image)


def _dense(settings: ModelSettings, *, n_hidden: int, last: str) -> keras.Model:
    image = layers.Input((CANON_SIZE, CANON_SIZE), name="images")
    x = layers.Flatten()(image)
    for _ in range(n_hidden):
        x = layers.Dense(settings.width, activation="relu")(x)
    if settings.dropout:
        x = layers.Dropout(settings.dropout)(x)
    return keras.Model(
        image, layers.Dense(N_DIGITS, activation=last, dtype="float32", name="output")(x)
    )


def _conv(x: Any, channels: int, stride: int = 1, *, kernel: int = 3, padding: str = "same") -> Any:
    """Convolution, batch norm, ReLU; no bias, since the norm has one."""
    x = layers.Conv2D(channels, kernel, strides=stride, padding=padding, use_bias=False)(x)
    return layers.ReLU()(norm()(x))


def _head(
    image: Any,
    x: Any,
    settings: ModelSettings,
    *,
    n_classes: int = N_DIGITS,
    last: str = "softmax",
    pooled: bool = True,
) -> keras.Model:
    x = layers.GlobalAveragePooling2D()(x) if pooled else layers.Flatten()(x)
    if settings.dropout:
        x = layers.Dropout(settings.dropout)(x)
    return keras.Model(
        image, layers.Dense(n_classes, activation=last, dtype="float32", name="output")(x)
    )
