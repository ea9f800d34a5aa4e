"""`tenfold serve`: the page and the API."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from tenfold.cli.rules_options import promise_of, tell_whose
from tenfold.errors import ConfigError
from tenfold.runtime import DEFAULT_MODEL, load_classifier
from tenfold.server.settings import LOCAL, PORT, VARIABLE, Settings, check_open, is_loopback

_METRICS = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = LOCAL,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = PORT,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A shipped model, or the path of an .onnx file.")
    ] = DEFAULT_MODEL,
    promise: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What tenfold calibrate found on your own pictures."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="WORD", envvar="TENFOLD_TOKEN", help="Answer only who sends this word."
        ),
    ] = None,
    open_to_all: Annotated[
        bool, typer.Option("--open", help="Listen for other machines without a token.")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A further name by which browsers may call this server."),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep corrected pictures here, where the page asks to."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in a browser.")] = False,
) -> None:
    """Open the page, and the API behind it, at http://127.0.0.1:8100/.

    $ tenfold serve --browser

    $ tenfold serve --host 0.0.0.0 --token open-sesame

    Ctrl-C ends it. docs/serve.md tells of the page, the API and its limits.
    """
    check_open(host, token, open_to_all=open_to_all)
    load_classifier(model)  # what is wrong is told before anybody listens
    if promise is not None:
        tell_whose(promise_of(promise), model)
    settings = Settings(
        model=str(Path(model).resolve()) if model.endswith(".onnx") else model,
        promise=str(promise) if promise is not None else None,
        host=host,
        names=tuple(name or ()),
        token=token,
        corrections=str(corrections) if corrections is not None else None,
    )
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(_listen(host, port))
        if workers > 1:
            os.environ[_METRICS] = stack.enter_context(tempfile.TemporaryDirectory())
        address = _address(host, listening.getsockname()[1])
        _announce(settings, address)
        if browser:
            webbrowser.open(_with_token(address, token))
        with contextlib.suppress(KeyboardInterrupt):
            _run(settings, listening, workers)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)  # who comes before the models are loaded waits, and is not refused
    except OSError as error:
        listening.close()
        todo = "Give another --port" if port else "Give another --host"
        raise ConfigError(
            f"{host} port {port}", f"cannot listen there ({error.strerror})", todo=todo
        ) from None
    return listening


def _run(settings: Settings, listening: socket.socket, workers: int) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    os.environ[VARIABLE] = settings.to_json()  # the worker processes find it there
    config = uvicorn.Config(
        "tenfold.server:create_app",
        factory=True,
        workers=workers,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def _announce(settings: Settings, address: str) -> None:
    typer.echo(f"Tenfold is at {_with_token(address, settings.token)}")
    if settings.corrections is not None:
        typer.echo(f"Corrections are kept in {settings.corrections}", err=True)
    if not is_loopback(settings.host) and settings.token is None:
        typer.echo("OPEN: everybody who reaches this machine can use it, unasked.", err=True)
    typer.echo("Ctrl-C ends it.", err=True)


def _address(host: str, port: int) -> str:
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _with_token(address: str, token: str | None) -> str:
    """The page's address; behind # a browser keeps the token to itself."""
    return f"{address}#token={quote(token)}" if token else address
