"""Debian's Chromium, driven by Playwright: one browser for a file of tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pages import CHROMIUM, QUIET

# No name leads anywhere: the page must live on its own server alone.
ARGUMENTS = [*QUIET, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
Place = tuple[float, float]


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser; without one the test is skipped and says so."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="the extra [dev] brings playwright"
    )
    if not Path(CHROMIUM).is_file():
        pytest.skip("no chromium here: apt-get install chromium, or name one in $CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


SEVEN: Sequence[Place] = [(0.35, 0.22), (0.62, 0.22), (0.57, 0.4), (0.46, 0.8)]
ONE: Sequence[Place] = [(0.85, 0.2), (0.85, 0.8)]
