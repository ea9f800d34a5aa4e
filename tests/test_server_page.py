"""The page in a real browser: draw, drop, correct; by mouse, finger and keys; for every eye."""

import csv
import io
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from browser_small import ONE, SEVEN, drop, expect, expect_figure, expect_state, until
from pages import EXAMPLES, SCRIBBLE, draw
from server_small import written
from tenfold.data.folder import read_folder

PAGE = Path(__file__).parents[1] / "src" / "tenfold" / "server"


def test_a_seven_is_read_live_while_it_is_drawn_with_the_mouse(opened: Any) -> None:
    page = opened()
    box = page.locator("#canvas").bounding_box()
    x, y, w, h = box["x"], box["y"], box["width"], box["height"]
    page.mouse.move(x + 0.35 * w, y + 0.22 * h)
    page.mouse.down()
    for across, down in SEVEN[1:]:
        page.mouse.move(x + across * w, y + down * h, steps=6)
    expect_figure(page, "7")  # the pen is still down
    page.mouse.up()
    until(page, "performance.getEntriesByName('answer').length === 1")
    expect(page, "#answer").to_have_attribute("data-state", re.compile("accepted|likely"))
    expect_figure(page, "7", "#ten .top-one th")
    shares = page.locator("#ten td span").all_text_contents()
    assert len(shares) == 10
    assert int(shares[7]) > 90
    for image in ("#film-ink", "#film-glyph"):
        assert page.locator(image).is_visible()
    assert page.locator("#film-glyph").evaluate("image => image.naturalWidth") == 28
    expect(page, "#said").to_have_text(re.compile(r"^7\."))


def test_a_seven_is_read_from_a_finger_and_the_page_does_not_scroll(opened: Any) -> None:
    page = opened(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    box = page.locator("#canvas").bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *places: tuple[float, float]) -> None:
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in places
        ]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", SEVEN[0])
    for (x, y), (right, below) in itertools.pairwise(SEVEN):
        for step in (0.25, 0.5, 0.75, 1):
            finger("touchMove", (x + step * (right - x), y + step * (below - y)))
    finger("touchEnd")
    expect_figure(page, "7")
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    verdict = page.locator("#verdict").bounding_box()
    assert verdict["y"] + verdict["height"] < 844  # the answer is seen without scrolling


def test_numbers_are_read_taken_back_brought_back_and_cleared(opened: Any) -> None:
    page = opened()
    draw(page, SEVEN, ONE)
    expect_figure(page, "71")
    page.click("#undo")
    expect_figure(page, "7")
    page.click("#redo")
    expect_figure(page, "71")
    page.keyboard.press("Control+z")
    expect_figure(page, "7")
    page.click("#eraser")
    draw(page, [(x / 100, y) for x in range(30, 70, 5) for y in (0.1, 0.9)])
    expect_state(page, "blank")
    page.click("#clear")
    assert page.locator("#hint").is_visible()


def test_a_scribble_is_no_digit_but_the_classic_net_names_one(opened: Any) -> None:
    page = opened()
    draw(page, SCRIBBLE)
    expect(page, "#rivals [data-key=classicSmall] strong").to_have_text(re.compile("^[0-9]$"))
    expect(page, "#rivals [data-key=ours]").to_have_attribute("data-state", "none")
    expect(page, "#answer").not_to_have_attribute("data-state", "accepted")


def test_everything_can_be_done_with_keys_alone(opened: Any) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "canvas":
            break
    for _ in range(14):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    for _ in range(26):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect_figure(page, "1")
    expect(page, "#said").to_have_text(re.compile(r"^1\."))
    page.keyboard.press("Delete")
    expect_state(page, "blank")
    page.focus("#theme")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_dropped_picture_has_boxes_and_a_digit_shows_what_the_model_saw(opened: Any) -> None:
    page = opened()
    drop(page, "ruled.png")
    digits = page.locator("#boxes button")
    digits.nth(4).wait_for()
    assert digits.count() == 5
    assert page.locator("#boxes .number span").text_content() == "40718"
    photo = page.locator("#shown").bounding_box()
    for index in range(5):
        box = digits.nth(index).bounding_box()
        assert photo["x"] <= box["x"] < box["x"] + box["width"] <= photo["x"] + photo["width"] + 1
    digits.nth(2).click()
    expect_figure(page, "7", "#crop-figure")
    expect_figure(page, "7", "#crop-ten .top-one th")
    assert page.locator("#crop-glyph").is_visible()


def test_a_digit_is_corrected_by_typing_and_goes_into_table_csv_and_folder(
    opened: Any, kept: Path
) -> None:
    page = opened("pictures")
    n_before = len((kept / "labels.csv").read_text().splitlines()) - 1
    page.set_input_files("#files", [EXAMPLES / "ruled.png", EXAMPLES / "cell.png"])
    page.locator("#boxes button").nth(4).wait_for()
    page.locator("#keep-all").check()
    page.locator("#boxes button").nth(2).click()
    page.locator("#crop-label").fill("1")
    with page.expect_response("**/api/corrections?label=1") as kept_one:
        page.keyboard.press("Enter")
    assert kept_one.value.status == 201
    first = page.locator(".numbers tbody tr").first
    assert first.locator("input").input_value() == "40118"
    assert first.get_attribute("data-state") == "mended"
    page.locator(".numbers input").nth(1).fill("6")
    with page.expect_response("**/api/corrections?label=6"):
        page.keyboard.press("Enter")
    assert [record.label for record in read_folder(kept)[n_before:]] == ["1", "6"]
    with page.expect_download() as csv_file:
        page.click("#csv")
    rows = list(csv.DictReader(io.StringIO(Path(csv_file.value.path()).read_text())))
    assert [(row["file"], row["number"], row["status"], row["read_as"]) for row in rows] == [
        ("ruled.png", "40118", "corrected", "40718"),
        ("cell.png", "6", "corrected", "5"),
    ]


