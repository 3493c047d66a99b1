"""Two rows of one customer become one, and two again: what moved is written down, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from open95598.casework.actors import Actor
from open95598.foundation.errors import Impossible, NotFound
from open95598.registry.customers import hooks
from open95598.registry.customers.models import AccountParty, ContactPoint, Customer, CustomerMerge
from open95598.registry.customers.services import locked, must_care, reason_of, reckon_spread, write

_WHY = "both customers' rights were asked"
#: what the one that goes on takes from the other where it had nothing itself
_FILLED = ("importance", "tier", "manager_id", "protected")


def merge(kept_id: int, gone_id: int, reason: str, actor: Actor, now: datetime) -> CustomerMerge:
    """Merge the customer ``gone_id`` into ``kept_id``: accounts and contacts go over, the one that goes is closed.

    What both have (the same role in an account, the same number) stays with each. Whoever was protected or important
    is so afterwards; where that changes the one who goes on, it needs CUSTOMER_CARE. Raises ``Impossible`` for a
    customer and itself, ``Forbidden``.
    """
    reason = reason_of(reason)
    if kept_id == gone_id:
        raise Impossible(_("A customer is not merged with itself."))
    with transaction.atomic():
        both = {pk: locked(pk, actor) for pk in sorted((kept_id, gone_id))}  # in order: two mergers do not block
        kept, gone = both[kept_id], both[gone_id]
        moved = {"parties": _parties(kept, gone), "contacts": _contacts(kept, gone)}
        was = _care(kept, {name: getattr(kept, name) or getattr(gone, name) for name in _FILLED}, actor, now)
        gone.merged_into, gone.closed_at = kept, now
        gone.save(update_fields=["merged_into", "closed_at"])
        done = CustomerMerge.objects.create(
            kept=kept, gone=gone, at=now, by_id=actor.person_id, reason=reason, moved={**moved, "was": was}
        )
        reckon_spread(kept)
        told = {"merge": done.pk, "kept": kept.pk, "gone": gone.pk, "reason": reason, **moved}
        write(kept, "customer.merged", actor, now, told)
        write(gone, "customer.merged", actor, now, told)
    return done


def unmerge(merge_id: int, reason: str, actor: Actor, now: datetime) -> Customer:
    """Take a merger back: what moved and is still there goes home, the customer who had gone is open again."""
    reason = reason_of(reason)
    with transaction.atomic():
        done = CustomerMerge.objects.select_for_update().filter(pk=merge_id).first()
        if done is None:
            raise NotFound(_("There is no such merger."))
        if done.undone_at is not None:
            raise Impossible(_("The merger was taken back already."))
        later = CustomerMerge.objects.filter(kept=done.kept_id, undone_at=None, pk__gt=done.pk)
        if later.exists():
            raise Impossible(_("Take the later merger back first."))
        kept = locked(done.kept_id, actor)
        gone: Customer = Customer.objects.system(_WHY).select_for_update(no_key=True).get(pk=done.gone_id)
        moved = done.moved
        for model, name in ((AccountParty, "parties"), (ContactPoint, "contacts")):
            rows: Any = model.objects.system(_WHY)
            rows.filter(pk__in=moved[name], customer=kept).update(customer=gone)
        # what somebody changed since the merger stays
        came = {name: value for name, value in moved["was"].items() if getattr(kept, name) == getattr(gone, name)}
        _care(kept, came, actor, now)
        gone.merged_into, gone.closed_at = None, None
        gone.save(update_fields=["merged_into", "closed_at"])
        done.undone_at = now
        done.save(update_fields=["undone_at"])
        reckon_spread(kept)
        reckon_spread(gone)
        told = {"merge": done.pk, "kept": kept.pk, "gone": gone.pk, "reason": reason}
        write(kept, "customer.unmerged", actor, now, told)
        write(gone, "customer.unmerged", actor, now, told)
    return gone


def _care(kept: Customer, wanted: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, Any]:
    """Give the one who goes on these columns, heard of by the rooms above; return what those that changed were."""
    changed = {name: value for name, value in wanted.items() if value != getattr(kept, name)}
    must_care(actor, kept.unit, set(changed))
    was = {name: getattr(kept, name) for name in changed}
    for name, value in changed.items():
        setattr(kept, name, value)
    if changed:
        kept.save(update_fields=list(changed))
    for hear in hooks.changes if changed else ():
        hear(kept, changed, was, actor, now)
    return was


def _parties(kept: Customer, gone: Customer) -> list[int]:
    rows = AccountParty.objects.system(_WHY)
    has = set(rows.filter(customer=kept, valid_to=None).values_list("account_id", "role"))
    theirs = rows.filter(customer=gone)
    ids = [p.pk for p in theirs if p.valid_to is not None or (p.account_id, p.role) not in has]
    rows.filter(pk__in=ids).update(customer=kept)
    return ids


def _contacts(kept: Customer, gone: Customer) -> list[int]:
    rows = ContactPoint.objects.system(_WHY)
    has = set(rows.filter(customer=kept, valid_to=None).values_list("kind", "value"))
    ids = [c.pk for c in rows.filter(customer=gone) if c.valid_to is not None or (c.kind, c.value) not in has]
    prefers = rows.filter(customer=kept, preferred=True).exists()
    rows.filter(pk__in=ids).update(customer=kept, **({"preferred": False} if prefers else {}))
    return ids
