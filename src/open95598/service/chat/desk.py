"""What agents do in chats: all writes of that side. The contact says whose a chat is; its services change that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Forbidden, Impossible, Invalid, Refused
from open95598.foundation.files import store
from open95598.foundation.notices.services import send
from open95598.foundation.people.models import Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.people.reveal import facts_of
from open95598.foundation.people.rights import load
from open95598.foundation.rulebook import store as rulebooks
from open95598.foundation.units.models import Unit
from open95598.service.chat import customer, lines, marks, queries, transcript
from open95598.service.chat.kinds import LIVE, Side, State, What
from open95598.service.chat.models import Chat, Line, Presence
from open95598.service.contacts import services as contacts
from open95598.service.contacts.kinds import State as ContactState
from open95598.service.contacts.models import Contact
from open95598.service.intake.speech import Advice, advise

#: how often a page says that its agent is there
EVERY = timedelta(seconds=10)
#: after the last page was closed, another one may open for so long
GRACE = timedelta(seconds=30)


class Ill(Refused):
    """Words that should not go out as they are (1.2); ``advice`` says what would be better."""

    status = 409
    code = "speech"

    def __init__(self, advice: tuple[Advice, ...]) -> None:
        super().__init__(_("Look at the wording before it goes out."))
        self.advice = advice


def present(person_id: int, now: datetime) -> None:
    """Keep that an agent's pages are there. One statement, and none when they were heard of just now."""
    if not Presence.objects.filter(person_id=person_id, seen_at__gt=now - EVERY).exists():
        Presence.objects.update_or_create(person_id=person_id, defaults={"seen_at": now})


def away(person_id: int, now: datetime) -> None:
    """Keep that an agent's last page was closed: unless another one opens soon, the agent is gone."""
    silent = timedelta(seconds=rulebooks.current(now).chat.agent_silent)
    Presence.objects.filter(person_id=person_id).update(seen_at=now - silent + GRACE)


def take_next(actor: Actor, agent: Person, now: datetime, *, topic: str = "") -> Chat | None:
    """Take the chat that waits longest (those at the front first), of a topic if one is named; None when none waits.

    What a colleague is better at (``queries.kept_back``) is left to them for the rulebook's ``skill_wait``.
    Two agents who ask at once get different ones. Raises ``Impossible`` when the agent leads as many as they may.
    """
    if actor.rights is None:
        raise Forbidden(_("Say who takes the chat."))
    with transaction.atomic():
        _room_for_one(agent, now)
        rows = Chat.objects.restrict(actor.rights, Permission.CASE_ANSWER).filter(state=State.WAITING)
        rows = rows.filter(topic=topic) if topic else rows.exclude(queries.left_to_others(agent, now))
        found = rows.order_by("-front", "waiting_since", "pk").select_for_update(of=("self",), skip_locked=True).first()
        if found is None:
            return None
        return _take(lines.locked(found.pk), actor, agent, now)


def take(chat: Chat, actor: Actor, agent: Person, now: datetime) -> Chat:
    """Take one chat that waits. Raises ``Impossible`` when somebody has it, or the agent leads as many as they may."""
    with transaction.atomic():
        _room_for_one(agent, now)
        row = lines.locked(chat.pk)
        if not actor.may(Permission.CASE_ANSWER, facts_of(row.contact)):
            raise Forbidden(_("You may not take this chat."))
        if row.state != State.WAITING:
            raise Impossible(_("This chat waits no more: somebody took it, or the customer went away."))
        return _take(row, actor, agent, now)


def _room_for_one(agent: Person, now: datetime) -> None:
    """Refuse one more than an agent may lead; whoever asks at the same time for the same agent waits for the answer."""
    Presence.objects.update_or_create(person=agent, defaults={"seen_at": now})
    Presence.objects.select_for_update().get(person=agent)
    most = rulebooks.current(now).chat.at_once
    led = Chat.objects.system("one's own").filter(contact__owner=agent, state=State.TALKING).count()
    if led >= most:
        raise Impossible(_("%(person)s leads %(n)d chats already.") % {"person": agent.name, "n": led})


def _take(row: Chat, actor: Actor, agent: Person, now: datetime) -> Chat:
    row.contact = contacts.take(row.contact, actor, agent, now)
    if row.proved and row.contact.phone and row.contact.customer_id is None and not row.contact.hushed:
        row.contact = contacts.note(row.contact, actor, {"phone": row.contact.phone}, now)
    row.state, row.front, row.origin = State.TALKING, False, ""
    row.taken_at = row.taken_at or now
    row.save(update_fields=("state", "front", "origin", "taken_at"))
    lines.news(row, "taken", now, name=agent.name)
    lines.tell(row, lines.TAKEN, now, everybody=True)
    return row


