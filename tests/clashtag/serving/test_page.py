"""The page in a headless Chromium: what a person sees, by mouse, keyboard and screen reader."""

from __future__ import annotations

import json
import re
import shutil
import threading
from importlib import resources

import pytest

sync_api = pytest.importorskip("playwright.sync_api")

from http_servers import NEWS, slow_down
from waiting import wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TWO_EVENTS = "Militia said an air strike killed civilians in Kyiv on Monday."


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
        except sync_api.Error as error:
            pytest.skip(f"needs Chromium: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Open a page that must neither log an error nor ask another server for anything."""
    problems, contexts = [], []

    def open_at(server, width=1100, scheme="light", ready="#types label", **settings):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 800}, **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(server.url) else problems.append(request.url)
            ),
        )
        page.goto(server.url)
        page.wait_for_selector(ready, state="attached")
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not problems


def test_page_colours_types_as_other_views_do():
    from clashtag.formats.families import FAMILIES

    script = resources.files("clashtag.serving").joinpath("page", "page.js").read_text("utf-8")
    listed = re.findall(r"^  (\w+): (\[.*?\]),$", script.partition("};")[0], re.MULTILINE)
    assert {name: tuple(json.loads(types)) for name, types in listed} == FAMILIES


def tag(page, text):
    page.fill("#text", text)
    page.click("#submit")
    page.wait_for_selector("#status:has-text('event')")
    return page


def test_page_shows_spans_table_and_json(server, open_page):
    page = tag(open_page(server), TWO_EVENTS)
    assert page.text_content("#status").startswith("2 events · 12 tokens")
    assert page.locator(".article .trigger").all_text_contents() == [
        "air strike (airstrike, event 1)",
        "killed (death, event 2)",
    ]
    assert page.locator("thead th").all_text_contents() == [
        "What", "Who", "To whom", "Where", "When", "Further",
    ]  # fmt: skip
    rows = page.locator("tbody tr")
    assert rows.count() == 2
    assert rows.nth(0).locator("td").all_text_contents()[:2] == ["Militia", "civilians"]
    assert "claimed by Militia" in rows.nth(0).text_content()
    assert "score 0.99" in rows.nth(0).text_content()
    assert "Model tiny 1.0.0." in page.text_content("header")
    page.click("text=JSON")
    assert '"start": 16' in page.text_content("#json")


def test_page_article_is_exactly_the_text(server, open_page):
    text = "  <b>attack</b> 🔥 on &amp; cafe\u0301\n\n\tair strike  "
    page = tag(open_page(server), text)
    shown = page.evaluate(
        """() => {
            const article = document.querySelector("#article").cloneNode(true);
            article.querySelectorAll(".hidden").forEach((label) => label.remove());
            return article.textContent;
        }"""
    )
    assert shown == text


def test_page_runs_nothing_that_is_in_the_text(server, open_page):
    page = open_page(server)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    attack = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> attack \"'><svg onload=alert(3)>"
    )
    tag(page, attack)
    assert page.locator("#results img, #results script, #results svg").count() == 0
    assert page.locator(".trigger").count() == 1


def test_page_works_by_keyboard_alone(server, open_page):
    page = open_page(server)
    focused = "document.activeElement.id || document.activeElement.textContent"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the results"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "text"
    page.keyboard.type(NEWS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#event-1")
    order = []
    while "trigger-1" not in order:
        page.keyboard.press("Tab")
        order.append(page.evaluate(focused))
        assert len(order) < 10
    assert order == ["Options", "submit", "sample", "trigger-1"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/#event-1")
    assert page.locator("#event-1.lit").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#trigger-1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#results details[open]").count() == 1


def test_page_lights_an_event_in_text_and_table(server, open_page):
    page = tag(open_page(server), TWO_EVENTS)
    page.hover("#event-2")
    assert page.locator(".trigger.lit").all_text_contents() == ["killed (death, event 2)"]
    assert "civilians" in page.locator(".argument.lit").all_text_contents()
    page.hover("h1")
    assert page.locator(".lit").count() == 0


def test_page_options_are_sent(server, open_page):
    page = open_page(server)
    page.click("text=Options")
    page.check("text=death")
    tag(page, TWO_EVENTS)
    assert page.locator("tbody tr").count() == 1
    page.fill("#threshold", "1")
    tag(page, TWO_EVENTS)
    page.wait_for_selector("text=The model found no event")


def test_page_explains_what_went_wrong(start_thread_server, open_page):
    server = start_thread_server(max_text_characters=100)
    page = open_page(server)
    assert page.text_content("#length") == "0 of 100 characters"
    page.fill("#text", "rain " * 50)
    assert page.text_content("#length") == "250 of 100 characters"
    page.click("#submit")
    page.wait_for_selector("#problem p")
    assert page.text_content("#problem").startswith("the article has 250 characters; at most 100")
    assert page.get_attribute("#problem", "role") == "alert"
    tag(page, NEWS)
    assert page.locator("#problem p").count() == 0


def test_page_asks_for_a_key_where_one_is_needed(start_thread_server, open_page):
    page = open_page(start_thread_server(api_key="k" * 32), ready="#key-field:not([hidden])")
    page.fill("#text", NEWS)
    page.click("#submit")
    page.wait_for_selector("#problem p")
    assert "no key" in page.text_content("#problem")
    assert page.evaluate("document.activeElement.id") == "key"
    page.fill("#key", "k" * 32)
    tag(page, NEWS)
    assert page.locator("tbody tr").count() == 1
    page.wait_for_selector("#types label", state="attached")


def test_page_says_when_the_server_is_busy(start_thread_server, open_page):
    server = start_thread_server(max_wait_s=0.001, deadline_s=5)
    slow_down(server.service, gate=(gate := threading.Event()))
    page = open_page(server)
    other = threading.Thread(target=server.tag, args=(NEWS * 20,))
    other.start()
    try:
        wait_until(lambda: server.service.batcher._readings)
        page.fill("#text", NEWS)
        page.click("#submit")
        page.wait_for_selector("#problem p")
        assert page.text_content("#problem") == "The server is busy. Try again in 1 second."
    finally:
        gate.set()
        other.join()


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (375, "dark")])
def test_page_has_no_accessibility_violation(server, open_page, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(server, width=width, scheme=scheme, bypass_csp=True)
    page.click("text=Options")
    tag(page, TWO_EVENTS)
    page.click("text=JSON")
    for selector in ("#trigger-1", "#event-2"):
        page.hover(selector)
        found = axe.Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)
