"""A customer and an agent in two browsers at once: both load anew, the line breaks, and every line is there once."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from open95598.foundation.people.policy import Role
from open95598.service.chat.models import Chat
from open95598.service.portal.pages import limits
from tests import world as worlds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
#: a folder for pictures, for whoever wants to look
PICTURES = os.environ.get("PICTURES", "")
SCRIPT = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"


def look(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def write(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.keyboard.press("Enter")


def texts(page: Page) -> list[str]:
    """Return what was said, without what happened."""
    return page.locator("#chat-lines .line:not(.is-news) .line-text").all_inner_texts()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1440)])
def test_two_browsers_at_once(open_page: Any, world: worlds.World, clock: Any, language: str, width: int) -> None:
    limits.COUNTER.forget()
    world.person(Role.DISPATCHER, "P1")
    agent = world.person(Role.AGENT, "P1")
    locale = "zh-CN" if language == "zh-hans" else "en-GB"
    customer = open_page(None, "/portal/chat/", width=width, locale=locale)
    look(customer, f"chat-begin-{language}")
    customer.locator("summary").first.click()
    customer.locator("#chat-name").fill(SCRIPT[:40])
    customer.locator("form[action$='/begin/'] button").click()
    expect(customer.locator("#chat-text")).to_be_visible()
    customer.wait_for_load_state("load")  # before its script is there, Enter begins a new line
    write(customer, "一")
    expect(customer.locator(".line.is-own .line-mark")).to_have_attribute("data-mark", "sent")

    desk = open_page(agent, "/chats/", language=language)
    look(desk, f"chat-queue-{language}")
    desk.locator(".chat-next").click()
    expect(desk.locator("#chat-text")).to_be_focused()
    expect(customer.locator("#chat-stands")).to_contain_text(agent.name)
    expect(customer.locator(".line.is-own .line-mark")).to_have_attribute("data-mark", "read")

    write(desk, SCRIPT)  # stands there as it was written
    expect(customer.locator(".line.by-agent .line-text")).to_have_text(SCRIPT)
    desk.keyboard.type("/hel")
    expect(desk.locator("#chat-ready [role=option]").first).to_have_attribute("aria-selected", "true")
    look(desk, f"chat-ready-{language}")
    desk.keyboard.press("Enter")
    hello = desk.locator("#chat-text").input_value()
    assert hello
    desk.keyboard.press("Enter")
    desk.locator("#chat-note").check()
    write(desk, "老客户")
    expect(desk.locator(".line.is-note")).to_have_count(1)
    expect(desk.locator("#chat-note")).not_to_be_checked()

    customer.reload()
    desk.reload()
    write(customer, "二")
    expect(desk.locator(".line.by-customer .line-text").last).to_have_text("二")

    customer.context.set_offline(True)  # what is written meanwhile goes out by itself, once
    write(customer, "三")
    write(customer, "四")
    write(desk, "您还在吗？")
    expect(desk.locator(".line.is-own .line-text").last).to_have_text("您还在吗？")
    expect(customer.locator("#chat-off")).to_be_visible()
    expect(customer.locator(".line.is-pending")).to_have_count(2)
    look(customer, f"chat-offline-{language}")
    customer.context.set_offline(False)
    expect(customer.locator(".line.is-pending")).to_have_count(0, timeout=15000)
    said = ["一", SCRIPT, hello, "二", "您还在吗？", "三", "四"]
    expect(customer.locator(".line:not(.is-news)")).to_have_count(len(said))
    # a line may have reached the house whose sender was cut off before hearing so: once, in the sender's order
    got = texts(customer)
    assert sorted(got) == sorted(said)
    assert [line for line in got if line != "您还在吗？"] == [line for line in said if line != "您还在吗？"]
    said = got
    expect(desk.locator(".line.by-customer")).to_have_count(4)
    assert texts(desk) == [*said[:3], "老客户", *said[3:]]

    desk.context.set_offline(True)
    write(desk, "线路断了一下")
    write(customer, "五")
    expect(desk.locator(".line.is-pending")).to_have_count(1)
    desk.context.set_offline(False)
    expect(desk.locator(".line.is-pending")).to_have_count(0, timeout=15000)
    expect(customer.locator(".line.by-agent .line-text").last).to_have_text("线路断了一下")
    expect(desk.locator(".line.by-customer .line-text").last).to_have_text("五")  # heard when the line is back
    assert texts(desk)[-2:] == ["五", "线路断了一下"]
    look(desk, f"chat-desk-{language}")
    look(customer, f"chat-customer-{language}")

    second = customer.context.new_page()  # another tab goes on with the same conversation
    second.goto(customer.url)
    expect(second.locator(".line:not(.is-news)")).to_have_count(9)
    second.close()

    write(desk, "漏保坏了，您必须自己换。")
    expect(desk.locator("#chat-coach")).not_to_be_empty()
    expect(desk.locator("#chat-text")).to_have_value("漏保坏了，您必须自己换。")
    look(desk, f"chat-coach-{language}")
    desk.locator("#chat-text").fill("请不要自己动手，我们派人来看。")
    desk.keyboard.press("Enter")
    expect(customer.locator(".line.by-agent .line-text").last).to_have_text("请不要自己动手，我们派人来看。")
    desk.locator("#contact-end input[value=answered]").check()
    desk.locator("#contact-end button[type=submit]").click()
    expect(desk.locator(".chat-none")).to_be_visible()
    expect(customer.locator("#chat-over")).to_be_visible()
    expect(customer.locator("#chat-compose")).to_be_hidden()
    look(customer, f"chat-over-{language}")
    customer.locator("input[name=rating][value='5']").check()
    customer.locator("#chat-over form button").first.click()
    expect(customer.locator("#chat-over .note")).to_be_visible()
    row = Chat.objects.system("test").get()
    assert (row.state, row.rating, row.lines.count()) == ("ended", 5, row.last)
    assert customer.evaluate("localStorage.length + sessionStorage.length") == 0
    for page in (customer, desk):
        assert "broken" not in page.title()