def own(row: Chat, actor: Actor) -> Chat:
    """Return the chat if the actor leads it. Raises ``Forbidden``."""
    if row.contact.owner_id is None or row.contact.owner_id != actor.person_id:
        raise Forbidden(_("You do not lead this chat."))
    return row


def say(chat: Chat, actor: Actor, key: str, text: str, now: datetime, *, sure: bool = False) -> Line:
    """Write a line to the customer; the same key is the same line.

    Raises ``Ill`` for words that the speech rules (1.2) speak against, unless the agent is ``sure``; ``Forbidden``,
    ``Invalid``, ``Impossible``.
    """
    lines.of_key(key)
    with transaction.atomic():
        row = own(lines.locked(chat.pk), actor)
        if (before := lines.known(row, Side.AGENT, key)) is not None:
            return before
        said = lines.plain(text)
        if row.state != State.TALKING:
            raise Impossible(_("This conversation is over."))
        advice = () if sure else advise(rulebooks.current(now).intake, said, row.contact.kind)
        if advice:
            raise Ill(advice)
        row.agent_writes_at = None
        row.save(update_fields=("agent_writes_at",))
        return lines.write(row, Side.AGENT, What.TEXT, now, key=key, text=said, **_by(actor))


def note(chat: Chat, actor: Actor, key: str, text: str, now: datetime) -> Line:
    """Write a note that only the desk sees. Raises as ``say``."""
    lines.of_key(key)
    with transaction.atomic():
        row = own(lines.locked(chat.pk), actor)
        return lines.write(row, Side.AGENT, What.NOTE, now, key=key, text=lines.plain(text), **_by(actor))


def send_file(chat: Chat, actor: Actor, key: str, upload: Any, now: datetime) -> Line:
    """Send a file to the customer. Raises as ``say``, and what the store does not accept."""
    lines.of_key(key)
    if not upload:
        raise Invalid(_("Some fields need your attention."), fields={"file": _("Choose a file first.")})
    if (before := lines.known(own(chat, actor), Side.AGENT, key)) is not None:
        return before
    if chat.state != State.TALKING:
        raise Impossible(_("This conversation is over."))
    kept = store.put(upload.file, upload.name or "", upload.content_type or "", limit=lines.MAX_FILE)
    with transaction.atomic():
        row = own(lines.locked(chat.pk), actor)
        return lines.write(row, Side.AGENT, What.FILE, now, key=key, file=kept, **_by(actor))


def _by(actor: Actor) -> dict[str, Any]:
    return {"person": Person.objects.filter(pk=actor.person_id or 0).first()}


def seen(chat: Chat, read: int, writes: bool, now: datetime) -> Chat:
    """Keep how far the agent's page showed the lines, and whether the agent is writing."""
    moved = marks.forward(chat.agent_read, read, chat.last) > chat.agent_read
    begins = writes and (chat.agent_writes_at is None or now - chat.agent_writes_at >= customer.EVERY)
    if not (moved or begins):
        return chat
    with transaction.atomic():
        row = lines.locked(chat.pk)
        row.agent_read = marks.forward(row.agent_read, read, row.last)
        row.agent_writes_at = now if begins else row.agent_writes_at
        row.save(update_fields=("agent_read", "agent_writes_at"))
        lines.tell(row, lines.WRITING, now)
    return row


def hand_to(chat: Chat, actor: Actor, agent: Person, words: str, now: datetime) -> Chat:
    """Hand a chat over to another agent, with a note for them; what was written goes along.

    Raises ``Impossible`` when it is over or the other agent leads as many as they may, ``Invalid``, ``Forbidden``.
    """
    with transaction.atomic():
        _room_for_one_of(agent, now)
        row = _to_hand(chat, actor)
        _note_along(row, actor, words, now)
        row.contact = contacts.take(row.contact, actor, agent, now)
        row.agent_writes_at = None
        row.save(update_fields=("agent_writes_at",))
        lines.news(row, "handed", now, name=agent.name)
        lines.tell(row, lines.TAKEN, now, everybody=True)
    return row


def _room_for_one_of(agent: Person, now: datetime) -> None:
    """As ``_room_for_one``, of somebody else: who is not at their pages cannot be handed a chat."""
    silent = timedelta(seconds=rulebooks.current(now).chat.agent_silent)
    there = Presence.objects.select_for_update().filter(person=agent, seen_at__gt=now - silent).exists()
    if not there:
        reason = _("%(person)s is not at the chat now.") % {"person": agent.name}
        raise Invalid(_("Some fields need your attention."), fields={"to": reason})
    most = rulebooks.current(now).chat.at_once
    if Chat.objects.system("theirs").filter(contact__owner=agent, state=State.TALKING).count() >= most:
        reason = _("%(person)s leads %(n)d chats already.") % {"person": agent.name, "n": most}
        raise Invalid(_("Some fields need your attention."), fields={"to": reason})


