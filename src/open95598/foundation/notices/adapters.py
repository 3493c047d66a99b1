"""The ways out: each hands one message over and says what became of it.

An adapter returns ``Handed`` when the other side has it (or its fate cannot be known), raises ``Undeliverable`` when
trying again cannot help, and anything else when it can. A repeat is harmless: every way carries the message's ``ref``.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.utils.translation import gettext_noop

from open95598.foundation.events.registry import Undeliverable
from open95598.foundation.notices import sealing, signing
from open95598.foundation.notices.calling import LATER, NotNow, after, judged, post, trust
from open95598.foundation.notices.config import Config, derived
from open95598.foundation.notices.models import Channel, Message
from open95598.foundation.notices.subscribers import Receiver

#: for how long a push service keeps what it cannot hand over yet (seconds)
_SHORTEST, _LONGEST = 300, 3 * 24 * 3600
_LONG = default.clone(max_line_length=400)


@dataclass(frozen=True, slots=True)
class Handed:
    """The other side has it (``known``), or nobody can tell."""

    answer: str = ""
    known: bool = True


def sms(message: Message, config: Config, now: datetime) -> Handed:
    """POST ``{"id", "to", "text"}`` to the gateway; our id makes it take a repeat for what it is.

    When the line breaks before the answer, the gateway is asked for the id; if it cannot be asked, nobody knows.
    """
    if not config.sms_url:
        raise Undeliverable(gettext_noop("no SMS gateway is configured (OPEN95598_SMS_URL)"))
    ref = str(message.ref)
    headers = {"Idempotency-Key": ref}
    if config.sms_token:
        headers["Authorization"] = f"Bearer {config.sms_token}"
    content = {"id": ref, "to": message.to, "text": message.body}
    with httpx.Client(timeout=config.timeout, headers=headers, verify=trust(), trust_env=False) as client:
        try:
            answer = client.post(config.sms_url, json=content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            raise NotNow(f"the gateway cannot be reached: {problem}") from problem
        except httpx.TransportError as problem:
            return _asked(client, ref, config, problem)
    return _judged(answer)


def _asked(client: httpx.Client, ref: str, config: Config, problem: Exception) -> Handed:
    """Ask the gateway whether it has a message whose answer was lost."""
    if not config.sms_status_url:
        return Handed(f"no answer ({type(problem).__name__}), and the gateway cannot be asked", known=False)
    try:
        answer = client.get(config.sms_status_url.format(id=ref))
    except httpx.TransportError as again:
        raise NotNow(f"no answer, and none about the message either: {again}") from again
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotNow("no answer; the gateway does not have the message") from problem
    return _judged(answer)


def _judged(answer: httpx.Response) -> Handed:
    """Read an HTTP answer as what became of the message."""
    if answer.is_success:
        return Handed(answer.text[:200])
    said = f"HTTP {answer.status_code}: {answer.text[:200]}"
    if answer.is_client_error and answer.status_code not in LATER:
        raise Undeliverable(said)
    raise NotNow(said, after=after(answer))


def webhook(message: Message, config: Config, now: datetime) -> Handed:
    """POST the message as signed JSON (see ``signing``) to a URL outside the house (see ``calling``).

    A lost answer is a reason to repeat: the receiver knows the id.
    """
    body = orjson.dumps(
        {"id": str(message.ref), "subject": message.subject, "body": message.body, "case_id": message.case_id}
    )
    headers = {
        "Content-Type": "application/json",
        "X-Open95598-Id": str(message.ref),
        signing.HEADER: signing.sign(config.webhook_secret, body, now),
    }
    return Handed(judged(post(message.to, body, headers, config)))


def subscribed_webhook(message: Message, receiver: Receiver, config: Config, now: datetime) -> Handed:
    """POST a message's body, JSON already, signed by what its subscription knows (Standard Webhooks); as ``webhook``.

    ``Webhook-Id`` is the message's own id: the same at every repeat, so that a lost answer is a reason for one.
    """
    body = message.body.encode()
    headers = {"Content-Type": "application/json", **signing.standard(receiver.secrets, str(message.ref), body, now)}
    return Handed(judged(post(receiver.to, body, headers, config)))


def subscribed_push(message: Message, receiver: Receiver, config: Config, now: datetime) -> Handed:
    """POST a message's body (JSON: ``title``, ``body``, ``tag`` …), sealed for a browser, to its push service.

    RFC 8030: ``tag`` is the topic, so that a later message of it replaces the former one that still waits, and a repeat
    does no harm. ``until`` (ISO time: when nobody wants to know any more) and ``urgency`` are not for the browser.
    """
    told = orjson.loads(message.body)
    left = int((datetime.fromisoformat(told.pop("until")) - now).total_seconds())
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(min(max(left, _SHORTEST), _LONGEST)),
        "Urgency": told.pop("urgency"),
        "Topic": told["tag"],
        "Authorization": sealing.vapid(receiver.to, push_key(), config.push_contact, now),
    }
    body = sealing.seal(orjson.dumps(told), receiver.p256dh, receiver.auth)
    return Handed(judged(post(receiver.to, body, headers, config), gone=(404, 410)))


@cache
def push_key() -> EllipticCurvePrivateKey:
    """Return the house's key for pushes: derived from the installation's, kept nowhere else."""
    return sealing.key_of(derived("vapid"))


def email(message: Message, config: Config, now: datetime) -> Handed:
    """Hand the message to the mail server; its Message-ID carries our id.

    A line that breaks after the text was given leaves it unknown: a mail server cannot be asked.
    """
    if not config.smtp_url:
        raise Undeliverable(gettext_noop("no mail server is configured (OPEN95598_SMTP_URL)"))
    # an address in the head stands in one line: not all programs put one together again
    mail = EmailMessage(policy=_LONG if message.unsubscribe else default)
    try:
        mail["Subject"], mail["To"], mail["From"] = message.subject, message.to, config.mail_from
    except ValueError as problem:  # a line break in a header
        raise Undeliverable(str(problem)) from problem
    mail["Message-ID"] = f"<{message.ref}@open95598>"
    mail["Date"] = now
    if message.unsubscribe:  # the receiver's program ends it by one POST, without a look at the page (RFC 8058)
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.body)
    given = False
    try:
        with _mail_server(config) as server:
            for reply in (server.mail(config.mail_from), server.rcpt(message.to)):
                _judge_mail(*reply)
            given = True
            code, said = server.data(mail.as_bytes())
            _judge_mail(code, said)
            return Handed(said.decode(errors="replace")[:200])
    except smtplib.SMTPAuthenticationError as problem:
        raise Undeliverable(gettext_noop("the mail server does not accept our password")) from problem
    except smtplib.SMTPResponseException as problem:
        _judge_mail(problem.smtp_code, problem.smtp_error)
        raise NotNow(str(problem)) from problem
    except OSError as problem:  # a broken line; smtplib's own errors are of this family too, hence the order
        if given:
            return Handed(f"no answer ({type(problem).__name__}) after the text was given", known=False)
        raise NotNow(f"the mail server cannot be reached: {problem}") from problem


def _judge_mail(code: int, said: bytes | str) -> None:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    if 500 <= code < 600:
        raise Undeliverable(f"SMTP {code}: {words[:200]}")
    if code >= 400:
        raise NotNow(f"SMTP {code}: {words[:200]}")


def _mail_server(config: Config) -> smtplib.SMTP:
    url = urlsplit(config.smtp_url)
    host, secure = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=config.timeout, context=secure)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=config.timeout)
    try:
        server.ehlo()
        if "starttls" in parse_qs(url.query).get("tls", []):
            server.starttls(context=secure)
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def push(message: Message, config: Config, now: datetime) -> Handed:
    """Push to nobody: only a browser that subscribed can be reached, and its message names the subscription."""
    raise Undeliverable(gettext_noop("only a browser that subscribed can be reached by push"))


def file(message: Message, config: Config, now: datetime) -> Handed:
    """Drop the message as ``<ref>.json`` into the folder named by ``to``; it appears there whole or not at all."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", message.to):
        raise Undeliverable(gettext_noop("a drop folder's name has letters, digits, - and _ only"))
    folder = config.drop_dir / message.to
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{message.ref}.json"
    if not path.exists():
        fresh = folder / f".{message.ref}.{os.getpid()}"
        with fresh.open("wb") as out:
            out.write(
                orjson.dumps(
                    {
                        "id": message.ref,
                        "at": now,
                        "subject": message.subject,
                        "body": message.body,
                        "case_id": message.case_id,
                    }
                )
            )
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    return Handed(path.name)


Adapter = Callable[[Message, Config, datetime], Handed]
ADAPTERS: dict[str, Adapter] = {
    Channel.SMS: sms,
    Channel.EMAIL: email,
    Channel.WEBHOOK: webhook,
    Channel.FILE: file,
    Channel.PUSH: push,
}
#: ways to receivers that rooms above keep
SUBSCRIBED: dict[str, Callable[[Message, Receiver, Config, datetime], Handed]] = {
    Channel.WEBHOOK: subscribed_webhook,
    Channel.PUSH: subscribed_push,
}
