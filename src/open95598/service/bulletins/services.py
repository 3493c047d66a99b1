"""All writes of bulletins: proposed, posted, corrected, withdrawn, acknowledged, brought to mind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.casework.actors import Actor
from open95598.casework.inputs import in_zone
from open95598.foundation.errors import Forbidden, Impossible, Invalid, NotFound, Stale
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal import services as journal
from open95598.foundation.journal.models import Stream
from open95598.foundation.masking import mask_text
from open95598.foundation.notices.services import notify
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.bulletins import queries
from open95598.service.bulletins.matching import split
from open95598.service.bulletins.models import Bulletin, Receipt, Severity, State, Wording
from open95598.service.workorders import queries as orders

#: what screens hear: the desks' strips (and the lists of who leads them) fetch themselves again
CHANGED = "bulletin.changed"
#: heard by this room: the time of a bulletin has come, is over, or it was not acknowledged for so long
DUE, UNSEEN = "bulletin.due", "bulletin.unseen"
#: after so long whoever has not acknowledged is told once more by the bell
PATIENCE = timedelta(minutes=15)
LONGEST, TITLE, MOST_WORDS = 2000, 120, 20
#: what makes a new version: everything that a desk reads
SAID = ("title", "text", "severity", "words", "category", "valid_from", "valid_until")


def post(actor: Actor, told: Mapping[str, Any], unit: Unit, now: datetime) -> Bulletin:
    """Post a bulletin to all desks of a unit and below.

    ``told``: ``title``, ``text``, ``severity``, ``words`` (a list, or one text with commas), ``category``, ``order``
    (its number), ``valid_from`` (now) and ``valid_until`` (until withdrawn).
    Raises ``Forbidden`` for whoever leads no shift there, ``Invalid`` naming the fields.
    """
    _must_lead(actor, unit.lineage)
    facts = _read(actor, told, now)
    with transaction.atomic():
        row = Bulletin.objects.create(
            **facts, unit=unit, scope=unit.lineage, state=State.POSTED, posted_by_id=actor.person_id, posted_at=now
        )
        _word(row, actor, now)
        _write(row, "bulletin.posted", actor, now)
        _tell(row, now)
    return row


def propose(actor: Actor, told: Mapping[str, Any], unit: Unit, now: datetime) -> Bulletin:
    """Tell the shift leader of something that all desks should know (H17); it is posted, or not, by them.

    Raises ``Forbidden`` for somebody who sits at no desk there, ``Invalid`` naming the fields.
    """
    rights = actor.rights
    if rights is None or actor.person_id is None or not rights.at(queries.Permission.CASE_NOTE, unit.lineage):
        raise Forbidden(_("You have no right to do this here."))
    facts = _read(actor, told, now)
    with transaction.atomic():
        row = Bulletin.objects.create(
            **facts, unit=unit, scope=unit.lineage, state=State.PROPOSED, proposed_by_id=actor.person_id,
            proposed_at=now,
        )  # fmt: skip
        _write(row, "bulletin.proposed", actor, now)
        leaders = queries.leaders(unit, now)
        title = Label(f"建议发布公告：{row.title}", f"A bulletin is proposed: {row.title}")
        notify(leaders, "bulletin.proposed", title, row.text[:500], now=now, key=f"{row.stream}/proposed")
        _say(row, leaders, now)
    return row


def accept(row: Bulletin, actor: Actor, told: Mapping[str, Any], now: datetime) -> Bulletin:
    """Post what was proposed, as the leader words it. Raises as ``post``, ``Impossible`` when it was decided."""
    with transaction.atomic():
        found = _locked(row, actor, State.PROPOSED)
        _take(found, _read(actor, told, now, found))
        found.state, found.posted_by_id, found.posted_at = State.POSTED, actor.person_id, now
        found.save()
        _word(found, actor, now)
        _write(found, "bulletin.posted", actor, now)
        _answer(found, Label(f"您建议的公告已发布：{found.title}", f"Your bulletin was posted: {found.title}"), now)
        _tell(found, now)
    return found


def decline(row: Bulletin, actor: Actor, reason: str, now: datetime) -> Bulletin:
    """Do not post what was proposed; whoever proposed it is told why."""
    with transaction.atomic():
        found = _locked(row, actor, State.PROPOSED)
        _close(found, State.DECLINED, actor, reason, now)
        _write(found, "bulletin.declined", actor, now)
        _answer(found, Label(f"您建议的公告未发布：{found.title}", f"Your bulletin was not posted: {found.title}"), now)
        _say(found, queries.leaders(found.unit, now), now)
    return found


def correct(
    row: Bulletin, actor: Actor, told: Mapping[str, Any], why: str, now: datetime, *, version: int | None = None
) -> Bulletin:
    """Give a bulletin another text: a new version that every desk acknowledges anew.

    Raises ``Stale`` for another ``version``, ``Impossible`` once withdrawn, ``Invalid`` when nothing is changed.
    """
    with transaction.atomic():
        found = _locked(row, actor, State.POSTED, version)
        before = {name: getattr(found, name) for name in SAID}
        _take(found, _read(actor, told, now, found))
        if before == {name: getattr(found, name) for name in SAID}:
            raise Invalid(_("Nothing was changed."))
        found.version += 1
        found.save()
        _word(found, actor, now, _reason(why, required=False))
        _write(found, "bulletin.corrected", actor, now)
        _tell(found, now)
    return found


def withdraw(row: Bulletin, actor: Actor, reason: str, now: datetime, *, version: int | None = None) -> Bulletin:
    """Take a bulletin back: it goes from all desks and stays in the archive."""
    with transaction.atomic():
        found = _locked(row, actor, State.POSTED, version)
        _close(found, State.WITHDRAWN, actor, reason, now)
        _write(found, "bulletin.withdrawn", actor, now)
        _say(found, _everybody(found, now), now)
    return found


def acknowledge(row: Bulletin, actor: Actor, now: datetime, *, version: int | None = None) -> None:
    """Write down that somebody has read the present version. Twice is once.

    Raises ``Stale`` when it was corrected since it was shown (``version``): there is something new to read.
    """
    if actor.person_id is None:
        raise Forbidden(_("You have no right to do this here."))
    with transaction.atomic():
        found = _row(row.pk)
        if found.state != State.POSTED:
            raise Impossible(_("This bulletin does not hold any more."))
        if version is not None and version != found.version:
            raise Stale(_("The bulletin was corrected meanwhile: read it again."))
        seen = {"bulletin": found, "person_id": actor.person_id, "version": found.version}
        made = Receipt.objects.get_or_create(**seen, defaults={"at": now})[1]
        if made:
            _say(found, [actor.person_id, *([found.posted_by_id] if found.posted_by_id else [])], now)


def remind(row: Bulletin, actor: Actor, now: datetime) -> int:
    """Ring the bell of everybody who has not acknowledged; return how many. Raises ``Impossible`` when it holds not."""
    with transaction.atomic():
        found = _locked(row, actor, State.POSTED)
        if not found.holds(now):
            raise Impossible(_("This bulletin does not hold any more."))
        missing = [person.pk for person in queries.roll(found, now).missing]
        count = ring(found, missing, now, f"{now:%Y%m%d%H%M}")
        _write(found, "bulletin.reminded", actor, now, {"people": count})
    return count


def ring(row: Bulletin, people: Collection[int], now: datetime, turn: str) -> int:
    """Bring a bulletin to people's mind by the bell, once a ``turn``; return how many had not heard."""
    title = Label(f"公告待确认：{row.title}", f"A bulletin waits to be acknowledged: {row.title}")
    key = f"{row.stream}/{row.version}/{turn}"
    return len(notify(people, "bulletin.unseen", title, row.text[:500], now=now, key=key))


