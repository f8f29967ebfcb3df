"""A running server with the demo, as a person would start it, and Chromium that looks at it through a small phone."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one server, so they run in one worker."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Server:
    """The program, served with its worker from a data folder of its own."""

    data: Path
    port: int
    env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    signed_in: dict[str, Any] = field(default_factory=dict)  # name -> cookies, of whoever has signed in already

    @property
    def base(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.port}"

    def lms(self, *args: str) -> subprocess.CompletedProcess[str]:
        """The lms command on this server's data."""
        run = [str(Path(sys.executable).parent / "lms"), *args]
        return subprocess.run(run, env=self.env, capture_output=True, text=True, timeout=300, check=False)

    def json(self, *args: str) -> Any:
        """What a command prints with --json."""
        done = self.lms(*args, "--json")
        return json.loads(done.stdout)

    def start(self) -> None:
        """Set up, then serve and work; RuntimeError with the end of the log if it does not come up."""
        done = self.lms("setup")
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        self.people = self.json("demo", "secrets")
        with (self.data / "log").open("wb") as log:
            for name in ("run", "worker"):
                command = [str(Path(sys.executable).parent / "lms"), name]
                self.processes.append(subprocess.Popen(command, env=self.env, stdout=log, stderr=log))
        until = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > until:
                raise RuntimeError((self.data / "log").read_text()[-2000:])
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """End both processes by their own ids."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The demo, served for the whole run; afterwards every invariant must still hold."""
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is not installed: apt-get install chromium")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = Path(tempfile.mkdtemp(prefix="jaga-browser-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    changes = {"LMS_DATA_DIR": str(data), "LMS_PORT": str(port), "LMS_BASE_URL": f"http://127.0.0.1:{port}",
               "LMS_DEMO": "1"}  # fmt: skip
    running = Server(data, port, os.environ | changes)
    try:
        running.start()
        yield running
        found = running.json("check")
        assert found["violations"] == 0, found
        assert running.json("ledger", "verify")["ok"]
    finally:
        running.stop()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium of the system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Phone:
    """A small phone in somebody's hand: one browser context, signed in as that person."""

    context: BrowserContext
    page: Page
    server: Server

    def sign_in(self, name: str) -> "Phone":
        """Sign in through the pages, with the second factor where it is asked for; once for each person, because a
        code of the second factor works once. Later phones take over the cookies."""
        if name in self.server.signed_in:
            self.context.add_cookies(self.server.signed_in[name])
            return self
        who = self.server.people[name]
        self.page.goto(f"{self.server.base}/masuk")
        self.page.fill("[name=identifier]", name)
        self.page.fill("[name=password]", who["password"])
        self._send()
        if "/masuk/kode" in self.page.url:
            self._second_factor(who["totp"])
        self.server.signed_in[name] = self.context.cookies()
        return self

    def _send(self) -> None:
        """Press the button of the form and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator("main form button").first.click()

    def _second_factor(self, secret: str) -> None:
        """A code works once: where this half minute's is used up, the next one is within the drift."""
        for step in (0, 30):
            self.page.fill("[name=code]", pyotp.TOTP(secret).at(int(time.time()) + step))
            self._send()
            if "/masuk" not in self.page.url:
                return
        raise AssertionError("the second factor was refused")

    def goto(self, path: str) -> Page:
        """Open an address of the server."""
        self.page.goto(self.server.base + path)
        return self.page


@pytest.fixture(params=["with script", "without script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Every journey runs twice."""
    return bool(request.param == "with script")


class Phones:
    """Hands out phones and closes them."""

    def __init__(self, chromium: Browser, server: Server) -> None:
        """Remember what phones are made of."""
        self.chromium, self.server = chromium, server
        self.contexts: list[BrowserContext] = []

    def new(self, script: bool = True, **options: Any) -> Phone:
        """A fresh phone of 360 px; script off where asked."""
        viewport = options.pop("viewport", PHONE)
        context = self.chromium.new_context(viewport=viewport, java_script_enabled=script, locale="id-ID", **options)
        self.contexts.append(context)
        return Phone(context, context.new_page(), self.server)


@pytest.fixture
def phones(chromium: Browser, server: Server) -> Iterator[Phones]:
    """A maker of phones."""
    made = Phones(chromium, server)
    yield made
    for context in made.contexts:
        context.close()
