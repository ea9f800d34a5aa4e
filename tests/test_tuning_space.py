"""What may be tried: spans around a recipe's own settings."""

import pytest

from tenfold.errors import ConfigError
from tenfold.models import RECIPES, Settings, every_setting
from tenfold.models.search import AUGMENTATION, search_space, to_settings

DATA = {"data.strength", "data.augment"}


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipes_own_values_lie_in_every_span_and_change_nothing(name):
    settings = RECIPES[name].settings
    spans = search_space(settings)
    for span in spans:
        inside = span.own in span.choices if span.choices else span.low <= span.own <= span.high
        assert inside, span
    assert settings.changed(to_settings({span.setting: span.own for span in spans})) == settings


@pytest.mark.parametrize("name", RECIPES)
def test_every_value_of_every_span_is_allowed(name):
    settings = RECIPES[name].settings
    for span in search_space(settings):
        for value in span.choices or (span.low, span.high):
            changed = settings.changed(to_settings({span.setting: value}))
            assert (changed == settings) == (value == span.own), (span.setting, value)


def test_five_things_are_tried_and_each_is_a_setting():
    tried = {span.setting for span in search_space(Settings())}
    assert tried == {
        "fit.learning_rate",
        "fit.batch_size",
        "model.width",
        "model.dropout",
        AUGMENTATION,
    }
    assert tried < {name for name, _, _ in every_setting()}


def test_the_mixture_is_not_augmented_since_its_pictures_are_new_each_epoch():
    assert AUGMENTATION not in {s.setting for s in search_space(RECIPES["reader"].settings)}


@pytest.mark.parametrize("fixed", ["fit.batch_size", "model.width", "data.strength"])
def test_what_is_fixed_is_not_tried(fixed):
    tried = {span.setting for span in search_space(Settings(), fixed=[fixed])}
    assert fixed not in tried
    assert len(tried) == 4


def test_fixing_augmentation_fixes_its_strength():
    tried = {span.setting for span in search_space(Settings(), fixed=["data.augment"])}
    assert not tried & DATA


def test_fixing_everything_is_an_error():
    with pytest.raises(ConfigError, match="every setting that could be tried is fixed"):
        search_space(Settings(), fixed=[span.setting for span in search_space(Settings())])


def test_a_batch_is_never_halved_to_a_broken_number():
    settings = Settings().changed({"fit.batch_size": 6})
    (span,) = [s for s in search_space(settings) if s.setting == "fit.batch_size"]
    assert span.choices == (3, 6, 12, 24)


def test_a_strength_of_nothing_switches_augmentation_off():
    settings = Settings().changed({"data.augment": True, "data.strength": 0.4})
    assert not settings.changed(to_settings({AUGMENTATION: 0.0})).data.augment
    on = Settings().changed(to_settings({AUGMENTATION: 0.75})).data
    assert (on.augment, on.strength) == (True, 0.75)


def test_a_learning_rate_of_nothing_cannot_be_tried_around():
    with pytest.raises(ConfigError, match=r"fit\.learning_rate: .* above 0"):
        search_space(Settings().changed({"fit.learning_rate": 0.0}))
