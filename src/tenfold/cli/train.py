"""`tenfold train`: a recipe becomes a trained net in a run folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tenfold.cli.settings import data_flags, pairs
from tenfold.errors import ConfigError
from tenfold.models import RECIPES, every_setting
from tenfold.opening.kinds import RUNS
from tenfold.training import Config

_HELP = {name: meaning for name, _, meaning in every_setting()}


def _flag(setting: str, *names: str, metavar: str) -> Any:
    """An option that changes one setting; its help is the setting's meaning."""
    return typer.Option(*names, metavar=metavar, help=f"{_HELP[setting]}  [{setting}]")


def train(
    recipe: Annotated[str | None, typer.Argument(metavar="RECIPE", help=", ".join(RECIPES))] = None,
    epochs: Annotated[int | None, _flag("fit.epochs", "--epochs", metavar="N")] = None,
    batch_size: Annotated[int | None, _flag("fit.batch_size", "--batch-size", metavar="N")] = None,
    learning_rate: Annotated[
        float | None, _flag("fit.learning_rate", "--learning-rate", metavar="RATE")
    ] = None,
    seed: Annotated[int | None, _flag("fit.seed", "--seed", metavar="N")] = None,
    augment: Annotated[
        bool | None,
        typer.Option("--augment/--no-augment", help=f"{_HELP['data.augment']}  [data.augment]"),
    ] = None,
    patience: Annotated[int | None, _flag("fit.patience", "--patience", metavar="N")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="WHERE",
            help="Labelled pictures in a folder, MNIST's folder, a FILE.npz, or offline.  "
            "[data.folder, data.source]",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE.toml", help="Settings from a file.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Any setting; may be repeated."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where run folders are made.")] = RUNS,
    name: Annotated[
        str | None, typer.Option("--name", help="The run folder's name; default RECIPE-TIME.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="RUN", help="Go on with a stopped run.")
    ] = None,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write events for TensorBoard.")
    ] = False,
    show_settings: Annotated[
        bool, typer.Option("--settings", help="Print the settings that would be used, and stop.")
    ] = False,
) -> None:
    """Train RECIPE, with progress on the way and a run folder at the end.

    $ tenfold train dense128

    $ tenfold train convnet --augment --epochs 12 --set model.width=24

    $ tenfold train --resume runs/convnet-20260101-120000

    Ctrl-C stops cleanly: the best epoch so far becomes the model, and --resume
    goes on. The last line on stdout is the run folder.
    """
    console = Console(stderr=True)
    flags = {
        "fit.epochs": epochs,
        "fit.batch_size": batch_size,
        "fit.learning_rate": learning_rate,
        "fit.seed": seed,
        "fit.patience": patience,
        "data.augment": augment,
        **data_flags(data),
        **pairs(settings or []),
    }
    values = {key: value for key, value in flags.items() if value is not None}
    if resume is not None:
        chosen, folder = _resumed(resume, recipe, config, values), resume
    else:
        chosen = _chosen(recipe, config).changed(values, item="tenfold train")
        folder = out / (name or f"{chosen.recipe_name}-{datetime.now():%Y%m%d-%H%M%S}")
    if show_settings:
        Console().print(_table(chosen))
        return
    _train(chosen, folder, resume=resume is not None, console=console, tensorboard=tensorboard)


def _train(config: Config, folder: Path, *, console: Console, **how: bool) -> None:
    console.print(
        f"{config.recipe_name}: {config.recipe.summary}. Run folder: {folder}", soft_wrap=True
    )
    with console.status("Keras is being loaded …"):
        from tenfold.training import train as train_config
    result = train_config(config, folder, console=console, **how)
    typer.echo(str(result.folder))


def _chosen(recipe: str | None, file: Path | None) -> Config:
    """The recipe that was named, or that the file names, with the file's settings."""
    if file is not None:
        return Config.from_toml(file, name=recipe)
    if recipe is None:
        raise ConfigError("RECIPE", "missing", todo=f"One of: {', '.join(RECIPES)}")
    return Config.of(recipe)


def _resumed(run: Path, recipe: str | None, file: Path | None, values: dict[str, Any]) -> Config:
    """The config that the run was begun with; only the place of the data may change."""
    from tenfold.training.folder import RunFolder

    RunFolder(run).check()
    changed = sorted(set(values) - {"data.folder"})
    if file is not None or changed:
        given = "--config" if file is not None else ", ".join(changed)
        raise ConfigError(
            given,
            "cannot be changed on the way",
            todo=f"A run goes on with the settings in {run}/config.toml; train anew to change them",
        )
    return Config.from_toml(run / "config.toml", name=recipe).changed(values)


def _table(config: Config) -> Table:
    table = Table("setting", "value", "meaning", title=config.recipe_name)
    values = config.settings.to_dict()
    for setting, _, meaning in every_setting():
        section, key = setting.split(".")
        table.add_row(setting, escape(str(values[section][key])), escape(meaning))
    return table
