"""The page for every eye: contrast, colours of one's own, the back of the room, narrow phones."""

import re
from typing import Any

import pytest

from browser_small import SEVEN, drop, expect, expect_figure, until
from pages import BETWEEN, EXAMPLES, FOUR, draw

CONTRAST = """([front, back]) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [light(front), light(back)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def colour(page: Any, place: str, name: str = "color") -> str:
    return str(page.locator(place).evaluate(f"node => getComputedStyle(node)['{name}']"))


def contrast(page: Any, front: str, back: str) -> float:
    """WCAG 2.2's contrast of two colours."""
    return float(page.evaluate(CONTRAST, [front, back]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_more_contrast_is_given_where_it_is_asked_for(opened: Any, theme: str) -> None:
    page = opened(contrast="more", color_scheme=theme, reduced_motion="reduce")
    draw(page, BETWEEN)
    expect(page, "#ten .top-one").to_have_count(1)
    ground = colour(page, "html", "backgroundColor")
    for place in ("#verdict", "#keys", "#ten-caption", "#film-why", "footer"):
        assert contrast(page, colour(page, place), ground) >= 7, place
    # The bar of how sure it is stands out from what it does not fill.
    fill = colour(page, "#sureness", "backgroundColor")
    assert colour(page, ".meter", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert contrast(page, fill, ground) >= 4.5
    assert contrast(page, colour(page, "#canvas"), colour(page, "#sheet", "backgroundColor")) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_ones_own_hide_nothing(opened: Any, theme: str) -> None:
    page = opened(forced_colors="active", color_scheme=theme)
    draw(page, *FOUR, SEVEN)
    expect(page, "#ten .top-one").to_have_count(1)
    ground = colour(page, "html", "backgroundColor")
    assert contrast(page, colour(page, "#canvas"), ground) >= 7
    assert contrast(page, colour(page, "#ten .top-one i", "backgroundColor"), ground) >= 7
    assert contrast(page, colour(page, "#sureness", "backgroundColor"), ground) >= 7
    pen, eraser = (colour(page, place, "backgroundColor") for place in ("#pen", "#eraser"))
    assert pen != eraser
    here, there = (
        colour(page, f"nav a[href='#{view}']", "borderBottomColor") for view in ("draw", "pictures")
    )
    assert here != there
    # Ink is black and see-through: it needs paper.
    frame = page.locator(".frame:has(#film-glyph)")
    assert frame.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 255, 255)"
    assert colour(page, "#film-glyph", "filter") == "none"


def test_the_answer_is_read_from_the_back_of_the_room(opened: Any) -> None:
    """Letters of 1/20 of the screen's height are read across a classroom; words of 1/45."""
    page = opened(viewport={"width": 1920, "height": 1080})
    draw(page, *FOUR, SEVEN)
    expect_figure(page, "47")
    sizes = {
        place: float(colour(page, place, "fontSize").removesuffix("px"))
        for place in ("#figure", "#verdict", "#ten .top-one th")
    }
    assert sizes["#figure"] > 1080 / 5
    assert sizes["#verdict"] > 1080 / 40
    figure = page.locator("#figure").bounding_box()
    verdict = page.locator("#verdict").bounding_box()
    assert 0 < figure["y"] < verdict["y"] < 1080 - verdict["height"]


SHIFT = (
    "window.moved = 0; new PerformanceObserver((list) => {"
    " for (const entry of list.getEntries()) if (!entry.hadRecentInput) moved += entry.value; })"
    ".observe({ type: 'layout-shift', buffered: true })"
)


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_moves_while_numbers_are_drawn_in_either_language(
    opened: Any,
    width: int,
) -> None:
    for locale in ("en-GB", "de-DE"):
        page = opened(viewport={"width": width, "height": 800}, locale=locale)
        page.evaluate(SHIFT)
        draw(page, *FOUR)
        expect(page, "#ten .top-one").to_have_count(1)
        draw(page, SEVEN)
        expect_figure(page, "47")
        expect(page, "#rivals [data-key=ours] strong").to_have_text("47")
        page.click("#clear")
        draw(page, BETWEEN)
        expect(page, "#figure").to_have_text(re.compile("^[17]"))
        assert page.evaluate("moved") < 0.01


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_a_narrow_phone_never_scrolls_sideways(opened: Any, width: int, locale: str) -> None:
    page = opened(viewport={"width": width, "height": 640}, locale=locale, has_touch=True)
    draw(page, *FOUR, SEVEN)
    expect_figure(page, "47")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drop(page, "ruled.png")
    page.locator("#boxes button").nth(4).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width == 375:  # the whole table is seen
        table, hull = (page.locator(place).bounding_box() for place in (".numbers", ".scroll"))
        assert table["width"] <= hull["width"] + 1


def test_the_small_drawing_is_seen_whole_at_every_size(opened: Any) -> None:
    for width in (375, 1280, 1920):
        page = opened(viewport={"width": width, "height": 900})
        draw(page, SEVEN)
        expect(page, "#film-glyph").to_be_visible()
        for image in ("#film-picture", "#film-ink", "#film-glyph"):
            inner, outer = (
                page.locator(place).bounding_box() for place in (image, f".frame:has({image})")
            )
            for side, extent in (("x", "width"), ("y", "height")):
                assert outer[side] <= inner[side]
                assert inner[side] + inner[extent] <= outer[side] + outer[extent]


def test_the_digits_of_a_picture_are_walked_by_keys_alone(opened: Any) -> None:
    page = opened("pictures")
    page.set_input_files("#files", EXAMPLES / "ruled.png")
    page.locator("#boxes button").nth(4).wait_for()
    page.focus("#after")
    page.focus("#before")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#boxes') !== null"):
            break
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_figure(page, "0", "#crop-figure")
    expect(page, "#said").to_contain_text(re.compile("^0, .*sure"))
    until(page, "document.querySelector('#crop-ten .top-one') !== null")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "crop-label":
            break
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    expect(page, ".numbers input").to_have_value("48718")
