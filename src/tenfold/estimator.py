"""The recipes as a scikit-learn classifier: fit, predict, clone, search over settings.

>>> TenfoldClassifier("dense128", epochs=2)
TenfoldClassifier(epochs=2)
"""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from tenfold.canon import CANON_SIZE
from tenfold.data.checks import check_labels
from tenfold.data.splits import Split
from tenfold.errors import ConfigError, DataError, did_you_mean
from tenfold.models import build, every_setting, load_keras
from tenfold.training import Config

N_DIGITS: Final = 10
N_PIXELS: Final = CANON_SIZE**2

# Which digits are trained on is what `fit` is given; the rest of [data] is about that.
_GIVEN: Final = ("data.source", "data.folder")
SETTINGS: Final = {
    name.partition(".")[2]: name for name, _, _ in every_setting() if name not in _GIVEN
}
"""From a parameter's name to the setting that it changes, e.g. `epochs` to `fit.epochs`."""


class TenfoldClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A net of the lab that learns from arrays.

    Pictures are (n, 28, 28) or (n, 784), ink high: uint8 in 0..255 or floats
    in [0, 1]. Labels are digits; a digit that `fit` never saw keeps its column
    in `predict_proba`.

    Args:
        recipe: the net and how it is trained; see `tenfold models`.
        settings: any key of `[model]`, `[data]` or `[fit]` of a run, by its
            last name; one that is left out, or None, is the recipe's own.

    Attributes:
        classes_: the ten digits.
        model_: the Keras net.
        history_: one row per epoch.
    """

    def __init__(self, recipe: str = "dense128", **settings: Any) -> None:
        unknown = sorted(set(settings) - SETTINGS.keys())
        if unknown:
            raise ConfigError(
                "TenfoldClassifier",
                f'unknown parameter "{unknown[0]}"',
                todo=did_you_mean(unknown[0], SETTINGS),
            )
        self.recipe = recipe
        for name in SETTINGS:
            setattr(self, name, settings.get(name))

    def fit(self, X: ArrayLike, y: ArrayLike) -> TenfoldClassifier:  # noqa: N803
        """Train the net from scratch.

        Raises:
            ConfigError: there is no such recipe, or a value does not fit.
            DataError: pictures or labels do not fit.
            TrainingError: the loss is not a number.
        """
        config = self._config()
        split = _split(X, y)
        load_keras().utils.set_random_seed(config.settings.fit.seed)
        from tenfold.models.classifier import KerasClassifier
        from tenfold.training.begin import beginning_of
        from tenfold.training.checkpoint import State, assign
        from tenfold.training.display import Display
        from tenfold.training.loop import train_epochs
        from tenfold.training.material import parted
        from tenfold.training.stopping import Stop

        settings = config.settings
        model = build(config.recipe, settings, training=True)
        digits = parted(split, settings)
        with Display(None, settings.fit.epochs) as display:
            state = train_epochs(
                model, settings, digits, State(digits.sha256),
                save=lambda after: None, display=display, stop=Stop(),
                beginning=beginning_of(config.recipe, settings),
            )  # fmt: skip
        best = settings.fit.keep == "best" or settings.fit.patience
        self.model_ = build(config.recipe, settings)
        assign(self.model_.weights, state.best if best else state.last)
        self.history_ = state.history
        self.classes_ = np.arange(N_DIGITS)
        self.n_features_in_ = N_PIXELS
        self._classifier = KerasClassifier(model, config.recipe_name)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:  # noqa: N803
        """(n, 10) probabilities of the digits 0 to 9; rows sum to 1."""
        check_is_fitted(self)
        return self._classifier.predict_proba(_pictures(X))

    def predict(self, X: ArrayLike) -> NDArray[np.intp]:  # noqa: N803
        """(n,) digits, 0 to 9."""
        digits: NDArray[np.intp] = self.predict_proba(X).argmax(axis=1)
        return digits

    def _config(self) -> Config:
        """The recipe with the parameters that are not None."""
        given = {SETTINGS[name]: getattr(self, name) for name in SETTINGS}
        # A maker process would run a script without a __main__ guard a second time.
        values = {"data.makers": 0} | {k: v for k, v in given.items() if v is not None}
        # Grid searches hand over numpy's numbers.
        plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in values.items()}
        return Config.of(self.recipe).changed(plain, item="TenfoldClassifier")


def _signature() -> Signature:
    """What scikit-learn and `help` read: every setting by its name, None where it is left out."""
    own = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    recipe = Parameter("recipe", Parameter.POSITIONAL_OR_KEYWORD, default="dense128")
    rest = [Parameter(name, Parameter.KEYWORD_ONLY, default=None) for name in SETTINGS]
    return Signature([own, recipe, *rest])


setattr(TenfoldClassifier.__init__, "__signature__", _signature())  # noqa: B010


def _split(x: ArrayLike, y: ArrayLike) -> Split:
    """The digits to learn from; there are none to report on."""
    pictures = _pictures(x)
    labels = check_labels("y", np.asarray(y), len(pictures))
    if not len(labels):
        raise DataError("X", "no pictures to learn from")
    return Split(pictures, labels, pictures[:0], labels[:0])


def _pictures(x: ArrayLike) -> NDArray[np.uint8]:
    """(n, 28, 28) uint8, whatever of the four forms was given."""
    pictures = np.asarray(x)
    if pictures.shape[1:] not in ((CANON_SIZE, CANON_SIZE), (N_PIXELS,)):
        raise DataError(
            "X",
            f"should be (n, {CANON_SIZE}, {CANON_SIZE}) or (n, {N_PIXELS})",
            came=f"shape {pictures.shape}",
        )
    pictures = pictures.reshape(-1, CANON_SIZE, CANON_SIZE)
    if pictures.dtype == np.uint8:
        return pictures
    if not np.issubdtype(pictures.dtype, np.floating):
        raise DataError(
            "X", "should be uint8 in 0..255 or floats in [0, 1]", came=str(pictures.dtype)
        )
    if pictures.size and not (pictures.min() >= 0 and pictures.max() <= 1):
        came = f"values from {pictures.min():g} to {pictures.max():g}"
        raise DataError("X", "floats should lie in [0, 1]", came=came, todo="Divide by 255?")
    rounded: NDArray[np.uint8] = np.rint(pictures * 255).astype(np.uint8)
    return rounded
