"""The crew's phone without a connection, in a real browser: kept, sent when back, once, nothing lost, nothing left."""

from __future__ import annotations

import contextlib
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Error, Page, expect

from open95598.casework import services as casework
from open95598.casework.models import Attachment
from open95598.foundation.journal.models import Entry
from open95598.service.workorders import services
from open95598.service.workorders.models import WorkOrder
from tests import world as worlds
from tests.browser.test_desks import _png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
OPENED = """const done = (r) => new Promise((ok) => { r.onsuccess = () => ok(r.result); });
  const db = await done(indexedDB.open('crew', 1));"""
KEPT = f"""async () => {{
  {OPENED}
  const all = await done(db.transaction('acts').objectStore('acts').getAll());
  db.close();
  return all.sort((a, b) => a.seq - b.seq).map((act) => `${{act.number}} ${{act.action}} ${{act.state}}`);
}}"""
_AGED = f"""async (minutes) => {{
  {OPENED}
  const store = db.transaction('acts', 'readwrite').objectStore('acts');
  for (const act of await done(store.getAll())) {{
    store.put({{ ...act, at: new Date(Date.parse(act.at) - minutes * 60000).toISOString() }});
  }}
  await new Promise((ok) => {{ store.transaction.oncomplete = ok; }});
  db.close();
}}"""
PAGES = """async () => {
  if (!(await caches.has('crew-pages'))) return [];
  return (await (await caches.open('crew-pages')).keys()).map((one) => new URL(one.url).pathname);
}"""


def taken(world: worlds.World, clock: Any, upto: str = "send_crew", **more: Any) -> WorkOrder:
    """Register a fault in X11 that the crew member has in hand."""
    order = services.register(world.actor("agent", "P1", clock.now()), worlds.fault(**more), clock.now())
    crew = world.actor("crew_member", "X11", clock.now())
    for action in ("accept", "send_crew"):
        clock.advance(timedelta(minutes=2))
        casework.perform(order.case_id, action, crew, clock.now())
        if action == upto:
            break
    return order


def state(order: WorkOrder) -> str:
    return str(WorkOrder.objects.system("test").select_related("case").get(pk=order.pk).case.state)


def done(order: WorkOrder, action: str) -> int:
    return Entry.objects.filter(case_id=order.pk, kind=f"case.{action}").count()


def ready(page: Page) -> None:
    """Wait until everything is kept that is to be kept, and the worker stands in between."""
    expect(page.locator("#crew-phone[data-ready]")).to_be_attached()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def send(page: Page) -> None:
    page.locator("#crew-send").tap()


def sent(page: Page) -> None:
    """Wait until nothing is kept any more; the page loads itself again in between."""
    for _again in range(150):
        with contextlib.suppress(Error):
            if page.evaluate(KEPT) == []:
                return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(KEPT))


