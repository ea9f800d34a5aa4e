"""`tenfold models`: what can be used and what can be trained, with figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from tenfold.cli.output import columns, print_json


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """List the models and recipes, with the figures measured for them.

    A model is shipped and reads at once; a recipe is what `tenfold train` makes one from.
    """
    from tenfold.models import RECIPES, measured_recipes
    from tenfold.runtime import shipped

    entries = shipped()
    if as_json:
        recipes = {
            name: {
                "summary": recipe.summary,
                "claim": recipe.claim,
                "measured": measured_recipes().get(name),
            }
            for name, recipe in RECIPES.items()
        }
        models = {name: entry.to_dict() for name, entry in entries.items()}
        print_json({"models": models, "recipes": recipes})
        return
    print("Models (tenfold read --model NAME)\n")
    rows = [
        (name, e.recipe, f"{e.parameters:,}", f"{e.bytes / 1000:,.0f} kB", e.computes, line)
        for name, e in entries.items()
        for line in figures(e.measured) or [""]
    ]
    print(columns(("name", "recipe", "parameters", "size", "computes in", "measured"), _once(rows)))
    print("\nRecipes (tenfold train NAME)\n")
    print(
        columns(
            ("name", "net", "MNIST test", "its source claims"),
            [
                (name, recipe.summary, _accuracy(measured_recipes().get(name)), recipe.claim)
                for name, recipe in RECIPES.items()
            ],
        )
    )


def _accuracy(measured: Mapping[str, Any] | None) -> str:
    """A recipe's accuracy in per cent with its spread and number of seeds, if it was measured.

    >>> _accuracy({"test_accuracy": 0.97612, "test_spread": 0.0011, "seeds": 5})
    '97.61 ± 0.11 % (5 seeds)'
    >>> _accuracy(None)
    ''
    """
    if measured is None:
        return ""
    spread = f" ± {100 * measured['test_spread']:.2f}" if measured["test_spread"] else ""
    plural = "" if measured["seeds"] == 1 else "s"
    return f"{100 * measured['test_accuracy']:.2f}{spread} % ({measured['seeds']} seed{plural})"


def figures(measured: Mapping[str, Any]) -> list[str]:
    """What was measured, a line each: a count of errors as count, n and rate.

    >>> figures({"mnist_test": {"errors": 41, "n": 10000}, "ms": 0.2})
    ['mnist test: 41 of 10,000 wrong (0.41 %)', 'ms: 0.2']
    """
    return [f"{name.replace('_', ' ')}: {_figure(value)}" for name, value in measured.items()]


def _figure(value: Any) -> str:
    if isinstance(value, Mapping):
        if {"errors", "n"} <= value.keys():
            rate = 100 * value["errors"] / value["n"]
            return f"{value['errors']:,} of {value['n']:,} wrong ({rate:.2f} %)"
        if {"digits_kept", "others_refused"} <= value.keys():
            return (
                f"{100 * value['others_refused']:.1f} % of {value['n_others']:,} refused, "
                f"{100 * value['digits_kept']:.1f} % of {value['n_digits']:,} digits kept"
            )
        return ", ".join(f"{key} {_figure(part)}" for key, part in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _once(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A model's name and size on the first of its lines only."""
    seen: set[str] = set()
    shown: list[tuple[str, ...]] = []
    for row in rows:
        shown.append((("",) * (len(row) - 1) + row[-1:]) if row[0] in seen else row)
        seen.add(row[0])
    return shown
