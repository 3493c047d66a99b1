"""The pages of inspection: drawing by hand, filling in the form, what the judged unit sees; the board and the lists."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.integration.sampling.test_sampling import House
from tests.integration.sampling.test_sampling import house as house  # noqa: PLC0414  (a fixture)

from open95598.control.sampling.models import Draw, Inspection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


@pytest.fixture
def browser(client, house: House):
    def sign_in(role, unit):
        client.force_login(house.world.person(role, unit), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def whole(house: House, row: Inspection, **more: str) -> dict[str, str]:
    sheet = house.sheet()
    return {f"points-{code}": str(mark.points) for code, mark in sheet.marks.items()} | more


def test_an_auditor_draws_fills_in_the_form_and_the_unit_agrees(browser, house):
    house.closed(3)
    house.later(days=7)
    seat = browser("quality_auditor", "X11")
    assert seat.post(reverse("sampling:draw")).status_code == 302
    assert Draw.objects.get().by_id == house.world.person("quality_auditor", "X11").pk
    row = Inspection.objects.system("test").get()
    url = reverse("sampling:inspection", args=(row.pk,))
    assert row.number in seat.get(reverse("sampling:list")).content.decode()
    text = seat.get(url).content.decode()
    assert 'name="points-wording"' in text and 'name="points-substantiation"' not in text
    assert "13812345678" not in text and Draw.objects.get().seed in text
    # points lost without a reason: the form comes back as it was typed
    bad = seat.post(reverse("sampling:judge", args=(row.pk,)), whole(house, row, **{"points-wording": "7"}))
    assert bad.status_code == 422 and 'value="7"' in bad.content.decode()
    given = whole(house, row, **{"points-wording": "7", "why-wording": "答复照抄模板"})
    assert seat.post(reverse("sampling:judge", args=(row.pk,)), given).status_code == 302
    row.refresh_from_db()
    assert row.score == 86 and row.passed
    assert "答复照抄模板" in seat.get(url).content.decode()
    unit = browser("unit_manager", "X11")
    assert row.number in unit.get(reverse("sampling:list")).content.decode()
    assert unit.post(reverse("sampling:action", args=(row.pk, "agree"))).status_code == 302
    figures = unit.get(reverse("sampling:figures")).content.decode()
    assert "86" in figures and "handler@X11" in figures
    order = unit.get(reverse("workorders:case", args=(row.number,))).content.decode()
    assert "case-inspection" in order


def test_who_may_not_inspect_sees_no_draw_and_no_form(browser, house):
    rows = house.drawn(2)
    url = reverse("sampling:inspection", args=(rows[0].pk,))
    assert browser("handler", "X11").get(url).status_code == 404
    assert browser("quality_auditor", "X21").get(url).status_code == 404
    assert browser("handler", "X11").get(reverse("sampling:draws")).status_code == 403
    assert browser("unit_manager", "X11").post(reverse("sampling:draw")).status_code == 403
    assert browser("supervisor", "X11").post(reverse("sampling:judge", args=(rows[0].pk,))).status_code == 403
