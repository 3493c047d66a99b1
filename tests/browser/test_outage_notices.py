"""Outage notices on the customer's pages in a real Chromium: a webhook of one's own, “tell me in this browser”."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.notices.models import Message
from open95598.service.outagenotices import pushes
from open95598.service.outagenotices.models import Subscription
from tests import gridded
from tests.browser.watching import fits, look
from tests.pushed import Reader, sender
from tests.receiving import Receiving, receiving
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(settings: Any) -> Iterator[Receiving]:
    settings.NOTICES = {"webhook_allow": ("127.0.0.1",), "timeout": 0.5}
    with receiving() as found:
        yield found


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
def test_a_webhook_from_the_wish_to_the_house(
    world: World, open_page: Callable[..., Page], server: Receiving, language: str, width: int
) -> None:
    gridded.stand(world)
    tag = f"{language}-{width}"
    page = open_page(None, "/portal/outages/", width=width, locale={"zh": "zh-CN", "en": "en-US"}[language])
    page.locator("a[href='/portal/outages/webhooks/']").click()
    page.locator("[name=url]").fill("https://10.0.0.1/inside")
    page.locator("[name=text]").fill("芙蓉路")
    page.locator("[name=to]").fill("13511112222")
    page.locator("form[data-once] button[type=submit]").click()
    expect(page.locator("#problems")).to_be_visible()
    look(page, f"webhook-refused-{tag}")
    page.locator("[name=url]").fill(f"{server.url}/outages?key=1")
    page.locator("form[data-once] button[type=submit]").click()
    code = re.search(r"(?<!\d)\d{6}(?!\d)", Message.objects.get(to="13511112222").body)
    assert code is not None
    page.locator("[name=code]").fill(code[0])
    page.locator("form[data-once] button[type=submit]").click()
    expect(page.locator("#content")).to_contain_text("whsec_")
    look(page, f"webhook-unproved-{tag}")
    page.locator("button[value=check]").click()
    expect(page.locator(".note.good")).to_be_visible()
    page.locator("details").first.click()
    look(page, f"webhook-proved-{tag}")
    page.locator("button[value=test]").click()
    expect(page.locator(".note.good")).to_be_visible()
    assert server.got[-1].document["type"] == "webhook.test"
    Subscription.objects.update(failures=3, paused_at=Subscription.objects.get().asked_at)
    page.goto(page.url)
    expect(page.locator(".note.stop")).to_be_visible()
    fits(page)
    look(page, f"webhook-paused-{tag}")
    spoken = {"zh": "zh-hans", "en": "en"}[language]
    leader = world.person("shift_leader", "P1")
    desk = open_page(leader, "/outage-notices/", language=spoken, width=width)
    desk.locator("a[href='/outage-notices/webhooks/']").click()
    expect(desk.locator("td.is-first")).to_contain_text(f"{server.url}/…")
    look(desk, f"webhooks-desk-{tag}")
    desk.locator("button[formaction$='/stop/']").click()
    expect(desk.locator(".empty")).to_be_visible()
    fits(desk)
    look(desk, f"webhooks-empty-{tag}")


#: what no browser has without the net: a push service that gives it an address. All else is the browser's own.
_SERVICE = """() => {
  PushManager.prototype.subscribe = async function (options) {
    window.asked = { visible: options.userVisibleOnly, key: [...options.applicationServerKey] };
    return { toJSON: () => (%s) };
  };
}"""
LOCALE = {"zh": "zh-CN", "en": "en-US"}


def allowed(open_page: Callable[..., Page], language: str, width: int) -> Page:
    page = open_page(None, "/portal/outages/subscribe/", width=width, locale=LOCALE[language])
    page.context.grant_permissions(["notifications"])
    page.locator("a[href='/portal/outages/push/']").click()
    expect(page.locator("#push")).to_be_visible()
    page.wait_for_load_state()  # its script has looked at what is allowed
    return page


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1440)])
def test_from_the_wish_to_the_notification_to_its_end(
    world: World, open_page: Callable[..., Page], server: Receiving, clock: Any, language: str, width: int
) -> None:
    gridded.stand(world)
    reader, tag = Reader(), f"{language}-{width}"
    page = allowed(open_page, language, width)
    look(page, f"push-{tag}")
    p256dh, auth = reader.keys
    told = {"endpoint": f"{server.url}/send/1", "keys": {"p256dh": p256dh, "auth": auth}}
    page.evaluate(_SERVICE % json.dumps(told))
    page.locator("[name=text]").fill("没有这条路")
    page.locator("#push button").click()
    expect(page.locator("#problems")).to_be_visible()
    fits(page)
    look(page, f"push-refused-{tag}")
    page.evaluate(_SERVICE % json.dumps(told))
    page.locator("[name=text]").fill("芙蓉路")
    page.locator("#push button").click()
    expect(page.locator("a[href*='/portal/outages/out/']")).to_be_visible()
    fits(page)
    look(page, f"push-done-{tag}")
    message = Message.objects.get(channel="push")
    assert deliver_next("notices.subscribed", message.outbox_key, clock.now()) is Outcome.DONE
    sender(server.got[-1], server.url, pushes.public_key(), clock.now().timestamp())
    said = reader.read(server.got[-1].body)

    wire = page.context.new_cdp_session(page)
    seen: list[dict[str, Any]] = []
    wire.on("ServiceWorker.workerRegistrationUpdated", lambda event: seen.extend(event["registrations"]))
    wire.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(200)
    (registration,) = [one for one in seen if one["scopeURL"].endswith("/portal/outages/")]
    site = page.url.split("/portal/")[0]

    def shown() -> list[dict[str, Any]]:
        # asked at the moment when it is shown, Chromium takes a notification for one that was closed, and drops it
        page.wait_for_timeout(500)
        found: list[dict[str, Any]] = page.evaluate(_SHOWN)
        return found

    def pushed(document: str, title: str) -> list[dict[str, Any]]:
        given = {"origin": site, "registrationId": registration["registrationId"], "data": document}
        wire.send("ServiceWorker.deliverPushMessage", given)
        found = shown()
        assert title in [one["title"] for one in found], found
        return found

    title = {"zh": "停电通知已开通", "en": "Outage notices are on"}[language]
    actions = [{"zh": "退订", "en": "No more"}[language]]
    first = {"title": title, "body": said["body"], "tag": "welcome", "actions": actions}
    assert pushed(json.dumps(said, ensure_ascii=False), title) == [first]
    changed = pushed(json.dumps(said | {"title": "停电变更", "body": "时间变更"}), "停电变更")
    assert [one["body"] for one in changed] == ["时间变更"], "of the same tag: in its place"
    assert len(pushed("not JSON", "95598")) == 2, "a browser wants something shown, whatever came"
    worker = page.context.service_workers[0]
    fresh = {"endpoint": f"{server.url}/send/2", "keys": told["keys"]}
    worker.evaluate(_MOVED % (json.dumps(told["endpoint"]), json.dumps(fresh)))
    assert Subscription.objects.get(way="push").to == fresh["endpoint"]
    worker.evaluate(_PRESSED)
    assert [one["body"] for one in shown() if one["tag"] == "welcome"] == [said["stopped"]]
    assert Subscription.objects.get(way="push").ended_at is not None


_SHOWN = """navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map(
  (one) => ({ title: one.title, body: one.body, tag: one.tag, actions: one.actions.map((each) => each.title) })))"""
#: what the worker does when its push service gave it another address
_MOVED = "() => moved({ oldSubscription: { endpoint: %s }, newSubscription: { toJSON: () => (%s) } })"
#: presses the button of a notification: nobody can reach the one of the desktop
_PRESSED = """async () => {
  const [notification] = await self.registration.getNotifications({ tag: "welcome" });
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "out" }));
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_it_cannot_be_the_page_says_so_and_offers_the_other_ways(
    world: World, open_page: Callable[..., Page], language: str
) -> None:
    def trouble(page: Page, name: str) -> None:
        expect(page.locator(f"[data-trouble={name}]")).to_be_visible()
        expect(page.locator("[data-trouble]:visible")).to_have_count(1)
        expect(page.locator("#other-ways a")).to_be_visible()
        look(page, f"push-{name}-{language}")

    gridded.stand(world)
    unreached = allowed(open_page, language, 390)
    unreached.locator("[name=text]").fill("芙蓉路")
    unreached.locator("#push button").click()
    trouble(unreached, "failed")  # this Chromium has no push service to reach
    expect(unreached.locator("#push button")).to_be_enabled()
    denied = allowed(open_page, language, 390)
    wire = denied.context.new_cdp_session(denied)
    whose = wire.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    no = {"permission": {"name": "notifications"}, "setting": "denied", "browserContextId": whose}
    denied.locator("[name=text]").fill("芙蓉路")
    wire.send("Browser.setPermission", no)
    denied.locator("#push button").click()
    trouble(denied, "denied")
    denied.reload()
    trouble(denied, "denied")
    expect(denied.locator("#push")).to_be_hidden()
    lacking = open_page(None, "/portal/outages/", width=390, locale=LOCALE[language])
    lacking.add_init_script("delete window.PushManager")
    lacking.goto(lacking.url + "push/")
    trouble(lacking, "none")
    assert not Subscription.objects.exists()