def test_many_pictures_are_read_with_progress_and_a_bad_one_has_its_words(opened: Any) -> None:
    page = opened("pictures")
    names = ["page.png", "ruled.png", "labels.csv", "cell.png"]
    page.set_input_files("#files", [EXAMPLES / name for name in names])
    expect(page, "#count").to_have_text("4 of 4 read")
    rows = page.locator(".numbers tbody tr")
    assert [rows.nth(i).locator("input").input_value() for i in range(5)] == [
        *("1492", "60375", "2818", "907", "40718")
    ]
    assert "not a picture of a known kind" in rows.nth(5).text_content()
    page.locator("#only").check()
    states = [row.get_attribute("data-state") for row in rows.all()]
    assert states[5] == "error"
    assert [row.is_visible() for row in rows.all()] == [s in ("review", "error") for s in states]


def test_the_pages_of_a_file_that_browsers_do_not_know_are_shown_and_read(
    opened: Any, tmp_path: Path
) -> None:
    page = opened("pictures")
    sheets = [Image.fromarray(written(text)) for text in ("12", "345")]
    sheets[0].save(tmp_path / "scan.tif", save_all=True, append_images=sheets[1:])
    page.set_input_files("#files", tmp_path / "scan.tif")
    expect(page, "#count").to_have_text("1 of 1 read")
    page.click("#after")
    expect(page, "#name").to_have_text("scan.tif, page 2 (2/2)")
    page.locator("#boxes button").nth(2).click()
    expect_figure(page, "5", "#crop-figure")
    expect_figure(page, "5", "#crop-ten .top-one th")
    until(page, "document.getElementById('shown').naturalWidth > 0")
    crop = page.locator(".numbers canvas")
    assert crop.count() == 2


def test_the_page_comes_again_without_the_internet_and_says_when_the_server_is_gone(
    opened: Any,
) -> None:
    """No name but this server's leads anywhere (browser_small): a reload needs nothing else."""
    page = opened()
    page.reload()
    draw(page, SEVEN)
    expect_figure(page, "7")
    page.route("**/api/*", lambda route: route.abort())
    draw(page, ONE)
    expect(page, "#trouble").to_contain_text("does not answer")
    page.unroute("**/api/*")
    draw(page, [(0.8, 0.3), (0.85, 0.2)])
    expect_figure(page, "71")
    expect(page, "#trouble").to_be_hidden()
    complaints = page.context.complaints
    assert all("net::ERR_FAILED" in words for words in complaints)
    complaints.clear()


def test_the_dark_page_is_the_blackboard_and_the_other_language_fills_every_word(
    opened: Any,
) -> None:
    page = opened(color_scheme="dark", locale="de-DE")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.locator("#hint").text_content() == "Schreib hier eine Zahl"
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", background)[:3])) < 150
    page.click("#language")
    assert page.locator("#hint").text_content() == "Write a number here"
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_nothing_moves_while_the_page_loads_and_a_digit_is_read(opened: Any) -> None:
    page = opened()
    page.evaluate(
        "window.moved = 0; new PerformanceObserver((list) => {"
        " for (const entry of list.getEntries()) moved += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    draw(page, SEVEN, ONE)
    expect_figure(page, "71")
    expect(page, "#rivals li:first-child strong").not_to_be_empty()
    assert page.evaluate("moved") < 0.01


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["draw", "pictures"])
def test_axe_finds_nothing(opened: Any, view: str, theme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="the extra [dev] brings axe-playwright-python",
    )
    page = opened(view, color_scheme=theme, reduced_motion="reduce", bypass_csp=True)
    if view == "draw":
        draw(page, SEVEN)
        expect(page, "#rivals li:first-child strong").not_to_be_empty()
    else:
        page.set_input_files("#files", EXAMPLES / "ruled.png")
        page.locator("#boxes button").first.click()
        page.locator("#crop-ten .top-one").wait_for()
    found = axe.Axe().run(page)
    assert [
        (fault["id"], [n["html"] for n in fault["nodes"]]) for fault in found.response["violations"]
    ] == []


def words_of(script: str, language: str) -> dict[str, str]:
    part = re.search(rf"\n  {language}: \{{\n(.*?)\n  \}},\n", script, re.DOTALL)
    assert part is not None
    return dict(re.findall(r"(\w+): '((?:[^'\\]|\\.)*)'", part[1]))


def test_both_languages_have_the_same_words_and_the_page_names_only_those() -> None:
    script = (PAGE / "page.js").read_text("utf-8")
    english, german = words_of(script, "en"), words_of(script, "de")
    assert english.keys() == german.keys()
    for key, words in english.items():
        assert set(re.findall(r"\{\w+\}", words)) == set(re.findall(r"\{\w+\}", german[key])), key
    named = set(re.findall(r'data-t(?:-label|-title)?="(\w+)"', (PAGE / "page.html").read_text()))
    assert named <= english.keys()
    rest = script[script.index("const $ =") :]
    used = named | set(re.findall(r"'(\w+)'", rest)) | {f"{key}Why" for key in english}
    assert english.keys() <= used


def test_the_page_names_no_other_host_and_has_no_script_of_its_own() -> None:
    text = "".join(
        (PAGE / name).read_text("utf-8") for name in ("page.html", "page.js", "page.css")
    )
    assert re.findall(r"https?://[^\s\"']+", text) == []
    markup = (PAGE / "page.html").read_text("utf-8")
    assert re.findall(r"<script(?! src=)|\son\w+=|\sstyle=", markup) == []
