import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import ConfigError
from tenfold.models import RECIPES, Settings, every_setting, recipe

NAMES = [name for name, _, _ in every_setting()]


def test_every_setting_has_a_meaning():
    assert len(NAMES) == len(set(NAMES)) > 20
    assert all(len(meaning) > 10 for _, _, meaning in every_setting())


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_takes_its_own_default(name):
    default = {key: value for key, value, _ in every_setting()}[name]
    assert Settings().changed({name: default}) == Settings()


@given(st.integers(1, 500), st.floats(0, 0.99), st.booleans())
def test_a_change_touches_its_own_key_and_nothing_else(epochs, dropout, augment):
    values = {"fit.epochs": epochs, "model.dropout": dropout, "data.augment": augment}
    before, after = Settings().to_dict(), Settings().changed(values).to_dict()
    for name in NAMES:
        section, key = name.split(".")
        assert after[section][key] == values.get(name, before[section][key])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"fit.batchsize": 3},
            'settings: unknown key "batchsize" in [fit]. Did you mean "batch_size"?',
        ),
        (
            {"model.epochs": 3},
            'settings: unknown key "epochs" in [model]. Did you mean "fit.epochs"?',
        ),
        ({"fitt.epochs": 3}, 'settings: unknown section "fitt". Did you mean "fit"?'),
        ({"epochs": 3}, 'settings: unknown section "epochs". Known: data, fit, model.'),
        ({"fit.epochs": 0}, "settings: fit.epochs: must be at least 1; got 0."),
        (
            {"model.dropout": 1.5},
            "settings: model.dropout: must be at least 0 and at most 0.99; got 1.5.",
        ),
        ({"fit.epochs": 1.5}, "settings: fit.epochs: a whole number is needed; got 1.5."),
        ({"fit.epochs": True}, "settings: fit.epochs: a whole number is needed; got True."),
        ({"data.augment": "yes"}, "settings: data.augment: true or false is needed; got 'yes'."),
        (
            {"fit.optimizer": "adamm"},
            'settings: fit.optimizer: not a choice; got \'adamm\'. Did you mean "adam" or "adamw"?',
        ),
    ],
)
def test_a_wrong_setting_says_what_may_be(values, words):
    with pytest.raises(ConfigError) as caught:
        Settings().changed(values)
    assert str(caught.value) == words


def test_a_whole_number_is_a_float_where_one_is_needed():
    assert Settings().changed({"fit.learning_rate": 1}).fit.learning_rate == 1.0


def test_a_recipe_that_is_not_there_names_the_nearest():
    with pytest.raises(ConfigError, match=r'convnet2: no such recipe. Did you mean "convnet"'):
        recipe("convnet2")


def test_the_five_tutorials_are_trained_as_their_sources_say():
    facts = {
        name: (r.settings.fit.epochs, r.settings.data.validation_rate, r.settings.fit.one_hot)
        for name, r in RECIPES.items()
        if name.startswith("dense") and name != "densenet"
    }
    assert facts == {
        "dense128-dropout": (5, 0, False),
        "dense128": (5, 0, False),
        "dense128-onehot": (5, 0.2, True),
        "dense100-sigmoid": (10, 0.2, False),
        "dense50x2-sigmoid": (10, 0, False),
    }
    for name in facts:
        fit = RECIPES[name].settings.fit
        assert (fit.optimizer, fit.learning_rate, fit.batch_size) == ("adam", 0.001, 32)
        assert (fit.schedule, fit.label_smoothing, fit.ema, fit.keep) == ("constant", 0, 0, "last")
