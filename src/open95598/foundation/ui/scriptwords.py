"""The words that scripts need in the page's language, and the clock's words that server and script say alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from open95598.foundation.ui import clockbar, timewords


def clock_words(state: str, left: float) -> str:
    """Return what stands beside a bar; ``left`` in seconds, negative when the clock is over."""
    words = timewords.span(left)
    if state == clockbar.MET:
        return gettext("in time")
    if state == clockbar.MISSED:
        return gettext("%(span)s late") % {"span": words} if left < 0 else gettext("late")
    if state == clockbar.PAUSED:
        return gettext("paused, %(span)s left") % {"span": words} if left > 0 else gettext("paused, over")
    if left <= 0:
        return gettext("%(span)s over") % {"span": words}
    return gettext("%(span)s left") % {"span": words}


def words() -> dict[str, Any]:
    """Return the sentences for ``<script id="words">``. ``{n}``-like marks are filled in by the scripts."""
    return {
        "problem": gettext("That did not work. Please try again; if it happens again, tell your administrator."),
        "offline": gettext("The server cannot be reached. What you typed is still here; try again in a moment."),
        "unsaved": gettext("What you typed has not been sent. Leave all the same?"),
        "close": gettext("Close"),
        "nothing": gettext("Nothing found"),
        "selected": gettext("{n} selected"),
        "just_now": gettext("just now"),
        "in_a_moment": gettext("in a moment"),
        "no_data": gettext("No data in this period"),
        "span": {
            "under": gettext("under 1 min"),
            "min": gettext("%(minutes)d min"),
            "h": gettext("%(hours)d h"),
            "h_min": gettext("%(hours)d h %(minutes)02d min"),
            "d": gettext("%(days)d d"),
            "d_h": gettext("%(days)d d %(hours)d h"),
        },
        "clock": {"left": gettext("%(span)s left"), "over": gettext("%(span)s over")},
    }


__all__ = ["clock_words", "timewords", "words"]
