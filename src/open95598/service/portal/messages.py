"""Text messages to customers of the pages, and the sentence that names the hotline."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.foundation.notices.models import Message, MessageState
from open95598.foundation.notices.services import send
from open95598.service.portal.models import Challenge
from open95598.service.workorders.models import WorkOrder

#: beginning of the keys of messages that carry a code
CODE_KEY = "portal/code/"
#: and of those that carry a rating's link
LINK_KEY = "portal/rating/"


def _language(code: str) -> str:
    return "en" if code == "en" else "zh-hans"


def send_number(order: WorkOrder, language: str, now: datetime) -> Message:
    """Send the order's number to its phone: the customer asked for it."""
    with translation.override(_language(language)):
        text = _(
            "[%(hotline)s] Your order is registered under %(number)s. Follow it at %(url)s or call %(hotline)s."
        ) % {"hotline": settings.HOTLINE, "number": order.number, "url": settings.PORTAL_URL}
    return send("sms", order.contact_phone, "", text, now, f"portal/{order.pk}/number", order.pk)


def send_code(challenge: Challenge, code: str, minutes: int, now: datetime) -> Message:
    """Send a code to the phone that was named, which is the order's."""
    with translation.override(_language(challenge.language)):
        text = _(
            "[%(hotline)s] %(code)s is your code to see your order. It counts for %(minutes)d minutes."
            " Tell it to nobody; our staff never ask for it."
        ) % {"hotline": settings.HOTLINE, "code": code, "minutes": minutes}
    return send("sms", challenge.phone, "", text, now, f"{CODE_KEY}{challenge.pk}")


def send_link(order: WorkOrder, version: int, text: str, now: datetime, leaves_at: datetime) -> Message:
    """Send the one-time link of a rating to the order's phone, not before ``leaves_at``."""
    key = f"{LINK_KEY}{order.pk}/{version}"
    return send("sms", order.contact_phone, "", text, now, key, order.pk, not_before=leaves_at)


def too_many() -> str:
    """Return what somebody is told who sends too much."""
    return _("Too many messages from this phone in a short time. If it is urgent, call %(hotline)s.") % {
        "hotline": settings.HOTLINE
    }


def forget_codes(before: datetime) -> int:
    """Blank the texts of code messages created before a moment: nobody needs them any more. Returns how many."""
    return _forget(CODE_KEY, before)


def forget_links(before: datetime) -> int:
    """Blank the texts of messages with a rating's link that left before a moment. Returns how many."""
    return _forget(LINK_KEY, before)


def _forget(key: str, before: datetime) -> int:
    old = Message.objects.filter(key__startswith=key, not_before__lt=before).exclude(body="")
    return old.exclude(state=MessageState.WAITING).update(body="")
