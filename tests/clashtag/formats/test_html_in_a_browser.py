"""The page in Chromium: what its script does, and what is left without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clashtag.formats.html import analyses_to_html
from viewed_articles import raid

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(analyses_to_html([raid(), raid()]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser, address):
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(address)
    yield opened
    opened.close()
    assert not problems


def lit(page) -> set[str]:
    return set(page.locator("mark.lit").evaluate_all("all => all.map(m => m.dataset.span)"))


def test_pointing_at_a_cell_marks_its_words(page):
    answer = page.locator("#a2-i1 .answer", has_text="7 killed")
    answer.hover()
    assert lit(page) == set(answer.get_attribute("data-spans").split())
    assert page.locator("#a1 .lit").count() == 0
    page.mouse.move(0, 0)
    assert not lit(page)


def test_following_a_cell_by_keyboard_moves_to_its_words_and_back(page):
    answer = page.locator("#a1-i1 .answer", has_text="7 killed")
    answer.focus()
    assert lit(page)
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == answer.get_attribute("href")[1:]
    assert lit(page) == set(answer.get_attribute("data-spans").split())
    page.keyboard.press("Escape")
    assert not lit(page)
    page.locator("mark.trigger", has_text="killing").first.locator("a").click()
    assert page.locator(":focus").get_attribute("id") == "a1-i1"


def test_pointing_at_words_marks_the_cells_they_fill(page):
    page.locator("#a1 mark", has_text="army post").first.hover()
    assert page.locator("#a1-i1 .answer.lit", has_text="army post").count() == 1
    assert page.locator("#a1-i1.lit").count() == 1


def test_the_filter_hides_other_incidents_and_their_marks(page):
    page.get_by_label("shelling").check()
    assert page.locator(".card:visible").count() == 2
    assert page.locator(".day:visible").count() == 1
    assert page.locator("mark.trigger.off", has_text="attacked").count() == 2
    assert page.locator("mark.trigger:not(.off)", has_text="shell").count() == 2
    assert page.locator("#shown").inner_text().endswith("2 shown")
    page.get_by_label("shelling").uncheck()
    assert page.locator(".card:visible").count() == 4


def test_labels_can_be_switched_off(page):
    assert page.locator(".label:visible").count() > 10
    page.get_by_label("Labels in the text").uncheck()
    assert page.locator(".label:visible").count() == 0


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_width_needs_sideways_scrolling(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_the_page_reads_and_its_links_lead(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        assert page.locator("#controls").is_hidden()
        page.locator("#a1-i1 .answer", has_text="7 killed").click()
        assert "#a1-s" in page.url
        assert page.locator("mark:visible").count() > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(browser, address, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("#a1-i1 .answer").first.focus()
        found = axe.Axe().run(page).response["violations"]
    assert not [(violation["id"], violation["nodes"][0]["html"]) for violation in found]
