"""Every page of every door: nothing that axe finds against WCAG 2.2 AA, no sideways scroll, within its budget."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession

from tests.browser import crawl
from tests.browser.conftest import Phone, Phones, Server

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
# Visitors with a phone on a bad connection; staff desks carry tables and have no such budget.
ON_A_PHONE = ("anggota1", "anggota5", "petugas2")
BYTES, REQUESTS, CHECK_BYTES = 40_000, 6, 14_000


def _violations(phone: Phone) -> list[str]:
    found = Axe().run(phone.page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def _overflow(phone: Phone) -> bool:
    """Whether the page scrolls sideways."""
    return bool(phone.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))


@pytest.mark.parametrize("name", crawl.HOMES)
def test_every_page_of_a_door(phones: Phones, name: str) -> None:
    phone = phones.new(bypass_csp=True).sign_in(name)
    problems: list[str] = []
    count = 0
    for path in crawl.pages(phone, crawl.HOMES[name]):
        count += 1
        problems += [f"{path}: {problem}" for problem in _violations(phone)]
        if _overflow(phone):
            problems.append(f"{path}: scrolls sideways at 360 px")
    assert problems == []
    assert count >= 3


@pytest.mark.parametrize("path", crawl.OPEN)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_open_page(phones: Phones, path: str, language: str) -> None:
    phone = phones.new(bypass_csp=True)
    phone.goto(f"{path}?bahasa={language}")
    assert phone.page.locator("html").get_attribute("lang") == language
    assert _violations(phone) == []
    assert not _overflow(phone)


@pytest.fixture
def standings(server: Server) -> dict[str, str]:
    """Standing -> a demo certificate's code, one of each."""
    return {row["standing"]: row["code"] for row in server.json("certificates", "list")["certificates"]}


def test_the_answer_to_a_scan(phones: Phones, standings: dict[str, str]) -> None:
    for code in [*standings.values(), "AAAAAAAAAAAAAAAA"]:
        phone = phones.new(bypass_csp=True)
        weight = Weight(phone)
        phone.goto(f"/v/{code}")
        assert weight.requests == 1, weight.urls
        assert weight.bytes <= CHECK_BYTES
        assert _violations(phone) == []
        assert not _overflow(phone)


class Weight:
    """Bytes on the wire and requests of whatever a page loads, as Chromium's network layer counts them."""

    def __init__(self, phone: Phone) -> None:
        """Begin to count."""
        self.bytes, self.urls = 0, list[str]()
        self.session: CDPSession = phone.context.new_cdp_session(phone.page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._request)
        self.session.on("Network.loadingFinished", self._finished)

    def _request(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.urls.append(event["request"]["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    @property
    def requests(self) -> int:
        """How many, data: addresses aside."""
        return len(self.urls)


def _first_visits(phones: Phones, name: str) -> Iterator[tuple[str, Weight]]:
    """Each kind of page, opened by a browser that has nothing of ours in its cache."""
    guide = phones.new().sign_in(name)
    state = guide.context.storage_state()
    for path in crawl.pages(guide, crawl.HOMES[name]):
        fresh = phones.new(storage_state=state)
        weight = Weight(fresh)
        fresh.page.goto(fresh.server.base + path, wait_until="networkidle")
        yield path, weight
        fresh.context.close()


@pytest.mark.parametrize("name", ON_A_PHONE)
def test_first_visits_are_light(phones: Phones, name: str) -> None:
    heavy = [
        f"{path}: {weight.bytes} bytes, {weight.requests} requests"
        for path, weight in _first_visits(phones, name)
        if weight.bytes > BYTES or weight.requests > REQUESTS
    ]
    assert heavy == []
