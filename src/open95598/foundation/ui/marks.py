"""The small marks of every page as HTML: icons, badges, distances of time, clock bars. Values in, markup out.

Written in Python because lists draw hundreds of them in a page, and a template engine takes ten times as long.
Templates reach them through ``{% load ui %}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from django.template import TemplateSyntaxError
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from open95598.foundation.ui import clockbar, scriptwords, timewords
from open95598.foundation.words import Label

#: tones of badges and marks; red only for overdue, danger and life support, green only for done
TONES = ("quiet", "accent", "warning", "danger", "done")
DASH = SafeString('<span class="muted">—</span>')
_TICKING = (clockbar.RUNNING, clockbar.WARNING, clockbar.OVER)


def fill(markup: str, *values: Any) -> SafeString:
    """Return markup with its ``{}`` filled in; values are escaped unless they are markup themselves.

    Django's ``format_html`` for values that are no lazy texts, at a third of its cost.
    """
    return SafeString(markup.format(*(v if isinstance(v, SafeString) else escape(str(v)) for v in values)))


def words_of(value: Any) -> str:
    """Return a :class:`Label` in the active language; anything else as text; None as nothing."""
    if value is None:
        return ""
    return value.in_(get_language()) if isinstance(value, Label) else str(value)


def absolute(at: datetime) -> str:
    """Return a time in the utility's zone, to the minute: 2026-03-01 08:30."""
    return timezone.localtime(at).isoformat(" ", "minutes")[:16]


def icon(name: str, title: str = "") -> SafeString:
    """Return an icon of the web font; decoration unless it has a title."""
    if title:
        return fill('<i class="ti ti-{}" role="img" aria-label="{}" title="{}"></i>', name, title, title)
    return fill('<i class="ti ti-{}" aria-hidden="true"></i>', name)


def badge(text: Any, tone: str = "quiet", icon_name: str = "", *, small: bool = False) -> SafeString:
    """Return a small word with a tone of :data:`TONES`. ``small``: where room is scarce the sign stands alone, and its
    words come on hover and to a screen reader."""
    if tone not in TONES:
        raise TemplateSyntaxError(f"badge: unknown tone {tone!r}")
    mark = icon(icon_name) if icon_name else ""
    if small and mark:
        words = words_of(text)
        return fill(
            '<span class="badge is-{} is-small" title="{}">{}<span class="badge-words">{}</span></span>',
            tone, words, mark, words,
        )  # fmt: skip
    return fill('<span class="badge is-{}">{}{}</span>', tone, mark, words_of(text))


def ago(at: datetime | None, now: datetime, *, short: bool = False) -> SafeString:
    """Return a time as a distance that ticks, with the absolute time on hover. ``short`` shows the span only."""
    if at is None:
        return DASH
    words = timewords.span(now - at) if short else timewords.distance(at, now)
    return fill(
        '<time datetime="{}" title="{}" data-ago="{}">{}</time>',
        at.isoformat(), absolute(at), "short" if short else "long", words,
    )  # fmt: skip


def clock_bar(clock: Any, now: datetime, name: Any = "", calendar: Any = "", *, compact: bool = False) -> SafeString:
    """Return a clock as a bar that fills (see :func:`clockbar.view`), its time left in words, its facts on hover.

    ``name`` says which clock it is, ``calendar`` what it counts on (the clock's own when none is given; the empty name
    is round the clock). A clock without an end gives a dash.
    """
    got = clock.get if isinstance(clock, Mapping) else lambda field: getattr(clock, field, None)
    if clock is None or got("due_at") is None:
        return DASH
    view = clockbar.view(clock, now)
    counts = words_of(calendar) or words_of(got("calendar")) or gettext("round the clock")
    facts = [gettext("due %(time)s") % {"time": absolute(view.due_at)}]
    if view.paused_at:
        facts.append(gettext("paused since %(time)s") % {"time": absolute(view.paused_at)})
    if view.stopped_at:
        facts.append(gettext("ended %(time)s") % {"time": absolute(view.stopped_at)})
    facts.append(gettext("counts %(calendar)s") % {"calendar": counts})
    shown = words_of(name)
    return fill(
        '<span class="clock is-{}{}" title="{}"{}>{}<progress max="1000" value="{}" aria-label="{}"></progress>'
        '<span class="clock-words">{}</span></span>',
        view.state, " is-compact" if compact else "", " · ".join(facts), _ticks(view),
        fill('<span class="clock-name">{}</span>', shown) if shown else "",
        view.filled, shown or gettext("Clock"), scriptwords.clock_words(view.state, view.left),
    )  # fmt: skip


def _ticks(view: clockbar.ClockView) -> str:
    """Return the attributes by which the page's script moves a clock on; nothing for one that stands."""
    if view.state not in _TICKING:
        return ""
    warn = fill(' data-warn="{}"', view.warn_at.isoformat()) if view.warn_at else ""
    return fill(
        ' data-clock data-start="{}" data-due="{}"{}', view.started_at.isoformat(), view.due_at.isoformat(), warn
    )
