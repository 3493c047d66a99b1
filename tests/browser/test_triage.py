"""The guided triage in the seat's form by digits alone: answered, taken back, skipped, and kept on the order."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from open95598.foundation.rulebook import store
from open95598.service.workorders.models import WorkOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_fault_is_triaged_by_digits_and_its_outcome_fills_the_form(open_page, world, clock, language):
    form = store.current(clock.now()).intake.form_of("fault")
    words = {q.code: q.ask.zh if language == "zh-hans" else q.ask.en for q in form.questions}
    page = open_page(world.person("agent", "P1"), "/orders/new/", language=language)
    asked = page.locator("#triage-ask")

    def press(key: str, then: str) -> None:
        page.keyboard.press(key)
        expect(asked).to_have_text(words[then])
        expect(page.locator("#triage")).to_be_focused()

    press("Alt+1", "danger")
    press("4", "dark")
    press("1", "neighbours")
    press("1", "announced")
    page.keyboard.press("0")
    expect(page.locator(".triage-skips")).to_be_visible()
    press("1", "scope")
    press("2", "since")
    press("Backspace", "scope")
    page.keyboard.type("12")  # quicker than the next question comes: the second key is its answer
    expect(page.locator("[data-outcome=crew]")).to_be_visible()
    expect(page.locator("#r-phone")).to_be_focused()
    expect(page.locator("select[name=category]")).to_have_value("fault.lv.line")
    page.keyboard.type("13812345678")
    page.keyboard.press("Tab")
    page.keyboard.type("李小明")
    page.keyboard.press("Tab")
    page.keyboard.type("湘江市东湖区芙蓉路88号3栋2单元501")
    page.keyboard.press("Tab")
    page.keyboard.type("1栋2单元都没电。")  # digits are letters again where one writes
    page.keyboard.press("Control+Enter")
    expect(page.locator(".big-number")).to_be_visible()
    order = WorkOrder.objects.system("test").get()
    assert order.category == "fault.lv.line"
    assert order.triage["outcome"] == "crew"
    assert order.triage["answers"] == [
        {"question": "danger", "answer": "none"}, {"question": "dark", "answer": "all"},
        {"question": "neighbours", "answer": "dark"}, {"question": "announced", "skipped": "not_known"},
        {"question": "scope", "answer": "building"}, {"question": "since", "answer": "today"},
    ]  # fmt: skip
