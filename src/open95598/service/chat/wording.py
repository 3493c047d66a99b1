"""What happened in a chat, in words of either side. The codes stand in lines of the kind ``NEWS``."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from open95598.service.chat.models import Line

CUSTOMER = {
    "opened": gettext_noop("You are in the queue. Write what it is about while you wait."),
    "taken": gettext_noop("%(name)s is here for you now."),
    "handed": gettext_noop("%(name)s takes over and has read what you wrote."),
    "handed_on": gettext_noop("Another group takes over and has what you wrote. You are next."),
    "gone": gettext_noop("The line to our colleague broke. You are the next in the queue."),
    "ended_agent": gettext_noop("Our colleague ended the conversation."),
    "ended_customer": gettext_noop("You ended the conversation."),
    "silent": gettext_noop("You went away while you waited; the conversation ended."),
    "left": gettext_noop("Your message is registered under %(name)s. We answer it."),
    "proved": gettext_noop("Your phone number is confirmed."),
}
DESK = {
    "opened": gettext_noop("The customer waits."),
    "taken": gettext_noop("%(name)s took the chat."),
    "handed": gettext_noop("Handed over to %(name)s."),
    "handed_on": gettext_noop("Handed over to the group %(name)s."),
    "gone": gettext_noop("%(name)s was gone; the chat went back to the front of the queue."),
    "ended_agent": gettext_noop("%(name)s ended the chat."),
    "ended_customer": gettext_noop("The customer ended the chat."),
    "silent": gettext_noop("The customer went away while waiting."),
    "left": gettext_noop("The customer left a message; it is the order %(name)s."),
    "proved": gettext_noop("The customer confirmed the phone number by a code."),
}


def news(line: Line, *, desk: bool) -> str:
    """Return what a line of news says to the desk, or to the customer."""
    words = (DESK if desk else CUSTOMER).get(line.text)
    return _(words) % {"name": line.name} if words else ""


def span(seconds: int | None) -> str:
    """Return a time of waiting as people say it; "" when nobody can say."""
    if seconds is None:
        return ""
    if seconds <= 0:
        return pgettext("chat wait", "at once")
    return pgettext("chat wait", "about %(n)d min") % {"n": -(-seconds // 60)}
