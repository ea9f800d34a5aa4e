"""A server of the test's own on a free port, and pictures to send to it."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import uvicorn
from numpy.typing import NDArray
from PIL import Image

from tenfold.server import Settings, create_app

SEVEN = {"points": [[80, 70], [190, 70], [165, 110], [120, 220]], "width": 18}


@contextmanager
def serving(settings: Settings | None = None) -> Iterator[str]:
    """The address of a running server."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)  # who asks before the server is up waits in line
    app = create_app(settings or Settings())
    config = uvicorn.Config(
        app, log_level="critical", ws="none", server_header=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def written(text: str, *, paper: int = 255, ink: int = 20) -> NDArray[np.uint8]:
    """Digits in OpenCV's own hand, (160, w) uint8."""
    page = np.full((160, 60 + 70 * len(text)), paper, np.uint8)
    cv2.putText(page, text, (30, 115), cv2.FONT_HERSHEY_SIMPLEX, 3, ink, 8, cv2.LINE_AA)
    return page


def png(pixels: NDArray[np.uint8]) -> bytes:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()


def several_kinds(pixels: NDArray[np.uint8]) -> dict[str, bytes]:
    """The same picture as files of every kind that Pillow alone reads."""
    kinds = {}
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PPM"):
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, kind)
        kinds[kind] = data.getvalue()
    return kinds
