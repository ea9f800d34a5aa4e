import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.errors import ConfigError
from tenfold.models import RECIPES
from tenfold.training import Config, parse_value


@pytest.mark.parametrize("name", RECIPES)
def test_a_config_comes_back_from_its_toml(name, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(Config.of(name).to_toml())
    assert Config.from_toml(path) == Config.of(name)


@given(
    st.floats(1e-300, 1e300),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])),
    st.booleans(),
)
def test_any_value_comes_back_exactly(tmp_path_factory, rate, text, flag):
    config = Config.of(
        "dense128", {"fit.learning_rate": rate, "data.folder": text, "data.augment": flag}
    )
    path = tmp_path_factory.mktemp("toml") / "config.toml"
    path.write_text(config.to_toml(), encoding="utf-8")
    assert Config.from_toml(path) == config


def test_keys_that_a_file_leaves_out_keep_the_recipes_values(tmp_path):
    path = tmp_path / "short.toml"
    path.write_text("[fit]\nepochs = 2\n")
    config = Config.from_toml(path, name="dense128-onehot")
    assert config.settings.fit.epochs == 2
    assert config.settings.data.validation_rate == 0.2


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (
            "[fit]\nlearning_rat = 1\n", "dense128",
            'unknown key "learning_rat" in [fit]. Did you mean "learning_rate"',
        ),
        ("[fit\n", "dense128", "no TOML file; got "),
        ("[fit]\nepochs = 2\n", None, "names no recipe. Add a line recipe = "),
        ('recipe = "convnet"\n', "dense128", 'is for the recipe "convnet"; got "dense128".'),
        ("epochs = 2\n", "dense128", '"epochs" stands outside of a section.'),
        ('[fit]\nepochs = "two"\n', "dense128", "fit.epochs: a whole number is needed; got 'two'"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_where_and_what(text, name, words, tmp_path):
    path = tmp_path / "train.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Config.from_toml(path, name=name)
    assert str(caught.value).startswith(f"{path}: {words}")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none.toml: no such file"):
        Config.from_toml(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("1e-3", 0.001), ("true", True), ("adamw", "adamw"), ('"a b"', "a b"), ("", "")],
)
def test_a_value_on_the_command_line_is_toml_or_text(text, value):
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)
