"""The command `tenfold`: one file per verb, brought in when the verb is called.

Results go to stdout, talk to stderr. Exit code 0: all done; 1: some input
failed, or the work could not be done; 2: wrong usage, or a model or a setting
that cannot be used. An error that the user can mend is printed as its words.
"""

from __future__ import annotations

import contextlib
import sys
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from tenfold.cli.ending import exit_code, well_ended
from tenfold.errors import ConfigError, MissingExtraError, ModelError, TenfoldError, did_you_mean

_READ, _LAB, _HOUSE = "Read numbers", "The lab", "The house"

VERBS: Final[dict[str, tuple[str, str]]] = {
    "read": (_READ, "Print the numbers written in each PICTURE, in reading order."),
    "review": (
        _READ,
        "Walk through the doubtful answers of tenfold read: confirm or correct them.",
    ),
    "batch": (_READ, "Write the numbers of every picture in SOURCE to a file; killed, it goes on."),
    "calibrate": (
        _READ,
        "Print what can be promised of the reader's answers on labelled pictures like yours.",
    ),
    "train": (_LAB, "Train RECIPE, with progress on the way and a run folder at the end."),
    "tune": (_LAB, "Try settings around those of RECIPE and keep the best by validation."),
    "evaluate": (_LAB, "Print how many digits MODEL reads right, and which it confuses."),
    "show": (_LAB, "Show one digit, what MODEL makes of it, and how sure it is."),
    "explain": (_LAB, "Show why MODEL reads a digit as it does: figures, a report and words."),
    "data": (_LAB, "Digits to learn from: list, get, verify and show the data sets."),
    "models": (_HOUSE, "List the models and recipes, with the figures measured for them."),
    "serve": (_READ, "Open the page, and the API behind it, at http://127.0.0.1:8100/."),
    "doctor": (_HOUSE, "Say what is installed, whether the weights are whole, what data is there."),
    "export": (_LAB, "Write MODEL as another kind of file, and prove that it answers the same."),
}
"""Each verb's panel in the help, and the first line of its own help."""


class Verbs(TyperGroup):
    """Lists every verb without importing it; imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs, in the order of the help."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in that knows the verb's help line, or None."""
        if cmd_name not in VERBS:
            return None
        panel, line = VERBS[cmd_name]
        return TyperCommand(cmd_name, help=line, rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb itself, now that it is called."""
        if args and not args[0].startswith("-") and args[0] not in VERBS:
            ctx.fail(f'No such command "{args[0]}". {did_you_mean(args[0], VERBS)}')
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load_verb(str(name)), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; what the user can mend ends in words, not in a traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            typer.echo("Stopped.", err=True)
            raise typer.Exit(exit_code(stop)) from None
        except (TenfoldError, ModuleNotFoundError) as fault:
            error = _missing_extra(ctx, fault) if isinstance(fault, ImportError) else fault
            typer.echo(str(error), err=True)
            wrong_usage = isinstance(error, ConfigError | ModelError)
            raise typer.Exit(2 if wrong_usage else 1) from None


def _missing_extra(ctx: Any, fault: ModuleNotFoundError) -> MissingExtraError:
    """Words in place of a traceback, where only the reader is installed."""
    verb = ctx.invoked_subcommand
    package = str(fault.name).partition(".")[0]
    return MissingExtraError(package, verb if verb in ("serve", "batch") else "train")


def load_verb(name: str) -> Any:
    """The command of a verb: the function of that name in its file, or the file's `app`."""
    module = import_module(f"tenfold.cli.{name}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command(name)(getattr(module, name))
        return typer.main.get_command(app)
    group = typer.main.get_group(app)
    group.name = name
    return group


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        import tenfold

        typer.echo(f"tenfold {tenfold.__version__}")
        raise typer.Exit


@app.callback()
def tenfold_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Reads handwritten numbers in pictures, and holds the lab that makes its models."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A file name need not be text in the terminal's encoding; printing it must not fail.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    with well_ended():
        app(prog_name="tenfold")
