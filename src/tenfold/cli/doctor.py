"""`tenfold doctor`: is this installation whole?"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Annotated, Final, Literal

import typer

from tenfold.cli.output import columns, print_json
from tenfold.errors import TenfoldError

_REQUIREMENT: Final = re.compile(r"^(?P<name>[\w.-]+)[^;]*(?:;(?P<marker>.*))?$")
_EXTRA: Final = re.compile(r"extra == ['\"](?P<extra>[\w-]+)['\"]")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        what: its name.
        state: `ok`; `missing`, which only some verbs mind; or `broken`.
        detail: what was found, and what to do.
    """

    what: str
    state: Literal["ok", "missing", "broken"]
    detail: str


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say what is installed, whether the weights are whole, what data is there.

    Exit 1 where something that reading needs is broken; a missing extra or
    data set is no fault.
    """
    checks = list(examine())
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        print(columns(("what", "state", "detail"), [(c.what, c.state, c.detail) for c in checks]))
    broken = [check.what for check in checks if check.state == "broken"]
    if broken:
        typer.echo(f"Broken: {', '.join(broken)}.", err=True)
        raise typer.Exit(1)


def examine() -> Iterator[Check]:
    """Every check, the essential ones first."""
    yield Check("tenfold", "ok", version("tenfold"))
    yield Check("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield Check("machine", "ok", f"{platform.platform()}, {n_cores()} cores")
    yield from _packages()
    yield from _weights()
    yield from _data()


def n_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def extras() -> dict[str, tuple[list[str], list[str]]]:
    """Packages of each extra, as pyproject.toml names them; "" stands for the light wing.

    Returns:
        for each extra the packages that it always needs, and those of which a
        platform takes one (tensorflow, or tensorflow-cpu).
    """
    found: dict[str, tuple[list[str], list[str]]] = {}
    for line in requires("tenfold") or []:
        parts = _REQUIREMENT.match(line)
        if parts is None:
            continue
        marker = parts["marker"] or ""
        extra = _EXTRA.search(marker)
        always, one_of = found.setdefault(extra["extra"] if extra else "", ([], []))
        on_some_platforms = bool(_EXTRA.sub("", marker).strip())
        (one_of if on_some_platforms else always).append(parts["name"])
    return found


def _packages() -> Iterator[Check]:
    for extra, (always, one_of) in extras().items():
        versions = {name: _version(name) for name in always + one_of}
        lacking = [name for name in always if versions[name] is None]
        if one_of and all(versions[name] is None for name in one_of):
            lacking.append(" or ".join(one_of))
        there = ", ".join(f"{name} {v}" for name, v in versions.items() if v)
        what = f"extra {extra}" if extra else "packages"
        if not lacking:
            yield Check(what, "ok", there)
            continue
        target = f"'tenfold[{extra}]'" if extra else "--force-reinstall tenfold"
        advice = f"lacks {', '.join(lacking)}; to have it: pip install {target}"
        yield Check(what, "missing" if extra else "broken", advice)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _weights() -> Iterator[Check]:
    from tenfold.runtime import golden_difference, golden_tolerance, shipped

    try:
        entries = shipped()
    except TenfoldError as error:
        yield Check("models", "broken", str(error))
        return
    for name, entry in entries.items():
        try:
            difference = golden_difference(name)
        except (TenfoldError, ImportError) as error:
            yield Check(f"model {name}", "broken", str(error))
            continue
        detail = f"sha256 {entry.sha256[:12]}…, within {difference:.0e} of the stored answers"
        state: Literal["ok", "broken"] = "ok" if difference <= golden_tolerance(name) else "broken"
        yield Check(f"model {name}", state, detail)


def _data() -> Iterator[Check]:
    try:
        from tenfold.data.cache import DATA_VARIABLE, data_folder
        from tenfold.data.known import KNOWN
    except ImportError as error:
        yield Check("data", "broken", str(error))
        return
    folder = data_folder()
    if folder is None:
        yield Check("data folder", "missing", f"${DATA_VARIABLE} is not set")
    elif not folder.is_dir():
        yield Check(
            "data folder", "missing", f"${DATA_VARIABLE} names {folder}, which is no folder"
        )
    else:
        yield Check("data folder", "ok", f"{folder} (${DATA_VARIABLE})")
    for entry in KNOWN.values():
        place = entry.find(None)
        yield Check(f"data {entry.name}", "ok" if place else "missing", place or entry.how)
