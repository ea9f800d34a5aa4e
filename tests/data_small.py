"""A set in MNIST's form with a few pictures, and a server on this computer that gives files."""

import dataclasses
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tenfold.data import mnist, mnist_files
from tenfold.data.checks import fingerprint
from tenfold.data.idx import to_idx, write_idx

SIZES = {"x_train": (30, 28, 28), "y_train": (30,), "x_test": (10, 28, 28), "y_test": (10,)}


def small_arrays(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        key: rng.integers(0, 10 if len(shape) == 1 else 256, shape, dtype=np.uint8)
        for key, shape in SIZES.items()
    }


def make_small_mnist_the_truth(monkeypatch) -> dict[str, np.ndarray]:
    """Until the test ends, MNIST is these 30 + 10 pictures."""
    arrays = small_arrays()
    parts = tuple(
        dataclasses.replace(part, shape=SIZES[part.key], sha256=fingerprint(arrays[part.key]))
        for part in mnist_files.PARTS
    )
    for module in (mnist, mnist_files):
        monkeypatch.setattr(module, "PARTS", parts)
    return arrays


def write_gz(folder: Path, arrays: Mapping[str, np.ndarray]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part in mnist_files.PARTS:
        write_idx(folder / f"{part.file}.gz", arrays[part.key])
    return folder


def write_raw(folder: Path, arrays: Mapping[str, np.ndarray], *, dotted: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part in mnist_files.PARTS:
        name = part.file.replace("-idx", ".idx") if dotted else part.file
        (folder / name).write_bytes(to_idx(arrays[part.key]))
    return folder


def write_npz(folder: Path, arrays: Mapping[str, np.ndarray]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "mnist.npz", **arrays)
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder on a loopback port: its address, and the list of what was asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            asked.append(self.path.lstrip("/"))

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
