"""The page in Debian's Chromium: `python benchmarks/pages.py` draws the screenshots of docs/.

Needs the extra [dev] and `apt-get install chromium`. benchmarks/serve.py takes
its live answer from here.
"""

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from PIL import Image

from facts import ROOT

PICTURES: Final = ROOT / "docs" / "pictures"
EXAMPLES: Final = ROOT / "examples"
CHROMIUM: Final = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET: Final = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
)
Stroke = Sequence[tuple[float, float]]

SEVEN: Final[Stroke] = (
    *((0.36, 0.2), (0.42, 0.215), (0.5, 0.21), (0.6, 0.195), (0.62, 0.2), (0.6, 0.3)),
    *((0.55, 0.45), (0.51, 0.6), (0.485, 0.72), (0.475, 0.82)),
)
FOUR: Final[tuple[Stroke, ...]] = (
    ((0.2, 0.2), (0.17, 0.35), (0.14, 0.52), (0.2, 0.53), (0.3, 0.5)),
    ((0.28, 0.3), (0.265, 0.5), (0.26, 0.65), (0.255, 0.8)),
)
BETWEEN: Final[Stroke] = (  # a 7 with a short bar, or a 1 with a long one
    *((0.44, 0.23), (0.485, 0.21), (0.53, 0.19), (0.518, 0.4), (0.504, 0.6), (0.49, 0.83)),
)
SCRIBBLE: Final[Stroke] = (
    *((0.2, 0.2), (0.7, 0.7), (0.3, 0.8), (0.6, 0.2), (0.2, 0.5), (0.75, 0.45), (0.5, 0.85)),
    *((0.25, 0.3), (0.6, 0.9), (0.8, 0.2), (0.2, 0.7)),
)


@contextmanager
def opened_page(address: str, view: str = "draw", **options: Any) -> Iterator[Any]:
    """The page in a headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        page = context.new_page()
        page.goto(f"{address}/#{view}")
        page.locator("#verdict:not(:empty)").wait_for(state="attached")
        yield page
        browser.close()


def draw(page: Any, *strokes: Stroke) -> None:
    """Strokes with the mouse; places are shares of the sheet."""
    box = page.locator("#canvas").bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        page.mouse.up()


def draw_sevens(page: Any, n: int) -> list[float]:
    """Milliseconds from the end of each of n strokes to its answer on the page."""
    for done in range(n):
        page.locator("#clear:not(:disabled)").click() if done else None
        draw(page, SEVEN)
        for _ in range(400):
            if page.evaluate("performance.getEntriesByName('answer').length") > done:
                break
            page.wait_for_timeout(25)
        page.wait_for_timeout(150)  # a person looks at it
    took: list[float] = page.evaluate(
        "performance.getEntriesByName('answer').map((entry) => entry.duration)"
    )
    return took


def main(
    folder: Annotated[Path, typer.Argument(help="Where the screenshots go.")] = PICTURES,
) -> None:
    """Draw the screenshots of docs/serve.md."""
    from serve import tenfold_server

    with tenfold_server(1) as server:
        with opened_page(server.address) as page:
            draw(page, *FOUR, SEVEN)
            settle(page)
            shoot(page, folder / "serve-draw.png", full_page=True)
        with opened_page(server.address) as page:
            draw(page, BETWEEN)
            settle(page)
            shoot(page, folder / "serve-unsure.png")
        with opened_page(server.address, color_scheme="dark") as page:
            draw(page, SCRIBBLE)
            settle(page)
            shoot(page, folder / "serve-dark.png", full_page=True)
        with opened_page(
            server.address, viewport={"width": 390, "height": 844}, device_scale_factor=2
        ) as page:
            draw(page, SEVEN)
            settle(page)
            shoot(page, folder / "serve-phone.png")
        with opened_page(server.address, "pictures") as page:
            names = ("page.png", "photo.jpg", "ruled.png", "chalk.jpg")
            page.set_input_files("#files", [EXAMPLES / name for name in names])
            page.locator("#boxes button").nth(5).click()
            page.locator("#crop-ten .top-one").wait_for()
            settle(page)
            shoot(page, folder / "serve-pictures.png", full_page=True)


def shoot(page: Any, path: Path, **options: Any) -> None:
    """A screenshot of 128 colours: as it looks, at a third of the bytes."""
    data = io.BytesIO(page.screenshot(**options))
    small = Image.open(data).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(path, "PNG", optimize=True)


def settle(page: Any) -> None:
    """Let the last answer come and the bars grow."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(2000)


if __name__ == "__main__":
    typer.run(main)
