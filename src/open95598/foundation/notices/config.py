"""Where messages leave the house, from the environment; ``settings.NOTICES`` (a dict) overrides single values.

``OPEN95598_SMS_URL`` · ``OPEN95598_SMS_STATUS_URL`` (with ``{id}``; empty: the gateway cannot be asked) ·
``OPEN95598_SMS_TOKEN`` · ``OPEN95598_SMTP_URL`` (``smtp://user:password@host:587?tls=starttls``, ``smtps://…``) ·
``OPEN95598_MAIL_FROM`` · ``OPEN95598_WEBHOOK_SECRET`` · ``OPEN95598_WEBHOOK_ALLOW`` (hosts and networks that may be
reached although they are private; push services as well) · ``OPEN95598_PUSH_CONTACT`` (a ``mailto:`` or https address
by which push services reach whoever runs this house) · ``OPEN95598_DROP_DIR`` · ``OPEN95598_ANCHOR_TO`` (where journal
anchors are sent: addresses by commas, each an https URL, an e-mail address or the name of a drop folder).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

#: seconds to connect and to wait for an answer of whoever subscribed
HURRIED = 3.0


@dataclass(frozen=True, slots=True)
class Config:
    """The ways out of this installation; an empty URL means that the way is not there."""

    sms_url: str = ""
    sms_status_url: str = ""
    sms_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    webhook_secret: str = ""
    webhook_allow: tuple[str, ...] = ()
    push_contact: str = ""
    drop_dir: Path = Path("outgoing")
    anchor_to: tuple[str, ...] = ()
    #: seconds to connect and to wait for an answer
    timeout: float = 10.0
    #: whether who did not answer several times is left alone for a while
    resting: bool = False


def derived(name: str) -> str:
    """Return a secret of this installation for ``name``, the same in all its processes."""
    return salted_hmac(f"open95598.notices.{name}", settings.SECRET_KEY, algorithm="sha256").hexdigest()


def has_development_gateway() -> bool:
    """Say whether the built-in SMS gateway is there: in a demonstration or when debugging, nowhere else."""
    return bool(settings.DEMO or settings.DEBUG)


def hurried(*, resting: bool = True) -> Config:
    """Return it for calls to those who subscribed: nobody waits long for an address that anybody can give."""
    found = current()
    return replace(found, timeout=min(found.timeout, HURRIED), resting=resting)


def _contact(mail_from: str) -> str:
    """Return how push services reach us when nobody said: by our pages, where they are public, else by mail."""
    if settings.SITE_URL.startswith("https://"):
        return str(settings.SITE_URL)
    return f"mailto:{mail_from or 'open95598@localhost'}"


def current() -> Config:
    """Return the configuration in force."""
    told = os.environ
    sms_url = told.get("OPEN95598_SMS_URL", "")
    status_url = told.get("OPEN95598_SMS_STATUS_URL", "")
    token = told.get("OPEN95598_SMS_TOKEN", "")
    if not sms_url and has_development_gateway():
        sms_url = f"{settings.SITE_URL}/dev/sms/gateway"
        status_url, token = f"{sms_url}/{{id}}", derived("dev-sms")
    values = {
        "sms_url": sms_url,
        "sms_status_url": status_url,
        "sms_token": token,
        "smtp_url": told.get("OPEN95598_SMTP_URL", ""),
        "mail_from": told.get("OPEN95598_MAIL_FROM", "open95598@localhost"),
        "webhook_secret": told.get("OPEN95598_WEBHOOK_SECRET") or derived("webhook"),
        "webhook_allow": tuple(filter(None, told.get("OPEN95598_WEBHOOK_ALLOW", "").split(","))),
        "push_contact": told.get("OPEN95598_PUSH_CONTACT", "") or _contact(told.get("OPEN95598_MAIL_FROM", "")),
        "anchor_to": tuple(filter(None, map(str.strip, told.get("OPEN95598_ANCHOR_TO", "").split(",")))),
        "drop_dir": Path(told.get("OPEN95598_DROP_DIR") or settings.HOME / "outgoing"),
    }
    return Config(**values | getattr(settings, "NOTICES", {}))