def _must_lead(actor: Actor, lineage: Collection[int]) -> None:
    if actor.rights is None or actor.person_id is None or not actor.rights.at(queries.POSTS, lineage):
        raise Forbidden(_("Only whoever leads a shift of this unit posts its bulletins."))


def _row(pk: int) -> Bulletin:
    found: Bulletin | None = (
        Bulletin.objects.system("judged by the caller").select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if found is None:
        raise NotFound(pgettext("bulletin", "There is no such bulletin."))
    return found


def _locked(row: Bulletin, actor: Actor, state: State, version: int | None = None) -> Bulletin:
    found = _row(row.pk)
    _must_lead(actor, found.scope)
    if version is not None and version != found.version:
        raise Stale(_("Somebody changed this bulletin meanwhile."))
    if found.state != state:
        raise Impossible(_("This bulletin was decided already."))
    return found


def _take(row: Bulletin, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _close(row: Bulletin, state: State, actor: Actor, reason: str, now: datetime) -> None:
    row.state, row.reason = state, _reason(reason)
    row.closed_by_id, row.closed_at = actor.person_id, now
    row.save(update_fields=("state", "reason", "closed_by", "closed_at"))


def _reason(text: str, *, required: bool = True) -> str:
    found = text.replace("\x00", "").strip()
    if len(found) > 500 or (required and not found):
        raise Invalid(_("Some fields need your attention."), fields={"reason": _("Give the reason (500 characters).")})
    return found


def _read(actor: Actor, told: Mapping[str, Any], now: datetime, before: Bulletin | None = None) -> dict[str, Any]:
    """Check what a bulletin says. Raises ``Invalid`` naming every wrong field."""
    wrong: dict[str, Any] = {}
    texts = {n: str(told.get(n) or "").replace("\x00", "").replace("\r\n", "\n").strip() for n in ("title", "text")}
    for name, most in (("title", TITLE), ("text", LONGEST)):
        if not texts[name] or len(texts[name]) > most:
            wrong[name] = _("Between 1 and %(limit)s characters.") % {"limit": most}
        elif mask_text(texts[name]) != texts[name]:
            wrong[name] = _("It goes to every desk: leave out telephone and identity numbers.")
    severity = str(told.get("severity") or Severity.INFO)
    if severity not in Severity.values:
        wrong["severity"] = _("Say how much it presses.")
    given = told.get("words") or ""
    words = split(given if isinstance(given, str) else "\n".join(map(str, given)))
    if len(words) > MOST_WORDS or any(len(word) > 40 or "\x00" in word for word in words):
        wrong["words"] = _("At most %(n)s words of 40 characters.") % {"n": MOST_WORDS}
    elif any(len(word) < 2 for word in words):
        wrong["words"] = _("Each at least two characters: a single one would be found everywhere.")
    category = str(told.get("category") or "")
    if category and not store.current(now).has_category(category):
        wrong["category"] = _("There is no such category.")
    start = _time(told, "valid_from", wrong) or (before.valid_from if before else now)
    end = _time(told, "valid_until", wrong)
    if end is not None and end <= max(start, now):
        wrong["valid_until"] = _("It would be over before it is read.")
    case_id = None
    if told.get("order"):
        try:
            order = orders.get(actor.rights, str(told["order"]).strip()[:60]) if actor.rights else None
        except NotFound as none:
            order, wrong["order"] = None, str(none.detail)
        if order is not None and (order.sealed or order.case.confidential):
            wrong["order"] = _("Nothing about a confidential order goes to all desks.")
        case_id = order.pk if order is not None else None
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return {
        **texts, "severity": severity, "words": words, "category": category, "order_id": case_id,
        "valid_from": start, "valid_until": end,
    }  # fmt: skip


def _time(told: Mapping[str, Any], name: str, wrong: dict[str, Any]) -> datetime | None:
    raw = told.get(name)
    if not raw:
        return None
    try:
        found = raw if isinstance(raw, datetime) else parse_datetime(str(raw))
        if found is None:
            raise ValueError
        return in_zone(found)
    except (ValueError, OverflowError):
        wrong[name] = _("Give a date and time such as 2026-01-31T08:30.")
        return None


def _word(row: Bulletin, actor: Actor, now: datetime, why: str = "") -> None:
    said = {name: getattr(row, name) for name in SAID if name != "category"}
    Wording.objects.create(bulletin=row, version=row.version, by_id=actor.person_id or 0, at=now, why=why, **said)


def _write(row: Bulletin, kind: str, actor: Actor, now: datetime, more: Mapping[str, Any] | None = None) -> None:
    data = {"version": row.version, "severity": row.severity, "unit": row.unit_id, "via": actor.via, **(more or {})}
    draft = journal.Draft(Stream(), row.stream, kind, now, actor.person_id, actor.name, data=data)
    journal.append_to_stream(row.stream, [draft])  # which sets its head


def _everybody(row: Bulletin, now: datetime) -> list[int]:
    return list(queries.desks(row.unit_id, now).values_list("pk", flat=True))


def _tell(row: Bulletin, now: datetime) -> None:
    """Bring it to all desks at once, or when its time comes; and to mind when it was not acknowledged for a while."""
    began = max(row.valid_from, now)
    told = {"bulletin": row.pk, "version": row.version}
    later = [Said(UNSEEN, row.stream, began + PATIENCE, payload=told)]
    if row.valid_from > now:
        later.append(Said(DUE, row.stream, row.valid_from, payload=told))
    if row.valid_until is not None:
        later.append(Said(DUE, row.stream, row.valid_until, payload=told))
    say(later)
    _say(row, _everybody(row, now), now)


def _say(row: Bulletin, people: Collection[int], now: datetime) -> None:
    if people:
        say([Said(CHANGED, row.stream, now, payload={"person_ids": sorted(set(people)), "kind": "bulletin"})])


def again(row: Bulletin, now: datetime) -> None:
    """Let all desks fetch their strips again: its time has come, or is over."""
    _say(row, _everybody(row, now), now)


def _answer(row: Bulletin, title: Label, now: datetime) -> None:
    if row.proposed_by_id:
        notify([row.proposed_by_id], "bulletin.decided", title, row.reason, now=now, key=f"{row.stream}/decided")


def unit_of(actor_person: Person, rights: Any, wanted: int | None = None) -> Unit:
    """Return the unit at which somebody posts: the wanted one, else their own, else the first where they may.

    Raises ``Forbidden`` when there is none.
    """
    held = rights.units(queries.POSTS)
    if wanted is not None:
        found = Unit.objects.filter(pk=wanted, closed_on=None).first()
    elif not held.isdisjoint(actor_person.unit.lineage):
        found = actor_person.unit
    else:
        found = Unit.objects.filter(pk__in=sorted(held), closed_on=None).order_by("pk").first()
    if found is None or held.isdisjoint(found.lineage):
        raise Forbidden(_("Only whoever leads a shift of this unit posts its bulletins."))
    return found
