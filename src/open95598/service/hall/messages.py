"""Text messages and e-mails of the hall to its customers."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.foundation.notices.models import Message, MessageState
from open95598.foundation.notices.services import send

#: beginning of the keys of messages that carry a code
CODE_KEY = "hall/code/"


def in_language(code: str) -> translation.override:
    """Speak to a customer in the language that they read (``zh``, ``en``)."""
    return translation.override("en" if code == "en" else "zh-hans")


def send_code(phone: str, code: str, key: object, minutes: int, language: str, now: datetime) -> Message:
    """Send the code by which somebody signs in."""
    with in_language(language):
        text = _(
            "[%(hotline)s] %(code)s is your code for the online hall. It counts for %(minutes)d minutes."
            " Tell it to nobody; our staff never ask for it."
        ) % {"hotline": settings.HOTLINE, "code": code, "minutes": minutes}
    return send("sms", phone, "", text, now, f"{CODE_KEY}{key}")


def send_change_code(phone: str, code: str, key: object, minutes: int, language: str, now: datetime) -> Message:
    """Send one of the two codes by which somebody changes the number that we reach them at."""
    with in_language(language):
        text = _(
            "[%(hotline)s] %(code)s is your code to change the phone of your account. It counts for %(minutes)d"
            " minutes. If you did not ask for this, call %(hotline)s and tell the code to nobody."
        ) % {"hotline": settings.HOTLINE, "code": code, "minutes": minutes}
    return send("sms", phone, "", text, now, f"{CODE_KEY}{key}")


def send_changed(phone: str, key: object, language: str, now: datetime) -> Message:
    """Tell the number that was used before that another one took its place."""
    with in_language(language):
        text = _(
            "[%(hotline)s] The phone of your electricity account was changed in the online hall."
            " If it was not you, call %(hotline)s at once."
        ) % {"hotline": settings.HOTLINE}
    return send("sms", phone, "", text, now, f"hall/changed/{key}")


def forget_codes(before: datetime) -> int:
    """Blank the texts of code messages that left before a moment: nobody needs them any more. Returns how many."""
    old = Message.objects.filter(key__startswith=CODE_KEY, not_before__lt=before).exclude(body="")
    return old.exclude(state=MessageState.WAITING).update(body="")