def waiting(page: Page, count: int) -> None:
    expect(page.locator(".crew-act.is-waiting")).to_have_count(count)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_whole_repair_without_a_connection_is_sent_once_with_its_true_times(open_page, world, clock, language):
    order = taken(world, clock)
    page = open_page(world.person("crew_member", "X11"), "/crew/", language=language, **PHONE)
    ready(page)
    assert set(page.evaluate(PAGES)) == {"/crew/", f"/crew/{order.number}/"}
    lost: list[str] = []
    page.context.set_offline(True)
    page.on("requestfailed", lambda r: lost.append(r.url) if "/static/" in r.url else None)
    page.reload()
    expect(page.locator("#crew-notice")).to_be_visible()
    page.locator(".phone-card").tap()
    page.wait_for_url(f"**/crew/{order.number}/")
    expect(page.locator("#crew-phone[data-ready]")).to_be_attached()
    assert "13812345678" not in page.content() and "88号" not in page.content()
    send(page)  # arrive
    waiting(page, 1)
    page.locator("[name=ownership]").first.check()
    page.locator("[name=cause]").select_option(index=1)
    page.locator("[name=note]").fill("井盖积水，已排")
    page.locator("#crew-photo").set_input_files({"name": "f.png", "mimeType": "image/png", "buffer": _png()})
    send(page)  # diagnose
    waiting(page, 2)
    page.reload()
    waiting(page, 2)
    expect(page.locator(".crew-waiting")).to_contain_text("井盖积水，已排")
    look(page, f"waiting-{language}")
    send(page)  # nothing chosen yet: said beside the field, nothing kept
    expect(page.locator(".field.has-error").first).to_be_visible()
    waiting(page, 2)
    page.locator("[name=result]").first.check()
    send(page)  # restore
    waiting(page, 3)
    page.locator("[name=answer]").fill("故障已排除，恢复送电。")
    send(page)
    waiting(page, 4)
    expect(page.locator(".crew-all-kept")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(page, f"all-kept-{language}")
    assert [line.split()[1] for line in page.evaluate(KEPT)] == ["arrive", "diagnose", "restore", "reply"]
    assert lost == []
    assert state(order) == "crew_dispatched"

    page.goto(page.url.split("/crew/")[0] + "/crew/")
    expect(page.locator(".crew-mark")).to_contain_text("4")
    look(page, f"list-{language}")
    # the phone's clock runs with the wall, the house's stands still: forty minutes pass out there
    page.evaluate(_AGED, 40)
    clock.advance(timedelta(minutes=45))
    page.context.set_offline(False)
    sent(page)
    expect(page.locator(".crew-mark:visible")).to_have_count(0)
    assert state(order) in ("replied", "reviewed")
    assert [done(order, action) for action in ("arrive", "diagnose", "restore", "reply")] == [1, 1, 1, 1]
    assert Attachment.objects.filter(case_id=order.pk).count() == 1
    row = WorkOrder.objects.system("test").get(pk=order.pk)
    for at in (row.arrived_at, row.diagnosed_at, row.restored_at):
        assert at is not None
        assert timedelta(minutes=39) < clock.now() - at < timedelta(minutes=42)


def test_an_answer_that_got_lost_doubles_nothing(open_page, world, clock):
    order = taken(world, clock)
    page = open_page(world.person("crew_member", "X11"), f"/crew/{order.number}/", **PHONE)
    ready(page)
    reached: list[int] = []

    def cut(route: Any) -> None:
        if len(reached) < 2:  # the server has done it, and the connection breaks before its answer is here
            reached.append(route.fetch(max_redirects=0).status)
            return route.abort("connectionreset")
        return route.continue_()

    page.context.route(re.compile("/arrive/$"), cut)
    send(page)
    waiting(page, 1)
    assert reached == [204]
    assert state(order) == "arrived"
    page.reload()  # sends again: that answer gets lost as well
    expect(page.locator("#crew-phone[data-state=later]")).to_be_attached()
    page.reload()
    waiting(page, 0)
    expect(page.locator("#crew-form[action*='diagnose']")).to_be_visible()
    assert reached == [204, 204]
    assert done(order, "arrive") == 1


def test_somebody_was_quicker_what_was_typed_stays_until_it_is_decided(open_page, world, clock):
    order = taken(world, clock, "accept")
    page = open_page(world.person("crew_member", "X11"), f"/crew/{order.number}/", **PHONE)
    ready(page)
    page.context.set_offline(True)
    page.locator("[name=note]").fill("带了备用熔断器")
    send(page)
    waiting(page, 1)
    send(page)
    waiting(page, 2)
    quick = world.actor("crew_member", "X11", clock.now(), name="赵强")
    casework.perform(order.case_id, "send_crew", quick, clock.now())
    page.context.set_offline(False)
    refused = page.locator(".crew-act.is-refused")
    expect(refused).to_contain_text("赵强")
    expect(refused).to_contain_text("带了备用熔断器")
    waiting(page, 1)  # what came after it is held back
    look(page, "refused")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert state(order) == "crew_dispatched" and done(order, "send_crew") == 1
    page.reload()
    expect(refused).to_contain_text("带了备用熔断器")
    page.on("dialog", lambda asked: asked.accept())
    refused.locator("button").last.tap()
    sent(page)
    expect(page.locator(".crew-act")).to_have_count(0)
    expect(page.locator("#crew-form[action*='diagnose']")).to_be_visible()
    assert state(order) == "arrived"  # the order stood as the second act took it to stand


def test_two_of_a_crew_with_one_phone_and_signing_out_wipes(open_page, world, clock):
    order = taken(world, clock)
    first, second = world.person("crew_member", "X11"), world.person("crew_member", "X11", name="孙二")
    page = open_page(first, f"/crew/{order.number}/", **PHONE)
    ready(page)
    page.context.set_offline(True)
    send(page)
    waiting(page, 1)
    page.context.route(re.compile("/arrive/$"), lambda route: route.abort())
    page.context.set_offline(False)
    base = page.url.split("/crew/")[0]
    own = page.context.cookies()
    sign_in(page, second, base)
    page.goto(base + "/crew/")
    ready(page)
    expect(page.locator("#crew-others")).to_contain_text("1")
    waiting(page, 0)
    page.context.unroute(re.compile("/arrive/$"))
    page.reload()
    ready(page)
    assert state(order) == "crew_dispatched"  # nobody sends it as somebody else
    assert len(page.evaluate(KEPT)) == 1
    sign_out(page, base)
    assert len(page.evaluate(KEPT)) == 1  # it is the other's
    assert page.evaluate(PAGES) == []
    page.context.clear_cookies()
    page.context.add_cookies(own)
    page.goto(base + "/crew/")
    ready(page)
    waiting(page, 0)
    assert state(order) == "arrived" and done(order, "arrive") == 1


def test_signing_out_asks_about_what_would_be_lost_and_leaves_nothing(open_page, world, clock):
    order = taken(world, clock)
    page = open_page(world.person("crew_member", "X11"), f"/crew/{order.number}/", **PHONE)
    ready(page)
    page.context.route(re.compile("/arrive/$"), lambda route: route.abort())
    send(page)
    waiting(page, 1)
    base = page.url.split("/crew/")[0]
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    leave(page, base)
    page.wait_for_timeout(300)
    assert len(page.evaluate(KEPT)) == 1 and "1" in asked[0]
    page.once("dialog", lambda dialog: dialog.accept())
    leave(page, base)
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(KEPT) == []
    assert page.evaluate(PAGES) == []
    page.context.set_offline(True)
    page.goto(base + "/crew/")
    assert order.number not in page.content()


def test_what_is_kept_ends_after_its_hours(open_page, world, clock):
    order = taken(world, clock)
    page = open_page(world.person("crew_member", "X11"), f"/crew/{order.number}/", **PHONE)
    ready(page)
    page.context.set_offline(True)
    page.locator("[name=note]").fill("记下的话")
    send(page)
    waiting(page, 1)
    page.evaluate(_AGED, 13 * 60)
    page.evaluate(_OLD_PAGES)
    page.context.set_offline(False)
    page.goto(page.url)
    expect(page.locator(".crew-act.is-lapsed")).to_be_visible()
    expect(page.locator(".crew-act")).not_to_contain_text("记下的话")
    assert state(order) == "crew_dispatched"
    look(page, "lapsed")


_OLD_PAGES = """async () => {
  const pages = await caches.open('crew-pages');
  for (const key of await pages.keys()) {
    const page = await pages.match(key);
    const headers = new Headers(page.headers);
    headers.set('X-Kept-At', '1');
    await pages.put(key, new Response(await page.text(), { headers }));
  }
}"""


def test_old_pages_are_not_shown(open_page, world, clock):
    order = taken(world, clock)
    page = open_page(world.person("crew_member", "X11"), "/crew/", **PHONE)
    ready(page)
    page.evaluate(_OLD_PAGES)
    page.context.set_offline(True)
    page.goto(page.url + f"{order.number}/")
    assert order.number not in page.content()
    expect(page.locator("h1")).to_contain_text("没有网络连接")
    page.context.set_offline(False)


def sign_in(page: Page, person: Any, base: str) -> None:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base}])


def leave(page: Page, base: str) -> None:
    """Press “sign out” on the account's page, which the crew's page links to."""
    page.goto(base + "/profile/")
    page.locator("details.person summary").first.click()
    page.locator("form[data-forget] button").click()


def sign_out(page: Page, base: str) -> None:
    leave(page, base)
    page.wait_for_url("**/sign-in/**")


def look(page: Page, name: str) -> None:
    """Keep a picture when somebody wants to look (``OPEN95598_PICTURES``)."""
    if folder := os.environ.get("OPEN95598_PICTURES"):
        page.screenshot(path=Path(folder) / f"field-{name}.png", full_page=True)
