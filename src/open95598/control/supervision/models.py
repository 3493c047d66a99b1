"""The supervision (督办) beside its case, and the marks on orders that call for one."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.service.workorders.models import WorkOrder

SupervisionManager = models.Manager.from_queryset(ScopedQuerySet)
BY_HAND = "by_hand"


def _person() -> Any:
    """Return a column that names a person; nobody looks for supervisions by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


class Supervision(models.Model):
    """A supervision of an order: a case of its own below it, at the unit that is supervised.

    ``trigger``: the rulebook's code, or ``by_hand`` with the ``reason`` that somebody gave. A trigger makes one
    supervision of an order, ever, unless its cause turned out to be none. ``number`` is the order's.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="supervision")
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="supervisions")
    number = models.CharField(max_length=40)
    trigger = models.CharField(max_length=64)
    reason = models.CharField(max_length=40, blank=True, default="")
    serious = models.BooleanField(default=False)
    #: category of the order: limits may depend on it
    category = models.CharField(max_length=60, blank=True, default="")
    #: what is asked, in the words of whoever asked by hand
    demand = models.TextField(blank=True, default="")
    wanted_by = models.DateTimeField(null=True)
    by = _person()
    #: who had the order in hand when it was issued
    supervised = _person()
    noted_by = _person()
    noted_at = models.DateTimeField(null=True)
    second_by = _person()
    second_at = models.DateTimeField(null=True)
    #: the unit's answer: measures, and until when it promises to be done
    measures = models.TextField(blank=True, default="")
    promised_at = models.DateTimeField(null=True)
    answered_by = _person()
    answered_at = models.DateTimeField(null=True)
    rejections = models.SmallIntegerField(default=0)
    decision = models.TextField(blank=True, default="")
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)
    #: when it turned out that the limit was kept after all: then a later trigger counts anew
    cleared_at = models.DateTimeField(null=True)

    objects = SupervisionManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order", "trigger"), name="supervision_once", condition=~Q(trigger=BY_HAND) & Q(cleared_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}/{self.case_id}"

    def ends(self, clock: str) -> datetime | None:
        """Return when a clock ends that somebody set a time for: the answer wanted by, the promise given."""
        return {"supervision_answer": self.wanted_by, "promise": self.promised_at}.get(clock)

    def involved(self) -> set[int]:
        """Return the ids of those whose own work this is about: they do not judge it.

        Who had the order when it was issued, who has it now, and who answered for the unit.
        """
        people = (self.supervised_id, self.answered_by_id, self._order[0])
        return {person for person in people if person is not None}

    def order_open(self) -> bool:
        """Say whether the order is still being handled."""
        return self._order[1]

    def order_unit_id(self) -> int:
        """Return the id of the unit that has the order now."""
        return self._order[2]

    @cached_property
    def _order(self) -> tuple[int | None, bool, int]:
        """Who has the order, whether it is open, and at which unit. Read once for as long as this row is in hand."""
        rows = Case.objects.system("the supervised order").filter(pk=self.order_id)
        return rows.values_list("owner_id", "is_open", "unit_id").get()


class OrderMark(models.Model):
    """A mark on an order (media, important customer, danger …), from the rulebook's list ``order_marks``."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="marked")
    mark = models.CharField(max_length=40)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("order", "mark"), name="order_mark_once"),)
