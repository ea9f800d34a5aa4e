"""The page's tools: pens, pressure, clipboard, camera, downloads, the word, corrections."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from browser_small import SEVEN, SLOW_MS, expect, expect_figure, expect_state, until
from pages import BETWEEN, EXAMPLES, FOUR, draw
from server_small import serving
from tenfold.data.folder import read_folder
from tenfold.server.settings import Settings


@pytest.fixture
def sent(opened: Any) -> Any:
    """A page, and the bodies that it sends to /api/read."""
    page = opened()
    bodies: list[Any] = []
    page.on("request", lambda asked: "/api/read" in asked.url and bodies.append(asked.post_data))
    return page, bodies


def test_the_width_of_the_pen_and_of_the_eraser_is_that_of_the_slider(sent: Any) -> None:
    page, bodies = sent
    page.locator("#width").fill("20")
    draw(page, SEVEN)
    expect_figure(page, "7")
    page.click("#eraser")
    draw(page, [(0.05, 0.9), (0.1, 0.95)])
    until(page, "performance.getEntriesByName('answer').length === 2")
    strokes = json.loads(bodies[-1])["strokes"]
    assert [(stroke["width"], stroke["erase"]) for stroke in strokes] == [(20, False), (50, True)]


PEN = """(strokes) => {
  const canvas = document.getElementById('canvas');
  const box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};   // no real pointer has this number
  const at = (kind, [x, y, pressure], buttons) => canvas.dispatchEvent(new PointerEvent(kind, {
    pointerId: 7, pointerType: 'pen', pressure, buttons, bubbles: true, cancelable: true,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  for (const points of strokes) {
    at('pointerdown', points[0], 1);
    for (const point of points.slice(1)) at('pointermove', point, 1);
    at('pointerup', points.at(-1), 0);
  }
}"""


INKED = """places => {
  const canvas = document.getElementById('canvas');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return places.map((y) => {
    const start = 4 * width * Math.round(y * height);
    return data.slice(start, start + 4 * width).filter((v, i) => i % 4 === 3 && v > 128).length;
  });
}"""


def test_a_pen_that_is_pressed_harder_writes_a_wider_line(sent: Any) -> None:
    page, bodies = sent
    line = [[0.5, 0.2, 0.1], [0.5, 0.4, 0.4], [0.5, 0.6, 0.7], [0.5, 0.8, 1.0]]
    page.evaluate(PEN, [line])
    expect_figure(page, "1")
    widths = [point[2] for point in json.loads(bodies[-1])["strokes"][0]["points"]]
    assert widths == sorted(widths)
    assert widths[-1] > 2 * widths[0]
    top, bottom = page.evaluate(INKED, [0.25, 0.75])
    assert bottom > 1.5 * top > 0


def test_the_steps_are_asked_for_when_the_pen_rests_and_never_while_it_runs(opened: Any) -> None:
    page = opened()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    box = page.locator("#canvas").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + 50 + 4 * step, box["y"] + 50 + 3 * step)
    n_looks_on_the_way = asked.count("look")
    expect(page, "#ten .top-one").to_have_count(1)  # the pen rests on the sheet
    page.mouse.up()
    until(page, "performance.getEntriesByName('answer').length === 1")
    assert n_looks_on_the_way == 0
    assert asked.count("look") <= 2


def test_what_it_is_not_sure_of_is_said_in_words(opened: Any) -> None:
    page = opened()
    draw(page, BETWEEN)
    expect(page, "#verdict").to_have_text(re.compile(r"I am not sure: is it (1 or 7|7 or 1)\?"))
    expect_state(page, "review")
    expect(page, "#said").to_contain_text(re.compile("is it (1 or 7|7 or 1)"))
    zigzag = [(0.15 + 0.7 * i / 24, 0.2 + 0.6 * (i % 2)) for i in range(25)]
    page.click("#clear")
    draw(page, zigzag)
    expect_state(page, "none")
    expect(page, "#verdict").to_contain_text("not a digit that I know")


PASTE = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
  dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
}"""


def test_a_pasted_picture_and_one_from_the_camera_are_read(opened: Any) -> None:
    import base64

    page = opened()
    page.evaluate(PASTE, base64.b64encode((EXAMPLES / "ruled.png").read_bytes()).decode())
    expect(page, "#boxes .number span").to_have_text("40718")
    assert page.evaluate("location.hash") == "#pictures"
    assert page.locator("#camera").get_attribute("capture") == "environment"
    with page.expect_file_chooser() as chooser:
        page.click("#take")
    chooser.value.set_files(EXAMPLES / "cell.png")
    expect(page, "#count").to_have_text("2 of 2 read")


def test_the_table_can_be_copied_and_had_as_json(opened: Any) -> None:
    page = opened("pictures", permissions=["clipboard-read", "clipboard-write"])
    page.set_input_files("#files", [EXAMPLES / "ruled.png", EXAMPLES / "cell.png"])
    expect(page, "#count").to_have_text("2 of 2 read")
    page.click("#copy")
    expect(page, "#copy").to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    rows = list(csv.reader(io.StringIO(copied), delimiter="\t"))
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("ruled.png", "40718", "accepted"),
        ("cell.png", "5", "accepted"),
    ]
    with page.expect_download() as saved:
        page.click("#json")
    readings = json.loads(Path(saved.value.path()).read_text())
    assert [r["numbers"][0]["text"] for r in readings] == ["40718", "5"]
    assert {"schema", "file", "error", "numbers"} <= readings[0].keys()


def test_corrections_are_kept_only_where_asked_for_and_can_be_exported(
    opened: Any,
    kept: Path,
) -> None:
    page = opened("pictures")
    n_before = len(read_folder(kept)) if (kept / "labels.csv").stat().st_size > 30 else 0
    page.set_input_files("#files", EXAMPLES / "cell.png")
    page.locator("#boxes button").first.click()
    assert not page.locator("#keep-all").is_checked()
    expect(page, "#keep-where").to_contain_text(str(kept))
    page.locator("#crop-label").fill("6")
    page.keyboard.press("Enter")
    expect(page, "#crop-verdict").to_have_text("corrected by you")
    page.click("nav a[href='#draw']")
    draw(page, SEVEN)
    expect_figure(page, "7")
    page.locator("#draw-label").fill("1")
    page.keyboard.press("Enter")
    expect(page, "#draw-kept").to_contain_text("Kept as 1.")
    assert [(r.label, r.kind) for r in read_folder(kept)[n_before:]] == [("1", "drawing")]
    with page.expect_download() as saved:
        page.click("#export-zip")
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert "corrections/labels.csv" in archive.namelist()


def test_the_two_models_stand_side_by_side_and_only_ours_sees_two_digits(opened: Any) -> None:
    page = opened()
    draw(page, *FOUR, SEVEN)
    expect(page, "#rivals [data-key=ours] strong").to_have_text("47")
    expect(page, "#rivals [data-key=ours] small").to_have_text("not one digit, but 2")
    for key in ("classicSmall", "classicFound"):
        assert len(page.locator(f"#rivals [data-key={key}] strong").text_content()) == 1
        assert page.locator(f"#rivals [data-key={key}] img").is_visible()


def test_a_server_with_a_word_is_asked_for_it_once(browser: Any) -> None:
    with serving(Settings(token="open-sesame")) as address:
        context = browser.new_context()
        context.set_default_timeout(SLOW_MS)
        page = context.new_page()
        page.goto(address)
        page.locator("#token").fill("wrong")
        page.keyboard.press("Enter")
        expect(page, "#trouble").to_have_text("That was not the word.")
        page.locator("#token").fill("open-sesame")
        page.keyboard.press("Enter")
        expect(page, "#ask").to_be_hidden()
        draw(page, SEVEN)
        expect_figure(page, "7")
        page.goto(f"{address}/#token=open-sesame")
        page.reload()
        assert "open-sesame" not in page.url
        context.close()
