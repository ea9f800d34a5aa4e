"""The benchmark of the classic recipes: what is still to be run, and what the runs amount to."""

import pytest

from classic import CLASSIC, WHY, _missing, _summaries
from facts import FACTS


def row(seed, test, name="dense128", validation=""):
    return {
        "recipe": name, "augment": "False", "seed": str(seed), "parameters": "101770",
        "epochs": "5", "train_accuracy": "0.99", "validation_accuracy": validation,
        "test_accuracy": str(test), "test_errors": str(round(10_000 * (1 - test))),
        "seconds": "7.5", **dict.fromkeys(FACTS, "x"),
    }  # fmt: skip


def test_seeds_become_mean_spread_and_range():
    (told,) = _summaries([row(0, 0.97), row(1, 0.98), row(2, 0.975)])
    assert told["seeds"] == 3
    assert (told["test_accuracy"], told["test_low"], told["test_high"]) == (
        "0.9750", "0.9700", "0.9800",
    )  # fmt: skip
    assert told["test_spread"] == "0.00500"
    assert told["test_errors"] == "250.0"
    assert told["validation_accuracy"] == ""
    assert told["claim"] == "about 97 % test"
    assert told["difference_points"] == "0.50"


def test_recipes_stay_apart_and_one_seed_has_no_spread():
    first, second = _summaries([row(0, 0.97), row(0, 0.996, "convnet", "0.995")])
    assert (first["test_spread"], second["test_spread"]) == ("", "")
    assert (second["validation_accuracy"], second["difference_points"]) == ("0.9950", "")


def test_every_classic_recipe_says_why_it_differs():
    assert set(CLASSIC) == set(WHY)


def test_only_the_seeds_that_a_table_lacks_are_run(tmp_path):
    table = tmp_path / "runs.csv"
    table.write_text("recipe,augment,seed\ndense128,False,0\nconvnet,True,0\n")
    assert _missing(["dense128", "convnet"], 2, table) == [
        ("convnet", False, 0),
        ("dense128", False, 1), ("convnet", False, 1), ("convnet", True, 1),
    ]  # fmt: skip
    assert len(_missing(["dense128", "convnet"], None, tmp_path / "none.csv")) == 5 + 2 * 3


def test_an_unknown_recipe_is_refused_before_any_run(tmp_path):
    from tenfold.errors import ConfigError

    with pytest.raises(ConfigError, match=r"dense12: no such recipe"):
        _missing(["dense12"], 1, tmp_path / "none.csv")
