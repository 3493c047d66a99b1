"""Estimates of restorations: the weather that was noted, the load of crews, what was promised, what happened."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.integration.outages.conftest import House

from open95598.casework import services as casework
from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import services as people
from open95598.foundation.rulebook import store
from open95598.foundation.transfer import importers, imports
from open95598.foundation.transfer.models import RunState
from open95598.service.outages import proposing, restorations, weather
from open95598.service.outages.models import Outage, OutageWeather
from open95598.service.outages.weather import Seen

LATER = timedelta(days=200)


def over(house: House, minutes: float, *, start: Any, cause: str = "weather", promised: float | None = None) -> Outage:
    """Write down an outage that is over."""
    fields = {"device": "T1", "device_kind": 3, "actual_start": start, "cause_kind": cause,
              "actual_end": start + timedelta(minutes=minutes), "is_open": False,
              "estimated_to": start + timedelta(minutes=promised) if promised else None}  # fmt: skip
    made = casework.open_many(
        [casework.Opening("outage", house.world.units["X11"].pk, fields)], Actor.house("t"), start
    )
    row: Outage = made[0].typed
    return row


def test_history_knows_the_weather_and_the_load_of_its_time(house: House) -> None:
    now = house.clock.now()
    rules = store.current(now).outages
    units = house.world.units
    house.world.person("crew_member", "T111")
    first, second = now + timedelta(hours=1, minutes=20), now + timedelta(hours=5)
    above = weather.note(
        [Seen(units["P1"], first, "rain"), Seen(units["X11"], second, "thunder")], "api", Actor.house("t"), now
    )
    assert above == 2
    made = [over(house, 30, start=first), over(house, 200, start=second, promised=100), over(house, 10, start=second),
            over(house, 20, start=second + timedelta(minutes=5)), over(house, 20, start=second + timedelta(minutes=6)),
            over(house, 5, start=now + timedelta(hours=12))]  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as asked:
        past = restorations.history(now + LATER, rules)
    assert len(asked) <= 4
    by_minutes = {(one.minutes, one.weather, one.load) for one in past}
    assert len(past) == len(made)
    assert (30.0, "rain", "light") in by_minutes, "the province's note, one outage for one team"
    assert (200.0, "thunder", "busy") in by_minutes, "the unit's own note, two at once"
    assert (20.0, "thunder", "stretched") in by_minutes
    assert (5.0, "", "light") in by_minutes, "a note holds for some hours only"
    assert {one.promised for one in past} == {None, 100.0}
    assert restorations.Judged(now + LATER, rules).told.told == 1


def test_a_later_team_is_no_help_to_an_earlier_outage(house: House) -> None:
    now = house.clock.now()
    row = over(house, 30, start=now + timedelta(hours=1))
    rules = store.current(now).outages
    assert restorations.asked(row, rules).load == ""
    member = house.world.person("handler", "T111")
    people.assign_role(
        member, "crew_member", house.world.units["T111"], actor=people.HOUSE, now=now + timedelta(hours=2)
    )
    assert restorations.asked(row, rules).load == ""
    late = over(house, 30, start=now + timedelta(hours=3))
    assert restorations.asked(late, rules).load == "light"


def test_who_may_note_the_weather_and_when(house: House) -> None:
    now, units = house.clock.now(), house.world.units
    leader = house.actor("shift_leader")
    weather.note([Seen(units["X11"], now, "rain"), Seen(units["X11"], now, "wind")], "page", leader, now)
    assert OutageWeather.objects.get().weather == "wind", "the last word for an hour"
    assert Entry.objects.filter(kind="outage.weather").count() == 1
    with pytest.raises(Forbidden):
        weather.note([Seen(units["X21"], now, "rain")], "page", leader, now)
    with pytest.raises(Forbidden):
        weather.note([Seen(units["X11"], now, "rain")], "page", house.actor("agent"), now)
    for wrong in (Seen(units["X11"], now, "frogs"), Seen(units["X11"], now + timedelta(days=2), "rain")):
        with pytest.raises(Invalid):
            weather.note([wrong], "page", leader, now)


def test_weather_from_a_table(house: House, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    now = house.clock.now()

    def bring(text: str) -> Any:
        draft = imports.upload(
            importers.get("outage-weather"), io.BytesIO(text.encode()), "w.csv", person=None, now=now
        )
        run = imports.prepare(draft, draft.mapping, dry_run=False, all_or_nothing=False, now=now)
        return imports.run(run.pk, lambda: now)

    lines = ("X11,2026-01-05 10:20,雷雨", "X11,2026-01-05 11:00,大风", "X99,2026-01-05 11:00,雨", "X11,2026-01-05,青蛙")
    text = "\n".join(("单位编码,时间,天气", *lines)) + "\n"
    run = bring(text)
    assert (run.state, run.created, run.rejected) == (RunState.DONE, 2, 2)
    again = bring(text.replace("大风", "高温"))
    assert (again.created, again.changed, again.doubles) == (0, 1, 1)
    assert list(OutageWeather.objects.order_by("at").values_list("weather", flat=True)) == ["thunder", "heat"]


def test_pages_and_interface(house: House) -> None:
    client = Client()
    leader = house.world.person("shift_leader", "X11")
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")
    unit = house.world.units["X11"].pk
    board = client.get(f"/outages/board/?unit={unit}").content.decode()
    assert "尚无人登记" in board
    client.post("/outages/weather/", {"unit": unit, "weather": "thunder"})
    assert "雷暴" in client.get(f"/outages/board/?unit={unit}").content.decode()
    refused = client.post("/outages/weather/", {"unit": unit, "weather": "frogs"})
    assert refused.status_code == 422
    body = {"hours": [{"unit": "X11", "at": "2026-03-02T08:30:00+08:00", "weather": "rain"}]}
    answer = client.post("/api/v1/outages/weather", body, "application/json")
    assert (answer.status_code, answer.json()) == (200, {"noted": 1})
    assert client.post("/api/v1/outages/weather", {"hours": [{**body["hours"][0], "unit": "NO"}]},
                       "application/json").status_code == 422  # fmt: skip
    start = house.clock.now() - timedelta(days=2)
    for at in range(12):
        over(house, 30 + at, start=start + timedelta(hours=at), promised=35)
    page = client.get("/outages/restorations/").content.decode()
    assert "预计与实际" in page
    assert "对外告知的时间" in page
    assert "42%" in page or "50%" in page, "of twelve promises six were kept"


def test_the_form_of_an_estimate_begins_with_what_is_usual_and_then_with_what_was_told(house: House) -> None:
    start = house.clock.now() - timedelta(days=40)
    for at in range(12):
        over(house, 60 + 10 * at, start=start + timedelta(days=at))
    house.calls()
    row = house.outages().filter(is_open=True).get()
    client = Client(headers={"accept-language": "zh-hans", "HX-Request": "true"})
    client.force_login(house.world.person("dispatcher", "X11"))

    def asked(action: str) -> str:
        return str(client.get(f"/outages/{row.pk}/actions/{action}/").content.decode())

    # what a row is from is fixed, whatever the machine's clock says
    Outage.objects.system("t").filter(pk=row.pk).update(device_kind=3)
    row.refresh_from_db()
    proposed = proposing.of(row, "estimate_outage", house.clock.now())
    first, last = proposed["estimated_from"], proposed["estimated_to"]
    assert first < last and first.endswith("0") and last.endswith("0")
    usual = restorations.usual(row, store.current(house.clock.now()).outages, house.clock.now())
    assert usual is not None
    assert (
        timedelta()
        <= datetime.fromisoformat(last)
        - timezone.localtime(row.actual_start + timedelta(minutes=usual.most)).replace(tzinfo=None)
        < timedelta(minutes=10)
    )
    # it has lasted longer than any: nobody proposes a time that history does not know
    assert proposing.of(row, "estimate_outage", house.clock.now() + timedelta(hours=8)) == {}
    told = timezone.now() + timedelta(hours=3)
    Outage.objects.system("t").filter(pk=row.pk).update(
        estimated_from=told, estimated_to=told + timedelta(hours=1), cause_kind="weather"
    )
    assert f'value="{timezone.localtime(told):%Y-%m-%dT%H:%M}"' in asked("estimate_outage")
    assert '<option value="weather" selected>' in asked("restore_outage")
    assert '<option value="weather" selected>' not in asked("split_outage")
