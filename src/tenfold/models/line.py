"""The line net: a strip of writing in, one row of symbol logits for every two columns out.

Fully convolutional, so a strip may have any width. Trained by connectionist
temporal classification: Graves et al., "Connectionist Temporal Classification:
Labelling Unsegmented Sequence Data with Recurrent Neural Networks" (2006);
without recurrence, as in Borisyuk et al., "Rosetta" (2018).
"""

from __future__ import annotations

from typing import Any, Final

import keras
from keras import layers

from tenfold.canon import BLANK, STRIP_HEIGHT, STRIP_STRIDE, SYMBOLS
from tenfold.models.norms import norm
from tenfold.models.settings import ModelSettings

N_OUTPUTS: Final = len(SYMBOLS) + 1
"""The symbols in their order, then `BLANK`."""

REACH: Final = 72
"""Columns to either side that an answer can depend on; see `line_net`."""

_SPANS: Final = (1, 2, 4, 8)  # steps between the taps along the line

assert BLANK == N_OUTPUTS - 1


def line_net(settings: ModelSettings) -> keras.Model:
    """(n, 32, w, 1) in [0, 1], ink high -> logits (n, ceil(w / 2), 15), always float32.

    Five 3x3 convolutions at two columns a step reach 1 + 5 * 2 columns to each side: one
    digit. Then four along the line, their taps wider and wider apart, each adding to what
    it was given, reach 2 * 2 * 15 columns more, three digits: how a writer makes his 7s
    tells what his 1s are. `REACH` is the sum, rounded up to whole steps. Dilation: Yu and
    Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions" (2016); adding: He
    et al., "Deep Residual Learning" (2016).
    Rows are not averaged at the end: a point, a comma and a dash differ by
    where they lie.

    Args:
        settings: the channels of the first layer, and dropout.
    """
    width = settings.width
    strip = layers.Input((STRIP_HEIGHT, None, 1), name="strips")
    x = strip
    for channels, strides in (
        (width, (2, STRIP_STRIDE)),
        (2 * width, 1),
        (2 * width, (2, 1)),
        (3 * width, 1),
        (3 * width, (2, 1)),
        (3 * width, 1),
    ):
        x = _conv(x, channels, kernel_size=3, strides=strides)
    x = _conv(x, 4 * width, kernel_size=(x.shape[1], 1), padding="valid")
    for span in _SPANS:
        around = _conv(_taps(x, span), 4 * width, kernel_size=1)
        x = layers.Add()([x, around])
    if settings.dropout:
        x = layers.Dropout(settings.dropout)(x)
    x = layers.Conv2D(N_OUTPUTS, 1, dtype="float32", name="symbols")(x)
    return keras.Model(strip, layers.Reshape((-1, N_OUTPUTS), dtype="float32")(x), name="line")


def _taps(x: Any, span: int) -> Any:
    """(n, 1, T, 5 c): at each step what lies there and one and two spans to either side.

    A convolution of it with one step is a dilated one of five, which TensorFlow cannot
    run on a CPU for every T.
    """
    wide = layers.ZeroPadding2D((0, 2 * span))(x)
    shifts = [(k * span, (4 - k) * span) for k in range(5)]
    parts = [layers.Cropping2D((0, shift))(wide) for shift in shifts]
    return layers.Concatenate()(parts)


def _conv(x: Any, channels: int, *, padding: str = "same", **shape: Any) -> Any:
    """Convolution, batch norm, ReLU."""
    x = layers.Conv2D(channels, padding=padding, use_bias=False, **shape)(x)
    x = norm()(x)
    return layers.ReLU()(x)
