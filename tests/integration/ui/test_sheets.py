"""Every table of a page leaves as a spreadsheet, for whoever may export."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests import world as worlds

from open95598.foundation.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("steady")]


def browser_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_page_without_a_list_of_its_own_is_exported_as_it_is_seen(clock: Any, settings: Any) -> None:
    world = worlds.small()
    leader = world.person("shift_leader", "P1")
    for n in range(60):
        world.person("agent", "P1", name=f"n{n}")
    browser = browser_of(leader)
    assert "export=xlsx" in browser.get("/people/").content.decode()
    answer = browser.get("/people/?role=agent&export=xlsx")
    assert answer["Content-Type"].endswith("sheet")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert leader.username in str(rows[0]) and len(rows) == 2 + 60, "all of them, though the page shows fifty"
    assert Entry.objects.filter(kind="export.made", body__contains='"listing":"people"').count() == 1
    settings.EXPORT_DIRECT_LIMIT = 20
    assert browser.get("/people/?export=xlsx").status_code == 422
    crew = browser_of(world.person("crew_member", "P1"))
    assert crew.get("/units/?export=xlsx").status_code == 403
    assert "export=xlsx" not in crew.get("/units/").content.decode()
    assert browser.get("/orders/new/?export=xlsx").status_code == 404, "a page without a list has none to hand out"
