"""The weather as somebody noted it: by unit and hour, from people, a table or another system; nothing is fetched."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.importers import Change, Context, Field, Parsed
from open95598.foundation.units.models import Unit
from open95598.service.outages.kinds import Weather
from open95598.service.outages.models import OutageWeather

#: how far ahead weather can be noted, for a warning that stands
AHEAD = timedelta(hours=24)
_RIGHT = Permission.OUTAGE_REPORT


@dataclass(frozen=True)
class Seen:
    """What the weather was like at a unit from an hour on."""

    unit: Unit
    at: datetime
    weather: str


def hour_of(at: datetime) -> datetime:
    """Return the full hour that a moment lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


@transaction.atomic
def note(seen: Sequence[Seen], via: str, actor: Actor, now: datetime) -> int:
    """Note the weather, the last word for an hour; return how many hours that were. Journalled (stream ``outages``).

    Raises ``Forbidden`` without the right to report outages at a unit, ``Invalid`` for weather that is not known and
    for a time more than ``AHEAD`` from now.
    """
    for one in seen:
        if actor.rights is not None and not actor.rights.at(_RIGHT, one.unit.lineage):
            raise Forbidden(_("You may not do this at %(unit)s.") % {"unit": one.unit.name}, permission=_RIGHT.value)
        if one.weather not in Weather.values:
            raise Invalid(_("Some fields need your attention."), fields={"weather": _("This weather is not known.")})
        if one.at > now + AHEAD:
            reason = _("must not be more than a day ahead")
            raise Invalid(_("Some fields need your attention."), fields={"at": reason})
    last = {(one.unit.pk, hour_of(one.at)): one for one in seen}
    rows = [
        OutageWeather(unit=one.unit, at=at, weather=one.weather, via=via, by_id=actor.person_id)
        for (_pk, at), one in last.items()
    ]
    OutageWeather.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("unit", "at"), update_fields=("weather", "via", "by")
    )
    data = {"count": len(rows), "via": via, "units": sorted({one.unit.code for one in seen})[:50]}
    draft = Draft(Stream(), "outages", "outage.weather", now, actor.person_id, actor.name, data=data)
    append_to_stream("outages", [draft])
    return len(rows)


class Seasons:
    """The weather of many units and moments, read once. ``hours``: so long a note holds."""

    def __init__(self, lineages: Iterable[Sequence[int]], since: datetime, until: datetime, hours: int) -> None:
        units = {pk for lineage in lineages for pk in lineage}
        self._length = timedelta(hours=hours)
        self._notes: dict[int, tuple[list[datetime], list[str]]] = {}
        rows = OutageWeather.objects.filter(unit__in=units, at__gt=since - self._length, at__lte=until)
        for pk, at, weather in rows.order_by("at").values_list("unit_id", "at", "weather"):
            times, words = self._notes.setdefault(pk, ([], []))
            times.append(at)
            words.append(weather)

    def at(self, lineage: Sequence[int], moment: datetime) -> str:
        """Return the weather at a unit: its own note, else the nearest above it; "" where nobody noted any."""
        for pk in reversed(lineage):
            times, words = self._notes.get(pk, ((), ()))
            place = bisect_right(times, moment) - 1
            if place >= 0 and moment - times[place] < self._length:
                return words[place]
        return ""


def current(lineage: Sequence[int], now: datetime, hours: int) -> OutageWeather | None:
    """Return the note that holds at a unit now: its own, else the nearest above; None where there is none."""
    rows = OutageWeather.objects.filter(unit__in=list(lineage), at__gt=now - timedelta(hours=hours), at__lte=now)
    found = sorted(rows.select_related("unit"), key=lambda row: (lineage.index(row.unit_id), row.at))
    return found[-1] if found else None


def _weather(text: str) -> str:
    known = {
        "晴": "calm", "多云": "calm", "阴": "calm", "雨": "rain", "大雨": "rain", "暴雨": "rain", "雷雨": "thunder",
        "雷暴": "thunder", "大风": "wind", "台风": "wind", "雪": "ice", "冰": "ice", "覆冰": "ice", "高温": "heat",
    }  # fmt: skip
    known |= {code: code for code in Weather.values}
    for language in ("en", "zh-hans"):
        with override(language):
            known.update({str(name).casefold(): code for code, name in Weather.choices})
    found = known.get(text.strip().casefold())
    if found is None:
        names = "、".join(str(name) for name in Weather.labels)
        raise ValueError(_("“%(word)s” is not one of: %(known)s") % {"word": text[:40], "known": names})
    return found


class WeatherImporter:
    """The weather by unit and hour."""

    name = "outage-weather"
    label = gettext_lazy("Weather by unit and hour")
    batch = 2000
    fields: Sequence[Field] = (
        Field("unit", gettext_lazy("Unit (code)"), required=True, max_length=40,
              synonyms=("单位编码", "供电单位", "单位", "unit")),
        Field("at", gettext_lazy("Hour"), "datetime", required=True,
              synonyms=("时间", "时刻", "日期时间", "hour", "time")),
        Field("weather", gettext_lazy("Weather"), required=True, check=_weather,
              synonyms=("天气", "天气现象", "weather")),
    )  # fmt: skip

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return refusals by row number: units that are not there or not one's own, hours too far ahead."""
        actor, units = _actor(context), _units(rows)
        refused: dict[int, Refused] = {}
        for row in rows:
            unit = units.get(row.values["unit"])
            wrong = {}
            if unit is None:
                wrong["unit"] = _("There is no such unit.")
            elif actor.rights is not None and not actor.rights.at(_RIGHT, unit.lineage):
                refused[row.number] = Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name})
                continue
            if row.values["at"] > context.now + AHEAD:
                wrong["at"] = _("must not be more than a day ahead")
            if wrong:
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=wrong)
        return refused

    def compare_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Sequence[Change]]:
        """Return what each row changes of what was noted for its hour."""
        units = _units(rows)
        times = {hour_of(row.values["at"]) for row in rows}
        noted = OutageWeather.objects.filter(unit__in=[unit.pk for unit in units.values()], at__in=times)
        there = {(pk, at): weather for pk, at, weather in noted.values_list("unit_id", "at", "weather")}
        found: dict[int, Sequence[Change]] = {}
        for row in rows:
            before = there.get((units[row.values["unit"]].pk, hour_of(row.values["at"])))
            if before is not None:
                after = row.values["weather"]
                labels: dict[Any, Any] = dict(Weather.choices)
                change = Change("weather", str(labels[before]), str(labels[after]))
                found[row.number] = [] if before == after else [change]
        return found

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Note the weather of the rows."""
        units = _units(rows)
        seen = [Seen(units[row.values["unit"]], row.values["at"], row.values["weather"]) for row in rows]
        note(seen, "import", _actor(context), context.now)
        return ["" for _row in rows]


def _units(rows: Sequence[Parsed]) -> dict[str, Unit]:
    codes = {row.values["unit"] for row in rows}
    return {unit.code: unit for unit in Unit.objects.filter(code__in=codes, closed_on=None)}


def _actor(context: Context) -> Actor:
    if context.person is None:
        return Actor(None, "import", None, "import")
    return Actor.of(context.person, rights.load(context.person, context.now), "import")
