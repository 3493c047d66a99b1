"""Why an outage is where it is, in words: "17 of 212 below T-043 reported within 9 min, none below T-044"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from open95598.service.outages.estimating import Range
from open95598.service.outages.restorations import Judged

#: a probability below this, or this near to certain, is not told apart
_LEAST = 0.001
#: state → tone of its badge
TONES = {
    "unconfirmed": "quiet", "probable": "warning", "confirmed": "danger", "crew_sent": "accent",
    "partly_restored": "warning", "restored": "done", "closed": "done", "merged": "quiet", "withdrawn": "quiet",
}  # fmt: skip


def why(told: Mapping[str, Any]) -> list[str]:
    """Return the sentences that say why the engine names a device, the main one first; none where it said nothing."""
    here = told.get("here")
    if not here:
        return []
    lines = [_first(here, int(told.get("minutes", 0)), told.get("silent", ()))]
    beside = _("Beside it, %(reports)s of %(points)s below %(device)s reported as well.")
    lines += [beside % one for one in told.get("speaking", ())]
    if told.get("light"):
        lines.append(_("Somebody below it has told that there is light."))
    if told.get("in_line"):
        lines.append(
            _("Reports cannot tell it from %(devices)s, which feed the same customers.")
            % {"devices": _list(told["in_line"])}
        )
    return lines


def _first(here: Mapping[str, Any], minutes: int, silent: Any) -> str:
    if not here["reports"]:
        return _("Nobody below %(device)s has reported: it is known from telemetry or from people.") % here
    given = {**here, "minutes": max(minutes, 1), "devices": _list([one["device"] for one in silent])}
    if not silent:
        return _("%(reports)s of %(points)s below %(device)s reported within %(minutes)s min.") % given
    return (
        _("%(reports)s of %(points)s below %(device)s reported within %(minutes)s min, none below %(devices)s.") % given
    )


def _list(codes: Any) -> str:
    return _(", ").join(str(code) for code in codes)


def ranked(told: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return the devices that may be open, the likeliest first: code, probability in percent, whether it is the one
    that is named. What is less likely than one in a thousand is left out, unless it is named."""
    named = (told.get("here") or {}).get("device")
    rows = [(one["device"], float(one["probability"]), one["device"] == named) for one in told.get("ranked", ())]
    return [(code, _share(share), is_it) for code, share, is_it in rows if is_it or share >= _LEAST]


def _share(probability: float) -> str:
    if probability < _LEAST:
        return f"< {_LEAST:.1%}"
    return f"> {1 - _LEAST:.1%}" if probability > 1 - _LEAST else f"{probability:.1%}"


def usual(made: Range, start: datetime, now: datetime) -> str:
    """Say when outages like this one were over: "14:10–15:40 (23 like it: kind of device, cause)"; ``start``: when it
    began, in the utility's zone."""
    names = {
        "kind": _("kind of device"), "cause": _("cause"), "weather": _("weather"), "load": _("load of crews"),
        "hour": _("day or night"),
    }  # fmt: skip
    like = _list(names[name] for name in made.like) or _("any outage")
    told = {
        "least": f"{start + timedelta(minutes=made.least):%H:%M}",
        "most": f"{start + timedelta(minutes=made.most):%H:%M}",
        "count": made.count,
        "like": like,
    }
    if start + timedelta(minutes=made.most) < now:
        return _("by %(most)s; it lasts longer already (%(count)s compared: %(like)s)") % told
    return _("%(least)s–%(most)s (%(count)s compared: %(like)s)") % told


def load(name: str) -> Any:
    """Say a class of the load of crews; "" where it is not known."""
    names = {"light": _("light"), "busy": _("busy"), "stretched": _("stretched")}
    return names.get(name, "")


def judged(found: Judged) -> list[dict[str, Any]]:
    """Return the rows of how estimates did: what, of how many, the share inside, early, late, the error, the width."""
    rows: list[dict[str, Any]] = []
    for name, one in (
        (_("Range when an outage begins"), found.at_first),
        (_("Range once the cause is known"), found.with_cause),
    ):
        rows.append({
            "name": name, "told": one.told, "share": f"{one.coverage:.0%}" if one.told else "", "early": one.early,
            "late": one.late, "error": round(one.error), "width": round(one.width),
        })  # fmt: skip
    told = found.told
    rows.append({
        "name": _("Time that people were told"), "told": told.told,
        "share": f"{told.kept / told.told:.0%}" if told.told else "", "early": None, "late": told.told - told.kept,
        "error": round(told.error), "width": None,
    })  # fmt: skip
    return rows
