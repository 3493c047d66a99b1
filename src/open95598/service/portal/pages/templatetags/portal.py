"""What the pages say of values: promises, steps, phases and moments in a customer's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from open95598.service.portal.pages import wire

register = template.Library()

_STEPS = {
    "contact": gettext_lazy("We get in touch with you"),
    "arrive": gettext_lazy("A crew is at the place"),
    "restore": gettext_lazy("Power is back"),
    "progress": gettext_lazy("We tell you how it stands"),
    "answer": gettext_lazy("You have our answer"),
}
_AREAS = {
    "city": gettext_lazy("in town"),
    "rural": gettext_lazy("in the country"),
    "remote": gettext_lazy("in remote places"),
}
_PHASES = {
    "received": (
        gettext_lazy("We have received it"),
        gettext_lazy("A dispatcher gives it to the unit that can settle it."),
    ),
    "passed_on": (gettext_lazy("Passed on"), gettext_lazy("The unit that settles it is about to take it up.")),
    "in_hand": (gettext_lazy("Being handled"), gettext_lazy("Somebody works on it.")),
    "checking": (gettext_lazy("Being checked"), gettext_lazy("It has been handled; the answer is being checked.")),
    "answered": (gettext_lazy("We have answered"), gettext_lazy("Our answer stands below. We may call you about it.")),
    "closed": (gettext_lazy("Settled and closed"), gettext_lazy("It has been settled.")),
    "withdrawn": (gettext_lazy("Withdrawn"), gettext_lazy("You withdrew it.")),
}
_WAY = ("received", "passed_on", "in_hand", "answered", "closed")
_MOMENTS = {
    "received": gettext_lazy("We received it"),
    "dispatched": gettext_lazy("It was passed on to a unit"),
    "accepted": gettext_lazy("The unit took it up"),
    "contacted": gettext_lazy("We got in touch with you"),
    "crew": gettext_lazy("A crew set out"),
    "arrived": gettext_lazy("The crew arrived"),
    "restored": gettext_lazy("Power was back"),
    "appointment": gettext_lazy("Appointment with you"),
    "answered": gettext_lazy("It was answered"),
    "called_back": gettext_lazy("We called you back"),
    "closed": gettext_lazy("It was closed"),
}
_OUTCOMES = {
    "added": gettext_lazy("Added. Whoever handles your order sees it now."),
    "kept": gettext_lazy("Kept: the line is interrupted. It is added by itself as soon as the line is back."),
    "urged": gettext_lazy("We pass your urging on."),
    "rated": gettext_lazy("Thank you for your rating."),
    "asked": gettext_lazy("We have told whoever is in charge. They settle it with you."),
    "withdrawn": gettext_lazy("Your order has been withdrawn."),
}


@register.filter
def said(words: wire.Words) -> str:
    """Return words in the page's language."""
    return words.in_(get_language()) if words else ""


@register.filter
def moment(at: datetime) -> str:
    """Return a time as people say it: ``3月2日 10:05``, ``2 Mar 10:05``; the utility's zone."""
    local = timezone.localtime(at)
    if (get_language() or "").startswith("en"):
        return f"{local.day} {local:%b} {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def day(on: date) -> str:
    """Return a day as people say it: ``3月2日``, ``2 Mar``."""
    return f"{on.day} {on:%b}" if (get_language() or "").startswith("en") else f"{on.month}月{on.day}日"


@register.filter
def stars(index: str, field: BoundField) -> str:
    """Return the stars of a rating: the first choice has them all, the last one."""
    return "★" * (len(field.field.choices) - int(index))  # type: ignore[attr-defined]


@register.filter
def length_of(promise: wire.Promise) -> str:
    """Return a limit in words: 45 minutes, 24 hours, 5 working days."""
    if promise.working_days:
        count = promise.working_days
        return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
    days, hours = divmod(promise.minutes, 1440)
    if days > 1 and not hours:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if promise.minutes % 60 == 0:
        count = promise.minutes // 60
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    return ngettext("%(count)d minute", "%(count)d minutes", promise.minutes) % {"count": promise.minutes}


@register.filter
def promise_lines(promises: list[wire.Promise]) -> list[str]:
    """Return promises in sentences, one for each thing promised; where it depends on the place, with all places."""
    found: dict[str, list[wire.Promise]] = {}
    for promise in promises:
        found.setdefault(promise.code, []).append(promise)
    return [_promise(code, rows) for code, rows in found.items()]


def _promise(code: str, rows: list[wire.Promise]) -> str:
    what = {
        "contact": _("We get in touch with you within %(time)s"),
        "arrive": _("A crew is at the place within %(time)s"),
        "restore": _("Power is back within %(time)s after the crew's arrival"),
        "progress": _("We tell you how it stands within %(time)s"),
        "answer": _("You have our answer within %(time)s"),
    }.get(code, "%(time)s")
    text = what % {"time": length_of(rows[0])}
    if not rows[0].area:
        return text
    places = [
        _("%(place)s %(time)s") % {"place": _AREAS[row.area], "time": length_of(row)}
        for row in rows[1:]
        if (row.minutes, row.working_days) != (rows[0].minutes, rows[0].working_days)
    ]
    return _("%(promise)s (%(area)s)") % {"promise": text, "area": _(", ").join([str(_AREAS[rows[0].area]), *places])}


@register.filter
def step(value: wire.Step) -> Any:
    """Return what comes next in words."""
    return _STEPS.get(value.code, value.code)


@register.filter
def phase(order: wire.OrderView) -> Any:
    """Return where an order is, in a word."""
    if order.suspended:
        return _("On hold")
    return _PHASES[order.phase][0]


@register.filter
def phase_told(order: wire.OrderView) -> Any:
    """Return where an order is, in a sentence."""
    if order.suspended:
        return _("The work rests for a reason outside our hands; we go on as soon as we can.")
    return _PHASES[order.phase][1]


@register.filter
def way(order: wire.OrderView) -> list[tuple[Any, str]]:
    """Return the stations of an order, each ``done``, ``here`` or ``ahead``."""
    here = {"checking": "in_hand", "withdrawn": "closed"}.get(order.phase, order.phase)
    at = _WAY.index(here)
    return [(_PHASES[name][0], "done" if i < at else "here" if i == at else "ahead") for i, name in enumerate(_WAY)]


@register.filter
def happened(value: wire.Moment) -> Any:
    """Return what happened in words."""
    return _MOMENTS.get(value.code, value.code)


@register.filter
def outcome(code: str) -> Any:
    """Return what was done in a sentence."""
    return _OUTCOMES.get(code, "")


@register.filter
def is_radio(field: BoundField) -> bool:
    """Say whether a field is a choice of radio buttons."""
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def is_check(field: BoundField) -> bool:
    """Say whether a field is a single box to tick."""
    return isinstance(field.field.widget, CheckboxInput)
