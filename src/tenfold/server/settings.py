"""What the server is told: where it listens, who may ask, how much, and with which models."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import os
import socket
from dataclasses import dataclass
from typing import Final

from tenfold.errors import ConfigError
from tenfold.runtime import DEFAULT_MODEL

VARIABLE: Final = "TENFOLD_SERVE"
"""The environment variable in which the worker processes find the settings."""

LOCAL: Final = "127.0.0.1"
PORT: Final = 8100


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the server is told; the values here are those of `tenfold serve`.

    Attributes:
        model: who reads where a request names nobody: a shipped name or an .onnx path.
        promise: what `tenfold calibrate` found, a file; None: the shipped promise.
        host: the address that it listens on.
        names: further names under which it may be called, for the Host header.
        token: the word that a program must send; None: nobody is asked.
        corrections: the folder for labelled pictures; None: none are kept.
        max_bytes: of a request's body.
        max_pixels: of one picture.
        max_pictures: in one request.
        max_seconds: for one request, from its first byte to its answer.
        max_waiting: requests that may wait or be worked on; the next one is told to come back.
        threads: pictures that are read at the same time.
    """

    model: str = DEFAULT_MODEL
    promise: str | None = None
    host: str = LOCAL
    names: tuple[str, ...] = ()
    token: str | None = None
    corrections: str | None = None
    max_bytes: int = 32 * 1024 * 1024
    max_pixels: int = 40_000_000
    max_pictures: int = 50
    max_seconds: float = 60.0
    max_waiting: int = 256
    threads: int = 2

    def to_json(self) -> str:
        """The settings as one line, for the worker processes."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The settings that `to_json` wrote.

        >>> Settings.from_json(Settings(names=("board.school",)).to_json()).names
        ('board.school',)
        """
        values = json.loads(text)
        return cls(**values | {"names": tuple(values["names"])})

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings in `$TENFOLD_SERVE`; those of a plain `tenfold serve` without it."""
        text = os.environ.get(VARIABLE)
        return cls.from_json(text) if text else cls()

    @property
    def shown_corrections(self) -> str | None:
        """The folder as the page may name it: in full only to the machine on which it lies."""
        if self.corrections is None or is_loopback(self.host):
            return self.corrections
        return os.path.basename(os.path.normpath(self.corrections))  # noqa: PTH119


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine reaches.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_open(host: str, token: str | None, *, open_to_all: bool) -> None:
    """Refuse to listen for other machines without a token.

    Raises:
        ConfigError: neither a token was given nor was it said that all may come.
    """
    if is_loopback(host) or token or open_to_all:
        return
    raise ConfigError(
        f"--host {host}",
        "other machines could reach this server, and nobody would be asked for a token",
        todo="Give --token WORD, or --open where everybody on the network may use it",
    )


def known_names(settings: Settings) -> frozenset[str]:
    """Names in a Host header that mean this server, small letters, without the port.

    Addresses are always taken: a page of another site can make its own name
    point here (DNS rebinding), but not an address.
    """
    return frozenset(
        name.lower().rstrip(".")
        for name in ("localhost", settings.host, socket.gethostname(), *settings.names)
    )
