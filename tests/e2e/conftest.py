"""The whole house, running: one supervisor with its database and all processes, in a home of its own, and a browser.

``house`` costs some twenty seconds, once a session. The tests' own process speaks to it over HTTP only; what must be
there beforehand (units, people, orders) is made by ``tests.e2e.seed`` in a process of the same home.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from open95598.project.orphans import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "korrekt-pferd-7-batterie"
#: how long a page may take (ms): CI's machine is slow, and other tests run beside
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@dataclass
class House:
    """A running house: where it is found, and who can sign in (role@unit → account)."""

    url: str
    environment: dict[str, str]
    log: Path

    def seed(self, what: str, **more: Any) -> dict[str, Any]:
        """Run a function of ``tests.e2e.seed`` in the house's own home; return what it returns."""
        command = [sys.executable, "-m", "tests.e2e.seed", what, json.dumps(more)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """Start the house and give it when it is ready; end it with everything it started."""
    home = Path(tempfile.mkdtemp(prefix="open95598-e2e-"))
    home.chmod(0o755)  # as root the database runs under another account, which must reach its folder
    port = _free_port()
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "OPEN95598_TEST_HOME")}
    environment |= {"OPEN95598_HOME": str(home), "PORT": str(port), "OPEN95598_WORKERS": "1"}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    log = home / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "open95598", "up", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (no other thread forks)
        )  # fmt: skip
        try:
            running = House(f"http://127.0.0.1:{port}", environment, log)
            _wait_ready(running, process)
            running.seed("world", password=PASSWORD)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            shutil.rmtree(home, ignore_errors=True)


def _wait_ready(running: House, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert process.poll() is None, running.log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{running.url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    raise AssertionError(running.log.read_text()[-3000:])


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Give Debian's chromium; it ends with the last browser test, for Django refuses to work beside its event loop."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


class Desk:
    """Somebody at a screen: a browser context of their own, signed in by name and password."""

    def __init__(self, browser: Browser, house: House, account: str, wrong: list[str], **context: Any) -> None:
        self.house = house
        self.account = account
        self.context: BrowserContext = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **context}
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: wrong.append(f"{account}: {error}"))
        self.page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)

    def sign_in(self) -> Desk:
        """Go through the sign-in page."""
        self.page.goto(f"{self.house.url}/sign-in/")
        self.page.locator("input[name=username]").fill(self.account)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)
        return self

    def go(self, path: str) -> Page:
        """Open a page of the house and wait until its scripts run."""
        self.page.goto(f"{self.house.url}{path}")
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        return self.page


@pytest.fixture
def desk(house: House, chromium: Browser) -> Iterator[Any]:
    """Give a way to sit somebody down: ``desk("agent.p1")``. Fails for script errors and refused content."""
    open_desks: list[Desk] = []
    wrong: list[str] = []

    def sit(account: str, **context: Any) -> Desk:
        made = Desk(chromium, house, account, wrong, **context).sign_in()
        open_desks.append(made)
        return made

    yield sit
    for made in open_desks:
        made.context.close()
    assert wrong == []
