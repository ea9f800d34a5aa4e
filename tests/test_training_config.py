import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.cli.settings import data_flags
from tenfold.data.folder import read_folder
from tenfold.data.kept import KeptFolder
from tenfold.data.pen import draw_number
from tenfold.errors import ConfigError, DataError
from tenfold.finding.single import single_digit
from tenfold.models import RECIPES
from tenfold.training import Config, parse_value
from tenfold.training.material import material


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


def test_a_folder_of_labelled_pictures_is_what_a_net_learns_from(tmp_path):
    """Corrections, say: each digit as the reader sees it; whole numbers are left out."""
    kept = KeptFolder(tmp_path)
    rng = np.random.default_rng(2)
    for k in range(50):
        ink, _ = draw_number(str(k % 10), rng, 40, 0.2)
        kept.keep(255 - np.pad(ink, 12), str(k % 10), source="me", kind="")
    kept.keep(np.full((30, 30), 255, np.uint8), "42", source="me", kind="")
    flags = data_flags(str(tmp_path))
    assert flags == {"data.source": str(tmp_path)}
    found = material(Config.of("dense128", flags).settings)
    records = [record for record in read_folder(tmp_path) if record.label != "42"]
    known = {single_digit(record.path).tobytes(): record.digit for record in records}
    parts = ((found.train_x, found.train_y), (found.held_x, found.held_y))
    seen = [*parts, (found.test_x, found.test_y)]
    pairs = [(x.tobytes(), y) for xs, ys in seen for x, y in zip(xs, ys, strict=True)]
    assert len(pairs) == len(known) == 50
    assert dict(pairs) == known
    assert len(found.test_y) == 10, "one of five of each digit is looked at once, at the end"


def test_a_folder_without_single_digits_teaches_nothing_and_says_so(tmp_path):
    KeptFolder(tmp_path).keep(np.zeros((9, 9), np.uint8), "42", source="me", kind="")
    with pytest.raises(DataError, match="no picture has a label from 0 to 9"):
        material(Config.of("dense128", data_flags(str(tmp_path))).settings)


def test_too_few_digits_to_hold_some_back_are_told(tmp_path):
    kept = KeptFolder(tmp_path)
    for k in range(5):
        kept.keep(np.zeros((9, 9), np.uint8), str(k), source="me", kind="")
    with pytest.raises(DataError, match="too few digits to hold some back; got 5"):
        material(Config.of("dense128", data_flags(str(tmp_path))).settings)


def test_mnist_s_folder_and_that_of_the_sets_are_no_labelled_pictures(tmp_path):
    (tmp_path / "mnist").mkdir()
    assert data_flags(str(tmp_path)) == {"data.folder": str(tmp_path)}
