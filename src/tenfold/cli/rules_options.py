"""The options that say what a number must obey, and what is known of it: `tenfold.rules`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenfold.errors import ConfigError

if TYPE_CHECKING:
    from tenfold.rules import Rules
    from tenfold.trust import Promise

_TRUST: Final = "Accept or review"
_PANEL: Final = "Rules that every number obeys"

MaxError = Annotated[
    float,
    typer.Option(
        metavar="P",
        help="Accept as long as at most this share of the accepted is wrong (docs/trust.md).",
        rich_help_panel=_TRUST,
    ),
]
PromiseFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What tenfold calibrate found on pictures of your own.",
        rich_help_panel=_TRUST,
    ),
]
Pattern = Annotated[
    str | None,
    typer.Option(metavar="REGEX", help=r"All of it matches, as in \d{5}.", rich_help_panel=_PANEL),
]
Length = Annotated[
    str | None,
    typer.Option(metavar="N", help="It has N digits; or N-M.", rich_help_panel=_PANEL),
]
Minimum = Annotated[
    str | None,
    typer.Option("--min", metavar="X", help="It is X or more.", rich_help_panel=_PANEL),
]
Maximum = Annotated[
    str | None,
    typer.Option("--max", metavar="X", help="It is X or less.", rich_help_panel=_PANEL),
]
Checksum = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help="Its check digit is right: luhn, ean13, isbn10, isbn13, iban, iban:DE, mod11, aba.",
        rich_help_panel=_PANEL,
    ),
]
Choices = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="It stands in FILE, one a line.", rich_help_panel=_PANEL),
]
Near = Annotated[
    str | None,
    typer.Option(metavar="X", help="It is X, give or take --within.", rich_help_panel=_PANEL),
]
Within = Annotated[
    str | None,
    typer.Option(metavar="D", help="How far from --near it may be.", rich_help_panel=_PANEL),
]


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """The options as they were given; see `tenfold.rules.Rules`."""

    pattern: str | None
    length: str | None
    minimum: str | None
    maximum: str | None
    checksum: str | None
    choices: Path | None
    near: str | None
    within: str | None

    def rules(self) -> Rules | None:
        """The rules; None where no option was given.

        Raises:
            ConfigError: a rule is none; it is named as the option is.
        """
        if all(getattr(self, name) is None for name in self.__slots__):
            return None
        from tenfold.rules import Rules, read_choices

        try:
            return Rules(
                pattern=self.pattern,
                length=None if self.length is None else digits_asked(self.length),
                minimum=self.minimum,
                maximum=self.maximum,
                checksum=self.checksum,
                choices=None if self.choices is None else read_choices(self.choices),
                near=self.near,
                within=self.within,
            )
        except ConfigError as error:
            if error.item not in _OPTIONS:
                raise
            item = _OPTIONS[error.item]
            raise ConfigError(item, error.wrong, came=error.came, todo=error.todo) from None


_OPTIONS: Final = {
    name: f"--{ {'minimum': 'min', 'maximum': 'max'}.get(name, name) }"
    for name in RuleOptions.__slots__
}


def digits_asked(text: str) -> int | tuple[int, int]:
    """How many digits `--length` asks for.

    Raises:
        ConfigError: it is neither N nor N-M.

    >>> digits_asked("5"), digits_asked("3-6")
    (5, (3, 6))
    """
    first, dash, last = text.partition("-")
    if not first.isdecimal() or not (last.isdecimal() if dash else True):
        raise ConfigError("length", "must be N or N-M, as in 5 or 3-6", came=f'"{text}"')
    return (int(first), int(last)) if dash else int(first)


def promise_of(path: Path | None) -> Promise:
    """The promise in a file, or the shipped one.

    Raises:
        ConfigError: the file is no promise.
    """
    from tenfold.reading import shipped_promise
    from tenfold.trust import load_promise

    return shipped_promise() if path is None else load_promise(path)


def tell_whose(promise: Promise, model: str) -> None:
    """A word on stderr where the promise was fitted on another model's answers."""
    if promise.model != model:
        note = f"The promise was fitted on the answers of {promise.model}, not of {model}."
        typer.echo(f"{note} Fit one: tenfold calibrate FOLDER --model {model}", err=True)
