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


def too_many() -> str:
    """Return what somebody is told who sends too much."""
    return _("Too many messages from this phone in a short time. If it is urgent, call %(hotline)s.") % {
        "hotline": settings.HOTLINE
    }


def forget_codes(before: datetime) -> int:
    """Blank the texts of code messages created before a moment: nobody needs them any more. Returns how many."""
    old = Message.objects.filter(key__startswith=CODE_KEY, created_at__lt=before).exclude(body="")
    return old.exclude(state=MessageState.WAITING).update(body="")
