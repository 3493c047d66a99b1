"""The desk in a real browser: one frame, keys, drafts that outlive the page, a script into the form, bulletins, both
languages; nothing of a customer in the browser's storage."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.service.bulletins import services as bulletins
from open95598.service.bulletins.models import Receipt
from open95598.service.contacts import services as contacts
from open95598.service.desk.models import Draft, ScriptOfContact
from open95598.service.workorders.models import WorkOrder
from tests import registered
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("PICTURES", "")
CALL = {"channel": "phone", "phone": "13812345678"}


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def kept(page: Page, **wanted: str) -> None:
    """Wait until what was typed stands on the server: within five seconds."""
    for _turn in range(50):
        row = Draft.objects.first()
        if row is not None and all(words in row.content.get(name, "") for name, words in wanted.items()):
            expect(page.locator(".draft-state[data-state=saved]")).to_be_visible()
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not kept: {wanted}")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1440), ("en", 390)])
def test_a_call_is_led_on_one_screen_by_keys(
    open_page: Any, world: worlds.World, clock: Any, language: str, width: int
) -> None:
    registered.fill(world)
    agent, actor = world.person("agent", "X11"), world.actor("agent", "X11", clock.now())
    row = contacts.begin(actor, CALL, clock.now())
    leader = world.actor("shift_leader", "X11", clock.now())
    told = {"title": "东湖线故障", "text": "芙蓉路一带停电，预计14时恢复。", "severity": "urgent", "words": "芙蓉路"}
    note = bulletins.post(leader, told, world.units["X11"], clock.now())
    page = open_page(agent, "/desk/", language=language, width=width)
    page.wait_for_url(f"**/desk/?contact={row.code}")
    expect(page.locator(".desk-card")).to_contain_text("4300000001")
    expect(page.locator("#r-phone")).to_have_value("13812345678")
    look(page, f"desk-{language}-{width}")
    if width == 1440:
        frame = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        assert frame[0] <= frame[1], "the frame does not scroll"
    focused = page.evaluate("document.activeElement.name")
    page.keyboard.press("Alt+g")
    expect(page.locator("#bulletin-strip")).to_have_class("bulletin-strip is-empty")
    assert Receipt.objects.filter(bulletin=note, person=agent).exists()
    assert page.evaluate("document.activeElement.name") == focused, "nobody's focus is taken"
    page.locator("#r-address").fill("湘江市东湖区芙蓉路88号")
    expect(page.locator("#bulletins-concerning")).to_contain_text("东湖线故障")
    page.keyboard.press("Alt+j")
    expect(page.locator("#desk-scripts button").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#desk-script [data-run]")).to_be_visible()
    look(page, f"desk-script-{language}-{width}")
    while page.locator("#desk-script [data-run] .desk-choices button").count():
        steps = page.locator("#desk-script .kb-path li").count()
        page.keyboard.press("1")
        expect(page.locator("#desk-script .kb-path li")).to_have_count(steps + 1)
    assert ScriptOfContact.objects.filter(contact=row).exists()
    page.locator("#r-description").focus()
    page.keyboard.press("Alt+m")
    expect(page.locator("#desk-sentence-list [data-sentence]").first).to_be_focused()
    look(page, f"desk-sentences-{language}-{width}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#r-description")).to_be_focused()
    expect(page.locator("#r-description")).not_to_have_value("")
    kept(page, description=page.locator("#r-description").input_value(), address="芙蓉路")
    storage = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"
    assert "13812345678" not in page.evaluate(storage) and "芙蓉路" not in page.evaluate(storage)
    page.keyboard.press("Control+k")
    page.keyboard.type("script")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")  # empties the field
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    for keys in ("Alt J", "Alt M", "Alt X", "Alt C", "Alt T"):
        expect(page.locator("#keys dt", has_text=keys)).to_have_count(1)
    look(page, f"desk-keys-{language}-{width}")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Alt+x")
    expect(page.locator("#desk-end .outcomes")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#desk-end input[data-digit='1']")).to_be_checked()
    page.locator("#desk-end button[type=submit]").click()
    expect(page.locator(".desk-after .desk-watch")).to_be_visible()
    look(page, f"desk-after-{language}-{width}")
    page.keyboard.press("Alt+x")
    page.wait_for_url("**/desk/")
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("done", "answered")
    look(page, f"desk-empty-{language}-{width}")


def test_what_is_typed_outlives_the_page_and_comes_back_on_another_machine(
    open_page: Any, world: worlds.World, clock: Any
) -> None:
    agent = world.person("agent", "P1")
    page = open_page(agent, "/desk/")
    page.locator("#r-description").press_sequentially("门口电线掉在地上")
    page.locator("#r-phone").fill("13812345678")
    kept(page, description="门口电线掉在地上", contact_phone="13812345678")
    page.context.close()  # killed: no word of farewell
    other = open_page(agent, "/desk/", machine="another")
    expect(other.locator("#r-description")).to_have_value("门口电线掉在地上")
    expect(other.locator("#r-phone")).to_have_value("13812345678")
    expect(other.locator(".draft-back")).to_be_visible()
    look(other, "desk-draft")
    facts = worlds.fault()
    other.locator("input[name=kind][value=fault]").check()
    chosen = "new CustomEvent('combo:set', { detail: 'fault.lv.no_power' })"
    other.evaluate(f"document.querySelector('select[name=category]').dispatchEvent({chosen})")
    other.locator("#r-name").fill(str(facts["contact_name"]))
    other.locator("#r-address").fill(str(facts["address"]))
    other.locator("#r-description").press("Control+Enter")
    other.wait_for_url("**/desk/?*made=*")
    number = WorkOrder.objects.system("test").latest("pk").number
    expect(other.locator(".desk-made")).to_contain_text(number)
    expect(other.locator("#r-description")).to_have_value("")
    look(other, "desk-made")
    assert not Draft.objects.exclude(content={}).exists(), "what is an order is no draft"


def test_a_scripts_end_fills_the_form_with_its_triage(open_page: Any, world: worlds.World, clock: Any) -> None:
    page = open_page(world.person("agent", "P1"), "/desk/")
    page.locator("#r-description").fill("开关一合就跳")
    page.keyboard.press("Alt+j")
    page.locator("#desk-scripts button", has_text="开关合不上").click()
    expect(page.locator("#desk-script [data-digit]").first).to_be_focused()
    for answer in ("2", "2", "2", "1"):  # no danger, in credit, does not close, into the form; faster than the answers
        page.keyboard.press(answer)
    expect(page.locator("select[name=category]")).to_have_value("fault.lv.no_power")
    expect(page.locator("#triage .triage-steps li")).to_have_count(6)
    expect(page.locator("#r-description")).to_be_focused()
    words = page.locator("#r-description").input_value()
    assert words.startswith("开关一合就跳\n") and "合不上" in words
    look(page, "desk-filled")