def hand_on(chat: Chat, actor: Actor, unit: Unit, words: str, now: datetime) -> Chat:
    """Hand a chat over to a group: it waits at the front of that unit's queue. Raises as ``hand_to``."""
    with transaction.atomic():
        row = _to_hand(chat, actor)
        _note_along(row, actor, words, now)
        _queue_again(row, unit, actor, now, "handed_on", unit.name)
    return row


def _to_hand(chat: Chat, actor: Actor) -> Chat:
    row = own(lines.locked(chat.pk), actor)
    if row.state != State.TALKING:
        raise Impossible(_("This conversation is over."))
    return row


def _note_along(row: Chat, actor: Actor, words: str, now: datetime) -> None:
    if not words.strip():
        reason = _("Say in a few words what the matter is and what was done.")
        raise Invalid(_("Some fields need your attention."), fields={"note": reason})
    lines.write(row, Side.AGENT, What.NOTE, now, text=lines.plain(words), **_by(actor))


def give_back(chat: Chat, now: datetime) -> bool:
    """Put a chat whose agent is gone back to the front of the queue, and tell the customer; False when it is not so."""
    with transaction.atomic():
        row = lines.locked(chat.pk)
        silent = timedelta(seconds=rulebooks.current(now).chat.agent_silent)
        seen_at = Presence.objects.filter(person=row.contact.owner_id, seen_at__gt=now - silent)
        if row.state != State.TALKING or seen_at.exists():
            return False
        name = row.contact.owner.name if row.contact.owner else ""
        _queue_again(row, row.contact.unit, Actor.house("chat"), now, "gone", name)
    return True


def _queue_again(row: Chat, unit: Unit, actor: Actor, now: datetime, why: str, name: str) -> None:
    row.contact = contacts.put_back(row.contact, unit, actor, now, why)
    row.state, row.front, row.waiting_since, row.agent_writes_at = State.WAITING, True, now, None
    row.customer_seen_at = now  # whoever was kept waiting by us is not given up at once
    row.save(update_fields=("state", "front", "waiting_since", "agent_writes_at", "customer_seen_at"))
    lines.news(row, why, now, name=name)
    lines.tell(row, lines.WAITING, now, everybody=True)


def end(chat: Chat, actor: Actor, outcome: str, now: datetime, *, done: bool = True) -> Chat:
    """End a chat with what came of it (the contact's outcome); ``done``: nothing is left to do afterwards.

    The customer gets what was written by e-mail, if they gave an address. Raises ``Invalid``, ``Impossible``.
    """
    with transaction.atomic():
        row = own(lines.locked(chat.pk), actor)
        if row.state == State.WAITING or row.contact.state != ContactState.OPEN:
            raise Impossible(_("This conversation is over."))
        keep_words(row, actor, now)
        if row.state == State.TALKING:
            lines.news(row, "ended_agent", now, name=actor.name)
            customer.close(row, State.ENDED, now)
        row.contact = contacts.end(row.contact, outcome, actor, now)
        if done:
            row.contact = contacts.finish(row.contact, actor, now)
        if row.email:
            with translation.override("en" if row.language == "en" else "zh-hans"):
                subject, body = transcript.letter(row)
            send("email", row.email, subject, body, now, f"chat/{row.pk}/transcript")
        if row.contact.hushed:
            lines.forget([row.pk])
    return row


def keep_words(row: Chat, actor: Actor, now: datetime) -> None:
    """Write the customer's own words into the contact, unless somebody wrote others there: what an order is about."""
    said, known = lines.said_by_customer(row)[: contacts.LONGEST], row.contact.words
    if said != known and said.startswith(known) and not row.contact.hushed:
        row.contact = contacts.note(row.contact, actor, {"words": said}, now)


def agent_of(username_or_id: str, now: datetime, unit: Unit) -> Person:
    """Return the agent that a form names. Raises ``Invalid`` (field ``to``)."""
    pk = int(username_or_id) if username_or_id.isdecimal() and len(username_or_id) < 18 else 0
    found = Person.objects.select_related("unit").filter(pk=pk, is_active=True).first()
    if found is None or not load(found, now).at(Permission.CASE_ANSWER, unit.lineage):
        reason = _("Choose somebody who answers customers at this unit.")
        raise Invalid(_("Some fields need your attention."), fields={"to": reason})
    return found


def hushed(contact: Contact) -> None:
    """Take away what was written when a contact led to a sealed order; while it lasts, at its end (``end``)."""
    row = Chat.objects.system("its contact is hushed").filter(contact=contact).first()
    if row is not None and row.state not in LIVE:
        lines.forget([row.pk])
