"""The study: every trial in one SQLite file, for one process at a time, that outlives a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import optuna
from sqlalchemy.engine import URL

from tenfold.errors import ConfigError, RunError

SUFFIX: Final = ".db"
_NAME: Final = "tenfold"
# Where the data lies and who makes the pictures do not change what is learnt.
_MAY_CHANGE: Final = ("data.folder", "data.makers")


@contextmanager
def open_study(
    path: Path, settings: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[optuna.Study]:
    """The study in that file; a new one where there is no file.

    Args:
        path: a file that ends in .db; its folder is made.
        settings: from `section.key` to the value that the trials start from.
        facts: what else every trial must share, by name.

    Raises:
        ConfigError: the file's trials started from other settings or facts.
        RunError: the file is no study, cannot be written, or is in use.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # the display says it better
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            _check_file(path)
            storage = optuna.storages.RDBStorage(_url(path))
            try:
                study = optuna.create_study(
                    storage=storage, study_name=_NAME, direction="maximize", load_if_exists=True
                )
                _check_facts(path, study, settings, facts)
                yield study
            finally:
                storage.remove_session()
                storage.engine.dispose()
    except OSError as fault:
        raise _no_write(path, fault.strerror or str(fault)) from fault
    except optuna.exceptions.StorageInternalError as fault:
        raise _no_write(path, str(fault.__cause__ or fault).splitlines()[0]) from fault


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process has the study while inside; a kill frees it.

    The lock is SQLite's own, on an empty file beside: it works on every
    system, and the study's file stays readable meanwhile.
    """
    with closing(
        sqlite3.connect(path.with_name(f".{path.name}.lock"), timeout=0, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise _no_write(path, str(fault)) from fault
            raise RunError(
                str(path),
                "is in use by another `tenfold tune`",
                todo="Wait for its end, or give another --study",
            ) from fault
        yield


def _check_file(path: Path) -> None:
    """Raise RunError for a file that is there and holds no study."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as fault:
        raise RunError(
            str(path), "not a study", came=str(fault), todo="Give another --study"
        ) from fault
    if tables and "studies" not in tables:
        came = f"a database of {', '.join(sorted(tables)[:3])}"
        raise RunError(str(path), "not a study", came=came, todo="Give another --study")


def _check_facts(
    path: Path, study: optuna.Study, settings: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Note what the trials share, or raise ConfigError where it was noted otherwise."""
    now = {name: value for name, value in settings.items() if name not in _MAY_CHANGE}
    now |= facts
    for name, value in now.items():
        noted = study.user_attrs.get(name)
        if noted is None:
            study.set_user_attr(name, value)
        elif noted != value:
            raise ConfigError(
                str(path),
                f"its trials have {name} = {_brief(noted)}",
                came=_brief(value),
                todo="Trials compare only with equal ones: keep it, or give another --study",
            )


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:12]}…"


def _url(path: Path) -> str:
    # Optuna fills in braces; doubled ones stand for themselves.
    url = URL.create("sqlite", database=str(path)).render_as_string()
    return url.replace("{", "{{").replace("}", "}}")


def _no_write(path: Path, came: str) -> RunError:
    return RunError(
        str(path),
        "could not be written",
        came=came.lower(),
        todo="Make room or give another --study; finished trials are kept",
    )
