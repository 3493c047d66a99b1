"""What this room tells the rooms below: who may hear of a chat, what erasure must reach, which files are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from open95598.foundation import clock
from open95598.foundation.files import store as files
from open95598.foundation.live import hooks as live
from open95598.foundation.people import hooks as people
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.words import Label
from open95598.service.chat import customer, desk, lines, sweeping
from open95598.service.chat.cookies import LIVE_COOKIE
from open95598.service.chat.models import Chat, Line
from open95598.service.contacts import pages as contact_pages
from open95598.service.contacts import queries as contact_queries
from open95598.service.contacts import services as contacts
from open95598.service.contacts.models import Contact, ContactOrder
from open95598.service.workorders import hooks as orders
from open95598.service.workorders.redaction import Identity


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    live.guest_cookie, live.guest = LIVE_COOKIE, topic_of
    files.references.append(_files)
    contacts.hushing.append(desk.hushed)
    contact_queries.led_elsewhere.append(Q(chat__isnull=False, state="open"))
    orders.further_words.append(orders.Kept(words_about, forget_words))
    contact_pages.further_links.append(_written)
    people.on_succession(_leaves)
    people.skills.append(_skills)


def topic_of(token: str) -> str:
    """Return what a browser with this token may hear of; "" for a token that counts not."""
    row = customer.find(token, clock.now())
    return lines.topic(row) if row is not None else ""


def _written(contact: Contact) -> tuple[Any, str] | None:
    """Lead from a contact's page to what was written in it."""
    if not Chat.objects.system("whether there is one").filter(contact=contact).exists():
        return None
    return _("What was written"), reverse("chat:chat", args=(contact.code,))


def _skills(now: datetime) -> list[tuple[str, Label]]:
    return [(skill.code, skill.label) for skill in rulebooks.current(now).chat.skills]


def _leaves(person: Person, now: datetime) -> None:
    sweeping.succeed(person, now)


def _files() -> Iterable[str]:
    return Line.objects.exclude(sha256="").values_list("sha256", flat=True).distinct()


def _about(case_ids: Collection[int]) -> Any:
    linked = ContactOrder.objects.filter(case_id__in=list(case_ids)).values("contact_id")
    return Chat.objects.system("erasure").filter(contact__in=linked)


def words_about(case_ids: Collection[int], who: Identity) -> int:
    """Return how many lines of chats hold words about these orders."""
    rows = Line.objects.filter(chat__in=_about(case_ids)).exclude(side="house")
    return int(rows.exclude(text="", sha256="").count())


def forget_words(case_ids: Collection[int], who: Identity) -> None:
    """Take away what was written in chats about these orders; times and figures stay."""
    lines.forget(_about(case_ids).values_list("pk", flat=True))
