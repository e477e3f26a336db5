"""The whole way in a real browser: the demo, a sign-in link, a verdict, the feed. Needs Chromium (make e2e)."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The sign-in link of a running demo, and its data directory."""
    data_dir = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "api.cli", "--data-dir", str(data_dir), "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        link = next((line.strip() for line in process.stdout if "/sign-in/" in line), "")
        try:
            yield link, data_dir
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def page(demo: tuple[str, Path]) -> Iterator[Page]:
    """A browser that opened the demo's link."""
    assert CHROMIUM, "install Chromium (Debian: apt-get install chromium), or name it in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        opened = browser.new_page(viewport={"width": 1100, "height": 900})
        opened.goto(demo[0])
        yield opened
        browser.close()


def feed(demo: tuple[str, Path]) -> list[dict[str, object]]:
    """What a tool pulls with a key of its own."""
    link, data_dir = demo
    create = [sys.executable, "-m", "api.cli", "--data-dir", str(data_dir), "key", "create", "tool", "--role", "reader"]
    key = subprocess.run(create, capture_output=True, text=True, check=True).stdout.strip()
    address = link.partition("/sign-in/")[0]
    request = urllib.request.Request(f"{address}/api/v1/feed", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        items: list[dict[str, object]] = json.load(answer)["items"]
    return items


def test_the_link_opens_a_queue_of_drafts(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/queue"))
    assert page.locator("ol.cards li").count() >= 5


def test_a_line_can_be_heard(page: Page) -> None:
    page.goto(page.url.partition("/queue")[0] + "/queue")
    for link in page.locator("ol.cards a").all()[:12]:
        where = link.get_attribute("href")
        found = page.request.get(page.url.partition("/queue")[0] + str(where)).text()
        clip = re.search(r'src="(/api/v1/cards/[^"]+/clip)"', found)
        if clip:
            sound = page.request.get(page.url.partition("/queue")[0] + clip[1])
            assert sound.status == 200
            assert sound.body()[:4] == b"RIFF"
            assert len(sound.body()) > 8000
            return
    pytest.fail("none of the first drafts can be heard")


def test_an_expert_approves_with_the_keyboard_alone(page: Page, demo: tuple[str, Path]) -> None:
    page.goto(demo[0].partition("/sign-in/")[0] + "/queue")
    page.get_by_role("link", name="Start with the best one").focus()
    page.keyboard.press("Enter")
    title = page.locator("h1").inner_text()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Approved")
    cards = [item["card"] for item in feed(demo)]
    assert [card["title"] for card in cards if isinstance(card, dict)] == [title]


def test_an_edit_and_a_rejection_work_without_javascript(page: Page, demo: tuple[str, Path]) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(demo[0].partition("/sign-in/")[0] + "/queue")
    plain.locator("ol.cards a").first.click()
    plain.get_by_text("Edit this card").click()
    plain.get_by_label("Title").fill("A title of my own")
    plain.get_by_role("button", name="Save as a new revision").click()
    expect(plain.locator("h1")).to_have_text("A title of my own")
    plain.get_by_label("Reason").select_option("duplicate")
    plain.get_by_role("button", name="Reject").click()
    expect(plain.get_by_role("status")).to_contain_text("Rejected")
    context.close()


def test_a_turn_is_corrected_beside_its_sound(page: Page, demo: tuple[str, Path]) -> None:
    page.goto(demo[0].partition("/sign-in/")[0] + "/recordings")
    page.locator("main a[href^='/recordings/']").first.click()
    where = page.url
    first = page.locator("#turn-1 + dd")
    before = first.inner_text()
    page.locator("#turn-1 [data-edit]").click()
    expect(page.get_by_label("What is said")).to_be_focused()
    page.keyboard.type("No ")
    page.keyboard.press("Escape")
    expect(page.locator(".editor")).to_have_count(0)
    page.locator("#turn-1 [data-edit]").click()
    page.get_by_label("What is said").fill("Nobody knows.")
    page.locator("#turn-2 [data-edit]").click()  # what is being typed stays
    expect(page.get_by_role("status")).to_contain_text("Save or cancel")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(first).to_contain_text("Nobody knows.")
    expect(page.locator("#turn-1 [data-edit]")).to_be_focused()
    assert page.url == where  # the page is still the same one, and its sound plays on
    page.get_by_role("button", name="Undo the last correction").click()
    expect(first).to_have_text(before, use_inner_text=True)


def test_the_pages_fit_a_phone(page: Page, demo: tuple[str, Path]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for where in ("/queue", "/recordings", "/map", "/concepts", "/guides"):
        page.goto(demo[0].partition("/sign-in/")[0] + where)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, where
