"""A customer at home on a phone: signs in, applies with a document, books; both languages, wide and narrow."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from open95598.foundation.people.policy import Role
from open95598.service.hall.models import Application, Appointment
from open95598.service.workorders.models import WorkOrder
from tests import registered
from tests.browser.watching import look
from tests.integration.hall.conftest import ACCOUNT, PHONE, codes_sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def at_home(open_page, clock, **more):
    page = open_page(None, "/hall/", **more)
    look(page, f"hall_sign_in_{more['locale']}")
    page.locator("[name=number]").fill(ACCOUNT)
    page.locator("[name=phone]").fill(PHONE)
    page.locator("form.form button[type=submit]").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.locator("[name=code]").fill(codes_sent(PHONE, clock.now())[-1])
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".rooms")).to_be_visible()
    return page


def picture(tmp_path):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    file = tmp_path / "id.jpg"
    file.write_bytes(out.getvalue())
    return str(file)


def test_an_application_from_a_phone_survives_a_reload(open_page, world, clock, tmp_path):
    registered.fill(world)
    world.person(Role.DISPATCHER, "P1")
    page = at_home(open_page, clock, width=390, locale="zh-CN")
    look(page, "hall_account_zh_390")
    page.locator(".rooms a", has_text="业务办理").click()
    look(page, "hall_applications_zh_390")
    page.locator("button[value=rename]").click()
    page.locator("[name=how][value=rename]").check()
    expect(page.locator("[name=new_phone]")).to_be_hidden()
    page.locator("[name=new_name]").fill("李晓明")
    expect(page.locator(".saved")).to_contain_text("已保存")
    page.reload()
    expect(page.locator("[name=new_name]")).to_have_value("李晓明")
    page.locator("[name=act][value=submit]").click()
    expect(page.locator("#problems")).to_contain_text("户主身份证明")
    look(page, "hall_apply_zh_390")
    for code in ("identity", "name_change"):
        page.locator(f"[name=paper-{code}]").set_input_files(picture(tmp_path))
    page.locator("[name=act][value=submit]").click()
    expect(page.locator(".note.good")).to_be_visible()
    look(page, "hall_application_zh_390")
    order = WorkOrder.objects.system("test").get(source="hall")
    assert Application.objects.system("test").get().case_id == order.pk
    page.locator(".rooms a", has_text="我的工单").click()
    page.locator(f"button[value='{order.number}']").click()
    expect(page.locator("h1")).to_be_visible()
    clerk = open_page(world.person(Role.HANDLER, "X11"), f"/orders/{order.number}/")
    expect(clerk.locator("#case-application")).to_contain_text("户主身份证明")
    look(clerk, "hall_clerk_zh")


def test_an_appointment_in_english_and_the_clerks_list(open_page, world, clock):
    registered.fill(world)
    world.person(Role.DISPATCHER, "P1")
    page = at_home(open_page, clock, locale="en-GB")
    look(page, "hall_account_en")
    page.locator(".rooms a", has_text="Appointments").click()
    page.locator("a.row", has_text="At an outlet").click()
    page.locator("[name=matter][value=bill]").check()
    page.locator("[name=at]").first.check()
    look(page, "hall_book_en")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".card")).to_contain_text("Booked")
    look(page, "hall_visits_en")
    for path in ("contact", "outages", "orders"):
        page.goto(page.url.split("/hall/")[0] + f"/hall/{path}/")
        look(page, f"hall_{path}_en")
    row = Appointment.objects.system("test").get()
    clerk = open_page(world.person(Role.HANDLER, "X11"), f"/appointments/?day={row.starts_at:%Y-%m-%d}")
    look(clerk, "hall_desk_zh")
    clerk.locator("button", has_text="客户已到").click()
    expect(clerk.locator("td", has_text="已到访")).to_be_visible()
