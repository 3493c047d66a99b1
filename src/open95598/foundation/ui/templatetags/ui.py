"""The components of every page: ``{% load ui %}``. The living list of them is ``/styleguide/``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from open95598.foundation import clock as house_clock
from open95598.foundation.people.policy import Permission
from open95598.foundation.ui import marks, scriptwords, timewords

register = template.Library()
register.simple_tag(marks.icon)
register.simple_tag(marks.badge)


def _now(context: Any) -> datetime:
    request = context.get("request")
    return getattr(request, "now", None) or house_clock.now()


@register.filter(name="label")
def label_filter(value: Any) -> str:
    """Return a :class:`Label` in the active language; anything else as text; None as nothing."""
    return marks.words_of(value)


@register.simple_tag(name="label")
def label_tag(value: Any) -> str:
    """``{% label x %}`` is ``{{ x|label }}``."""
    return label_filter(value)


@register.filter
def absolute(at: datetime | None) -> str:
    """Return an aware time in the utility's zone, to the minute; None gives a dash."""
    return marks.absolute(at) if at else "—"


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a date in the utility's zone (2026-03-01); None gives a dash."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, "Y-m-d")


@register.filter
def thin(value: int | float | None) -> str:
    """Group the digits of a number with thin spaces; None gives a dash."""
    return "—" if value is None else f"{value:,}".replace(",", "\u2009")


@register.filter
def span(seconds: float | None) -> str:
    """Return a length in seconds in words; None gives a dash."""
    return "—" if seconds is None else timewords.span(seconds)


@register.simple_tag(takes_context=True)
def ago(context: Any, at: datetime | None, short: bool = False) -> SafeString:
    """Show a time as a distance that ticks, with the absolute time on hover. ``short`` shows the span only."""
    return marks.ago(at, _now(context), short=short)


@register.simple_tag
def tier(level: int | str | None) -> SafeString:
    """A customer's tier (1 highest … 5, or ``life`` for life support) as a small mark with a letter and a word."""
    if level in (None, "", 0):
        return SafeString("")
    if level == "life":
        name = gettext("Life-support customer")
        return format_html('<span class="tier is-life" title="{}"><i class="ti ti-heartbeat" aria-hidden="true"></i>'
                           '<span class="visually-hidden">{}</span></span>', name, name)  # fmt: skip
    name = gettext("Tier %(level)s") % {"level": level}
    return format_html('<span class="tier" title="{}"><span aria-hidden="true">T{}</span>'
                       '<span class="visually-hidden">{}</span></span>', name, level, name)  # fmt: skip


@register.simple_tag(takes_context=True)
def clock_bar(context: Any, clock: Any, name: Any = "", calendar: Any = "", compact: bool = False) -> SafeString:
    """Draw a clock (see :func:`marks.clock_bar`)."""
    return marks.clock_bar(clock, _now(context), name, calendar, compact=compact)


@register.inclusion_tag("ui/masked.html")
def masked(value: str | None, kind: str = "phone", reveal_url: str = "") -> dict[str, Any]:
    """Show personal data masked: ``kind`` phone, name or address. ``reveal_url`` offers to show it (journalled there).

    The clear value never reaches the page unless it was asked for.
    """
    from open95598.foundation import masking

    masks = {"phone": masking.mask_phone, "name": masking.mask_name, "address": masking.mask_address}
    return {"shown": masks[kind](value) if value else "", "kind": kind, "reveal_url": reveal_url}


@register.inclusion_tag("ui/empty_state.html")
def empty_state(
    title: Any, text: Any = "", icon_name: str = "inbox", action_url: str = "", action: Any = ""
) -> dict[str, Any]:
    """Say that nothing is here and what can be done about it."""
    return {"title": title, "text": text, "icon_name": icon_name, "action_url": action_url, "action": action}


@register.inclusion_tag("ui/timeline.html", takes_context=True)
def timeline(context: Any, entries: Iterable[Any], more_url: str = "") -> dict[str, Any]:
    """Draw entries, newest first: mappings with ``at``, ``who``, ``title``; optional ``icon``, ``tone``, ``body``,
    ``facts`` (pairs of name and value), ``files`` (mappings ``url``, ``name``). ``more_url`` loads older ones."""
    return {"entries": entries, "more_url": more_url, "request": context.get("request")}


@register.inclusion_tag("ui/action_form.html", takes_context=True)
def action_form(
    context: Any, form: Any, url: str, submit: Any = "", cancel_url: str = "", tone: str = "accent",
    target: str = "", note: Any = "", ajax: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Draw a form with its fields, reasons beside the bad ones and one button. ``ajax``: sent through htmx."""
    return {
        "form": form, "url": url, "submit": submit or gettext("Send"), "cancel_url": cancel_url, "tone": tone,
        "target": target, "note": note, "ajax": ajax, "request": context.get("request"),
        "csrf_token": context.get("csrf_token"), "form_id": f"f{uuid4().hex[:8]}",
    }  # fmt: skip


@register.inclusion_tag("ui/field.html")
def field(bound: Any) -> dict[str, Any]:
    """Draw one field of a form with its label, help and reasons."""
    return {"field": bound}


@register.inclusion_tag("ui/chart.html")
def chart(title: Any, option: dict[str, Any], height: str = "m", note: Any = "") -> dict[str, Any]:
    """Draw an ECharts ``option``. A data point with a ``url`` member opens it. ``height``: s, m, l. ``title`` is the
    question that the chart answers; ``note`` names unit and time of the last datum."""
    return {"title": title, "option": option, "height": height, "note": note}


@register.simple_tag
def script_words() -> dict[str, Any]:
    """The sentences that the page's scripts say."""
    return scriptwords.words()


@register.filter
def tojson(value: Any) -> str:
    """Return compact JSON for a data attribute (escaped by the template as any text)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


@register.inclusion_tag("ui/list.html", takes_context=True)
def list_view(context: Any, listing: Any) -> dict[str, Any]:
    """Draw a whole list (:class:`foundation.ui.lists.Listing`): filters, views, chips, rows, pages, bulk bar."""
    return {"listing": listing, "request": context.get("request"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/export_button.html", takes_context=True)
def export_button(context: Any) -> dict[str, Any]:
    """Draw the button that hands this page's table out as a spreadsheet, for whoever may export (``sheets``)."""
    request = context["request"]
    rights = getattr(request, "rights", None)
    query = request.GET.copy()
    query["export"] = "xlsx"
    return {"url": f"?{query.urlencode()}" if rights is not None and rights.anywhere(Permission.EXPORT) else ""}


@register.inclusion_tag("ui/pager.html")
def pager(listing: Any) -> dict[str, Any]:
    """Draw the ways to the pages beside: anything with ``previous_url``, ``next_url`` and ``address``."""
    return {"listing": listing}
