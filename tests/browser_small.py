"""Debian's Chromium, driven by Playwright: one browser and one server for a file of tests."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pages import CHROMIUM, EXAMPLES, QUIET

# No name leads anywhere: the page must live on its own server alone.
ARGUMENTS = [*QUIET, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
SLOW_MS = 20_000
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


@contextmanager
def pages_of(browser: Any, address: str) -> Iterator[Any]:
    """Opens pages; at the end none of them may have complained or asked another host."""
    complaints: list[str] = []
    asked: list[str] = []
    contexts = []

    def open_page(view: str = "draw", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(SLOW_MS)
        context.complaints = complaints
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/#{view}")
        page.locator("#verdict:not(:empty)").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints
    assert not {url for url in asked if not url.startswith((address, "blob:", "data:"))}, asked


def until(page: Any, condition: str) -> None:
    """Wait for what is no text; Playwright's own way needs `eval`, which the page forbids."""
    for _ in range(SLOW_MS // 25):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came true: {condition}")


def expect(page: Any, place: str) -> Any:
    from playwright.sync_api import expect as expect_that

    expect_that.set_options(timeout=SLOW_MS)
    return expect_that(page.locator(place))


def expect_figure(page: Any, text: str, figure: str = "#figure") -> None:
    expect(page, figure).to_have_text(text)


def expect_state(page: Any, state: str) -> None:
    expect(page, "#answer").to_have_attribute("data-state", state)


DROP = """async ([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: 'image/png' }));
  dispatchEvent(new DragEvent('drop', { dataTransfer: data }));
}"""


def drop(page: Any, *names: str) -> None:
    for name in names:
        data = base64.b64encode((EXAMPLES / name).read_bytes()).decode()
        page.evaluate(DROP, [name, data])
