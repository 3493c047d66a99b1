"""Take the documents' pictures anew from a running demonstration: ``python docs/tools/screenshots.py [URL]``.

Without an address the demonstration of ``make run`` on ``PORT`` (8000) is used; it must be running. Orders
are registered and driven over the API, so that the pictures show orders in the middle of their way; the year's history
and, where it plays, the simulator give the rest. Pictures are WebP (Chromium writes them itself), light theme, 1440 px
wide, the crew's page as on a phone. A page whose Chinese picture holds whole English sentences is named.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "img" / "screens"
PASSWORD = os.environ.get("OPEN95598_DEMO_PASSWORD", "open95598-demo")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
PHONE = {"width": 390, "height": 760}
DESK = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Shot:
    """A picture: its name, whose eyes, which address, in which languages, and what is done before it is taken."""

    name: str
    account: str
    path: str
    languages: tuple[str, ...] = ("zh", "en")
    phone: bool = False
    prepare: str = ""


SHOTS = (
    Shot("sign-in", "", "/sign-in/", ("zh",)),
    Shot("my-work", "agent", "/orders/mine/", ("zh",)),
    Shot("register", "agent", "/orders/new/", prepare="register"),
    Shot("orders", "dispatcher", "/orders/"),
    Shot("case", "handler", "/orders/{fault}/"),
    Shot("crew", "crew", "/crew/", phone=True),
    Shot("crew-order", "crew", "/crew/{fault}/", phone=True),
    Shot("call-backs", "callback", "/orders/call-backs/"),
    Shot("overview", "manager", "/overview/"),
    Shot("flow", "admin", "/flows/?kind=fault", ("zh",)),
    Shot("rulebook", "admin", "/rulebook/", ("zh",)),
    Shot("journal", "admin", "/journal/", ("zh",)),
    Shot("people", "administrator", "/people/", ("zh",)),
    Shot("imports", "agent", "/imports/", ("zh",), prepare="upload"),
)


class Api:
    """The demonstration's API, as one of its accounts."""

    def __init__(self, url: str, account: str) -> None:
        program = shutil.which("open95598") or str(ROOT / ".venv" / "bin" / "open95598")
        command = [program, "token", "create", "--account", account, "--days", "1", "--name", "pictures"]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30)

    def register(self, **data: Any) -> str:
        """Register an order and return its number."""
        answer = self._http.post("/work-orders", json=data)
        answer.raise_for_status()
        return str(answer.json()["number"])

    def drive(self, number: str, *steps: tuple[str, dict[str, Any]]) -> None:
        """Perform actions, one after the other."""
        for action, data in steps:
            self._http.post(f"/work-orders/{number}/actions/{action}", json=data).raise_for_status()


PLACE = "云江省临澜市星湖区文昌路18号3栋2单元501室"
TO_RESTORED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("accept", {}), ("send_crew", {}), ("arrive", {}), ("diagnose", {"cause": "equipment", "ownership": "utility"}),
    ("restore", {"result": "solved"}), ("reply", {"answer": "更换表前熔断器，已恢复供电并向客户说明。"}),
)  # fmt: skip


def orders(agent: Api, crew: Api) -> dict[str, str]:
    """Make the orders that the pictures show; return their numbers by name."""
    caller = {"contact_name": "张丽华", "contact_phone": "13800001234", "address": PLACE, "channel": "phone"}
    text = "全楼停电约二十分钟，楼道有焦糊味，家中有老人使用制氧机，请尽快处理。"
    fault = agent.register(kind="fault", category="fault.lv.no_power", description=text, **caller)
    agent.drive(fault, ("note", {"text": "已电话告知客户先关闭总开关，远离表箱。"}), ("urge", {"reason": "livelihood"}))
    crew.drive(fault, *TO_RESTORED[:3])
    waiting = {"contact_name": "李文", "contact_phone": "13900005678", "channel": "app"}
    place = "云江省临澜市星湖区望月路6号"
    agent.register(kind="fault", category="fault.lv.line", description="电线垂到人行道上", address=place, **waiting)
    meter = {**caller, "contact_name": "赵敏"}
    done = agent.register(kind="fault", category="fault.metering.meter", description="电表黑屏，家中有电。", **meter)
    crew.drive(done, *TO_RESTORED)
    queue = {"kind": "complaint", "category": "complaint.service", "description": "营业厅排队一小时无人解释。"}
    complaint = agent.register(**queue, **{**caller, "contact_name": "孙涛"})
    return {"fault": fault, "done": done, "complaint": complaint}


