"""A complaint found substantiated on its page, and the charge for it appealed against, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from open95598.casework import attachments
from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.casework.models import Case
from open95598.control.assessment.models import LedgerEntry
from open95598.control.assessment.services import Charge, enter
from open95598.service.workorders import services
from open95598.service.workorders.models import Evidence, Finding
from tests import world as worlds
from tests.browser.watching import LOOK, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fccfc0500f0004850180a4a0c1ba0000000049454e44ae426082"
)


def in_hand(world, clock):
    """Register a complaint and let the handler begin with it; a picture is attached."""
    facts = worlds.fault(
        kind="complaint", category="complaint.service.conduct.hall_attitude",
        description="营业厅人员当众训斥客户，我要找媒体曝光",
    )  # fmt: skip
    agent, now = world.actor("agent", "P1", clock.now()), clock.now()
    order = services.register_many(agent, [services.NewOrder(facts)], now, route=False)[0]
    handler = world.actor("handler", "X11", now)
    dispatcher = world.actor("dispatcher", "P1", now)
    for actor, action, data in (
        (dispatcher, "dispatch", {"unit": "X11"}),
        (handler, "accept", {}),
        (handler, "begin", {}),
        (handler, "contact", {"outcome": "reached"}),
    ):
        clock.advance(timedelta(minutes=1))
        casework.perform(order.pk, action, actor, clock.now(), data=data)
    attachments.attach(order.pk, SimpleUploadedFile("现场.png", PICTURE, "image/png"), handler, clock.now())
    return order


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_finding_and_an_appeal(open_page, world, clock, language):
    order = in_hand(world, clock)
    handler = world.person("handler", "X11")
    page = open_page(handler, f"/orders/{order.number}/", language=language)
    look(page, f"{language}-complaint")
    page.locator("#case-complaint form button").click()
    expect(page.locator("#case-complaint .badge .ti-lock")).to_be_attached()
    assert Evidence.objects.count() == 1
    page.locator('[data-action="substantiate"]').click()
    form = page.locator("#action-form form")
    form.locator("[name=substantiated]").select_option("yes")
    form.locator("[name=finding]").fill("监控显示确有训斥")
    look(page, f"{language}-finding")
    form.locator("button[type=submit]").click()
    expect(form.locator("[name=rectification][aria-invalid=true]")).to_be_visible()
    form.locator("[name=cause]").select_option("attitude")
    form.locator("[name=rectification]").fill("停岗培训，当面致歉")
    form.locator("[name=effect]").fill("客户接受")
    form.locator("button[type=submit]").click()
    expect(page.locator('[data-action="reply"]')).to_be_visible()
    expect(page.locator("#case-complaint .facts")).to_contain_text("停岗培训")
    assert Finding.objects.get().cause == "attitude"
    look(page, f"{language}-found")

    charge = Charge("substantiated", world.units["X11"].pk, "x/1", case_id=order.pk, person_id=handler.pk,
                    facts={"substantiated": "yes"})  # fmt: skip
    entry = enter(charge, Actor.house("assessment"), clock.now())
    assert entry is not None
    page.goto(page.url.split("/orders/")[0] + f"/assessment/{entry.pk}/")
    look(page, f"{language}-entry")
    page.locator("textarea[name=grounds]").fill("当日不在岗，考勤为证")
    page.locator("#appeal-form button").click()
    expect(page.locator("#appeal-words")).to_contain_text("考勤为证")
    look(page, f"{language}-appeal")
    appeal_url = "/" + page.url.split("/", 3)[3]

    decider = open_page(world.person("unit_manager", "C1"), appeal_url, language=language, width=390)
    decider.locator('[data-action="grant"]').click()
    decider.locator("#action-form [name=decision]").fill("考勤属实，申诉成立")
    look(decider, f"{language}-appeal-390")
    decider.locator("#action-form button[type=submit]").click()
    expect(decider.locator("#appeal-words")).to_contain_text("考勤属实")
    assert LedgerEntry.objects.get(reverses=entry).reason == "考勤属实，申诉成立"
    assert Case.objects.system("test").get(pk=order.pk).state == "processing"
    if LOOK:
        base = decider.url.split("/assessment/")[0]
        auditor = open_page(world.person("quality_auditor", "P1"), "/assessment/", language=language)
        pages = {
            "ledger": "/assessment/", "totals": "/assessment/totals/", "appeals": "/assessment/appeals/",
            "judgements": "/orders/judgements/", "rules": "/rulebook/?section=complaints",
            "list": "/orders/?kind=complaint",
        }  # fmt: skip
        for name, path in pages.items():
            auditor.goto(base + path)
            look(auditor, f"{language}-{name}")
        decider.goto(base + f"/orders/{order.number}/")
        look(decider, f"{language}-complaint-390")
        decider.goto(base + "/assessment/")
        look(decider, f"{language}-ledger-390")
