"""Debian's Chromium, driven by Playwright: one browser for a file of tests."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name leads anywhere: the page must live on its own server alone.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
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


def draw(page: Any, *strokes: Sequence[Place]) -> None:
    """Strokes with the mouse; places are shares of the sheet's width and height."""
    box = page.locator("#canvas").bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=6)
        page.mouse.up()


SEVEN: Sequence[Place] = [(0.35, 0.22), (0.62, 0.22), (0.57, 0.4), (0.46, 0.8)]
ONE: Sequence[Place] = [(0.85, 0.2), (0.85, 0.8)]
SCRIBBLE: Sequence[Place] = [
    *((0.2, 0.2), (0.7, 0.7), (0.3, 0.8), (0.6, 0.2), (0.2, 0.5), (0.75, 0.45), (0.5, 0.85)),
    *((0.25, 0.3), (0.6, 0.9), (0.8, 0.2), (0.2, 0.7)),
]
