import json

from typer.testing import CliRunner

from tenfold.cli import app
from tenfold.models import RECIPES
from tenfold.runtime import shipped


def test_models_and_recipes_are_listed_each_with_its_figures() -> None:
    done = CliRunner().invoke(app, ["models"])
    assert done.exit_code == 0
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line]
    assert set(RECIPES) | set(shipped()) <= set(first_words)
    assert f"{shipped()['tenfold'].parameters:,}" in done.stdout
    assert " wrong (" in done.stdout
    assert RECIPES["dense128"].claim in done.stdout


def test_the_json_holds_the_manifest_as_it_stands() -> None:
    listed = json.loads(CliRunner().invoke(app, ["models", "--json"]).stdout)
    assert listed["models"] == {name: entry.to_dict() for name, entry in shipped().items()}
    assert listed["recipes"].keys() == RECIPES.keys()