@contextmanager
def signed_in(browser: Browser, url: str, account: str, language: str, *, phone: bool) -> Iterator[Page]:
    """Give a page of somebody who is signed in (nobody for "") with their language."""
    context = browser.new_context(
        viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
        device_scale_factor=2 if phone else 1,
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="light",
        timezone_id="Asia/Shanghai",
        base_url=url,
    )
    page = context.new_page()
    if account:
        page.goto("/sign-in/")
        page.fill("input[name=username], input[name=login]", account)
        page.fill("input[type=password]", PASSWORD)
        page.click("#sign-in-form button[type=submit]")
        page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
        token = next(c["value"] for c in context.cookies() if c["name"] == "csrftoken")
        answer = page.request.post(
            "/me/preferences/",
            form={"language": LANGUAGES[language], "theme": "light"},
            headers={"X-CSRFToken": token, "Referer": url},
            max_redirects=0,
        )
        assert answer.status < 400, f"{account}: {answer.status}"
    yield page
    context.close()


def register(page: Page) -> None:
    """Fill the seat's form as an agent would, far enough for its hints to come."""
    page.keyboard.press("Alt+1")
    page.fill("[name=contact_phone]", "13800001234")
    page.fill("[name=contact_name]", "张丽华")
    page.fill("[name=address]", PLACE)
    page.locator("[name=address]").press("Tab")
    page.wait_for_timeout(1500)


def upload(page: Page) -> None:
    """Bring the example table to the page that shows how its columns are understood."""
    page.locator("input[type=file]").first.set_input_files(ROOT / "docs" / "examples" / "messages.csv")
    page.locator("form:has(input[type=file]) .form-foot button").click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))


def english_in(page: Page) -> list[str]:
    """Return runs of three English words and more that a Chinese page shows."""
    text = page.inner_text("body")
    return sorted(set(re.findall(r"(?:[A-Za-z']{2,} ){2,}[A-Za-z']{2,}", text)))


def take(page: Page, target: Path) -> None:
    """Write what the page shows as WebP."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)  # charts draw, the stream connects
    devtools = page.context.new_cdp_session(page)
    told = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": 78})
    target.write_bytes(base64.b64decode(told["data"]))


def photograph(browser: Browser, url: str, shot: Shot, language: str, numbers: dict[str, str]) -> list[str]:
    """Take one picture; return what is wrong with the page."""
    with signed_in(browser, url, shot.account, language, phone=shot.phone) as page:
        answer = page.goto(shot.path.format(**numbers))
        if answer is None or not answer.ok:
            return [f"{shot.name}.{language}: {answer.status if answer else 'no answer'}"]
        if shot.prepare:
            globals()[shot.prepare](page)
        take(page, TARGET / f"{shot.name}.{language}.webp")
        print(f"{shot.name}.{language}", flush=True)
        found = english_in(page) if language == "zh" else []
        return [f"{shot.name}: English in Chinese: {found}"] if found else []


def main(arguments: list[str]) -> int:
    """Take all pictures, or those named; return the exit status: 1 when a page was in the wrong language or broken."""
    url = next((a for a in arguments if a.startswith("http")), f"http://localhost:{os.environ.get('PORT', '8000')}")
    wanted = {a for a in arguments if not a.startswith("http")}
    numbers = orders(Api(url, "agent"), Api(url, "crew"))
    TARGET.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with sync_playwright() as playwright:
        for language, tag in (("zh", "zh-CN"), ("en", "en-GB")):  # the browser's own words follow its environment
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--hide-scrollbars", f"--lang={tag}"],
                env={**os.environ, "LANGUAGE": tag.replace("-", "_")},
            )
            for shot in SHOTS:
                if language in shot.languages and (not wanted or shot.name in wanted):
                    problems += photograph(browser, url, shot, language, numbers)
            browser.close()
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
