"""The order beside its case: what the customer said, where, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from open95598.casework.models import Case
from open95598.foundation.people.rights import ScopedQuerySet
from open95598.foundation.units import queries as tree
from open95598.foundation.words import Label

OrderManager = models.Manager.from_queryset(ScopedQuerySet)


@ArrayField.register_lookup
class Holds(ArrayContains):
    """``contains`` that no index serves: for walking a list in its order, where most rows match soon."""

    lookup_name = "holds"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the SQL: the operator's function, which no index serves and a third of the rows is expected of."""
        column, given = self.process_lhs(compiler, connection)
        keys, wanted = self.process_rhs(compiler, connection)
        return f"arraycontains({column}, {keys})", (*given, *wanted)


def _person() -> Any:
    """Return a column that names a person; nobody looks for orders by it."""
    return models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


def _unit() -> Any:
    """Return a column that names a unit; nobody looks for orders by it."""
    return models.ForeignKey("units.Unit", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")


#: rooms above that mark orders (by the case's id) say which marks one has
marked_as: list[Callable[[int], Iterable[str]]] = []


class WorkOrder(models.Model):
    """Any 95598 order (工单). Its kind, state, unit and clocks are the case's.

    ``search`` holds hashed character pairs of the words (``words.search_keys``); ``place`` the address in its plain
    form, for hints at the same place.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="order")
    number = models.CharField(max_length=40, unique=True)
    category = models.CharField(max_length=60)
    priority = models.CharField(max_length=8, default="normal")
    description = models.TextField()
    contact_name = models.CharField(max_length=80, blank=True, default="")
    contact_phone = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    place = models.CharField(max_length=300, blank=True, default="")
    #: whose supply it is about, where that is known; never of an order whose teller is to stay unknown
    account = models.ForeignKey(
        "customers.CustomerAccount", db_index=False, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    channel = models.CharField(max_length=24)
    anonymous = models.BooleanField(default=False)
    #: the customer asked that their identity be kept secret: never shown but to those with the right to it
    confidential = models.BooleanField(default=False)
    #: who told it is kept apart (``Sealed``); the description is the receiving desk's, "" while it is not written yet
    sealed = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    registered_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    #: who keeps the promise to the customer (首问负责人, B3), whatever unit handles it; who was asked to take it over
    keeper = _person()
    keeper_asked = _person()
    keeper_why = models.CharField(max_length=16, blank=True, default="")
    #: until the order is archived; again when it is reopened
    promise_open = models.BooleanField(default=True)
    source = models.CharField(max_length=40, blank=True, default="")
    source_ref = models.CharField(max_length=120, blank=True, default="")
    #: why it should go where it goes, as the routing rules explained it: {"zh": …, "en": …}
    route_note = models.JSONField(default=dict)
    #: the tier of its customer for which it is handled first (B7); "": none raised its priority
    preferred_for = models.CharField(max_length=10, blank=True, default="", db_default="")
    #: the walk through the triage's form (``intake.triage.as_data``): codes, nothing personal; None: not triaged
    triage = models.JSONField(null=True)

    dispatched_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    crew_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    diagnosed_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    appointment_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    #: when the customer was first told the answer, spoken to (``contacted_at``: was first spoken to)
    answered_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    called_back_at = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    #: when the customer was promised to be called; what they wish of a call (codes of the rulebook)
    call_at = models.DateTimeField(null=True)
    call_time = models.CharField(max_length=40, blank=True, default="")
    call_language = models.CharField(max_length=40, blank=True, default="")

    cause = models.CharField(max_length=40, blank=True, default="")
    ownership = models.CharField(max_length=40, blank=True, default="")
    evaluation = models.CharField(max_length=40, blank=True, default="")
    result = models.CharField(max_length=40, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    satisfaction = models.CharField(max_length=40, blank=True, default="")
    closed_at_once = models.BooleanField(default=False)
    attempts = models.SmallIntegerField(default=0)
    returns = models.SmallIntegerField(default=0)
    reopenings = models.SmallIntegerField(default=0)

    #: when the province decided who must take it, and who: it is not returned after that
    settled_at = models.DateTimeField(null=True)
    settled_unit = _unit()
    suspension_by = _person()
    #: "", asked, granted, refused
    extension = models.CharField(max_length=8, blank=True, default="")
    extension_days = models.SmallIntegerField(null=True)
    extension_by = _person()
    extensions = models.SmallIntegerField(default=0)
    #: the order about the same matter that this one waits for, or waited for; how many wait for this one
    merged_into = models.ForeignKey("self", db_index=False, null=True, on_delete=models.PROTECT, related_name="merged")
    absorbed = models.SmallIntegerField(default=0)
    #: the closed order that this one repeats, and how many came before it
    repeat_of = models.ForeignKey("self", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    repeats = models.SmallIntegerField(default=0)
    termination_reason = models.CharField(max_length=40, blank=True, default="")
    termination_by = _person()
    #: who inquired before it was terminated, into what, with which finding; when the customer was told
    inquirer = _person()
    inquiry = models.TextField(blank=True, default="")
    finding = models.TextField(blank=True, default="")
    inquired_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    #: complaints: the grade and who gave it (None: the rules); found substantiated "yes", "partly", "no", "": not yet
    grade = models.CharField(max_length=16, blank=True, default="")
    graded_by = _person()
    substantiated = models.CharField(max_length=8, blank=True, default="")
    #: why a terminated complaint has no finding
    no_finding = models.CharField(max_length=16, blank=True, default="")
    progress_told_at = models.DateTimeField(null=True)
    #: who approved the answer last, so that the next level is somebody else
    reviewed_by = _person()

    search = ArrayField(models.IntegerField(), default=list)

    objects = OrderManager()

    class Meta:
        indexes = (
            models.Index(fields=("contact_phone", "-case"), name="order_phone", condition=~Q(contact_phone="")),
            models.Index(fields=("place", "-case"), name="order_place", condition=~Q(place="")),
            models.Index(fields=("account", "-case"), name="order_account", condition=Q(account__isnull=False)),
            models.Index(fields=("category",), name="order_category"),
            models.Index(fields=("keeper", "case"), name="order_promised", condition=Q(promise_open=True)),
            models.Index(fields=("keeper_asked",), name="order_asked_to_keep", condition=Q(keeper_asked__isnull=False)),
            models.Index(fields=("merged_into",), name="order_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=("channel",), name="order_channel"),
            models.Index(fields=("priority",), name="order_priority", condition=~Q(priority="normal")),
            GinIndex(fields=("search",), name="order_search"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_ref"), name="order_source_once", condition=~Q(source_ref="")
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def route_reason(self) -> Label | None:
        """Why it was, or should be, dispatched where the rules say; None when nothing was explained."""
        return Label(self.route_note["zh"], self.route_note["en"]) if self.route_note else None

    def urge_count(self) -> int:
        """Return how often the customer urged."""
        return self._parts().filter(kind="urge").count()

    def mark_codes(self) -> frozenset[str]:
        """Return the codes of the marks that rooms above put on the order (the rulebook's list ``order_marks``)."""
        return frozenset(code for told in marked_as for code in told(self.pk))

    def was_decided_for(self, unit_id: int) -> bool:
        """Say whether a unit is the one that was decided above to take it, or below that one."""
        return self.settled_unit_id is None or self.settled_unit_id in tree.get(unit_id).lineage

    def finding_of(self) -> WorkOrder:
        """Return the order whose finding is this one's: a complaint that was merged takes the other's, which is counted
        there alone, until it has one of its own (reopened, and inquired into again)."""
        if self.substantiated or self.no_finding or self.merged_into is None:
            return self
        other: WorkOrder = self.merged_into
        return other

    def open_parts(self) -> int:
        """Return how many joint parts (协办) are not finished."""
        return self._parts().filter(kind="joint", is_open=True).count()

    def evidence_count(self) -> int:
        """Return how many files of the order are kept as evidence."""
        return Evidence.objects.filter(attachment__case_id=self.pk).count()

    def _parts(self) -> Any:
        return Case.objects.system("the order's own parts, counted").filter(parent_id=self.pk)


class Sealed(models.Model):
    """Who told an order, in their own words, and how it came in: kept apart from the order. See ``sealing``.

    Read through ``restrict(rights, Permission.CASE_UNSEAL)``. ``digest`` (salted SHA-256) stands in the journal.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="sealed_apart")
    contact_name = models.CharField(max_length=80, blank=True, default="")
    contact_phone = models.CharField(max_length=32, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    description = models.TextField(blank=True, default="")
    channel = models.CharField(max_length=24, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    source_ref = models.CharField(max_length=120, blank=True, default="")
    registered_by = _person()
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    objects = OrderManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("source", "source_ref"), name="sealed_source_once", condition=~Q(source_ref="")
            ),
        )


class Named(models.Model):
    """Somebody an order is about: a person or a unit of the house, or words where neither is known. See ``naming``."""

    policy_prefix = "order__case__"

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="named")
    person = _person()
    unit = _unit()
    words = models.CharField(max_length=200, blank=True, default="")
    by = _person()
    at = models.DateTimeField()

    objects = OrderManager()


class OrderScore(models.Model):
    """The score of an order's record and answer (H8), kept so that lists can be filtered and ordered by it.

    Its lines are worked out again when somebody looks: by the rulebook that the case is pinned to.
    """

    order = models.OneToOneField(WorkOrder, primary_key=True, on_delete=models.CASCADE, related_name="score")
    points = models.SmallIntegerField(help_text="of 100")
    gaps = models.SmallIntegerField(help_text="needed facts that are missing")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("points", "order"), name="score_points"),)


class Finding(models.Model):
    """What the inquiry into a complaint found (属实性认定, C9): the present state, in the words of whoever inquired.

    ``unit`` and ``person`` answer for what was found; ``by`` inquired. Words go with the complaint's evidence.
    """

    order = models.OneToOneField(WorkOrder, primary_key=True, on_delete=models.CASCADE, related_name="found")
    cause = models.CharField(max_length=40, blank=True, default="")
    finding = models.TextField(blank=True, default="")
    rectification = models.TextField(blank=True, default="")
    effect = models.TextField(blank=True, default="")
    explanation = models.TextField(blank=True, default="")
    #: held up to other units as a lesson (对标)
    benchmark = models.BooleanField(default=False)
    unit = models.ForeignKey("units.Unit", db_index=False, on_delete=models.PROTECT, related_name="+")
    person = _person()
    by = _person()
    at = models.DateTimeField()


class Judgement(models.Model):
    """One time that a complaint's grade or its finding was given or changed: for accountability (C9).

    ``before`` "": it was given for the first time. ``unit`` had the case then. The journal has it too.
    """

    policy_prefix = "order__case__"

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="judgements")
    #: grade or substantiated
    what = models.CharField(max_length=16)
    before = models.CharField(max_length=16, blank=True, default="")
    after = models.CharField(max_length=16)
    reason = models.CharField(max_length=40, blank=True, default="")
    note = models.TextField(blank=True, default="")
    unit = models.ForeignKey("units.Unit", db_index=False, on_delete=models.PROTECT, related_name="+")
    by = _person()
    at = models.DateTimeField()

    objects = OrderManager()

    class Meta:
        indexes = (models.Index(fields=("what", "-at", "-id"), name="judgement_newest"),)


class Evidence(models.Model):
    """A file that is kept as evidence: it cannot be taken away before its time (DOMAIN 2.4)."""

    attachment = models.OneToOneField(
        "casework.Attachment", primary_key=True, on_delete=models.PROTECT, related_name="evidence"
    )
    by = models.ForeignKey("people.Person", db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class OrderPart(models.Model):
    """What hangs below an order as a case of its own: a joint part (协办), an urge (催办), an escalation (上报), a
    coordination (协调). ``case.kind`` says which, ``case.parent`` is the order's case, ``number`` the order's number.
    """

    policy_prefix = "case__"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="part")
    number = models.CharField(max_length=40)
    reason = models.CharField(max_length=40, blank=True, default="")
    task = models.TextField(blank=True, default="")
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    meeting_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    result = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    objects = OrderManager()

    def __str__(self) -> str:
        return f"{self.number}/{self.case_id}"

    def order(self) -> WorkOrder:
        """Return the order that it hangs below."""
        rows = WorkOrder.objects.system("the order of a part").select_related("case")
        found: WorkOrder = rows.get(pk=self.case.parent_id)
        return found

    def handling_unit_id(self) -> int:
        """Return the id of the unit that has the matter in hand: for a merged order the one of the other order."""
        order = self.order()
        head = order.merged_into if order.case.state == "merged" else None
        unit_id: int = (head or order).case.unit_id
        return unit_id


class CallingNow(models.Model):
    """Somebody at the call-back desk has this customer's number on the screen: two clerks must not call one customer.

    Holds until ``until``; taken when the number is shown, given up with the outcome.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="calling")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()


class CallMade(models.Model):
    """A customer was called back, or said by another way how satisfied they are (H12): what figures are made of.

    ``way``: ``phone`` (the desk), ``link`` (the one-time link), ``portal`` (the customer's page), ``page`` (entered by
    somebody). ``unit`` is who handled the order then, ``person`` who called; codes are those of the rulebook.
    """

    policy_prefix = "case__"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="calls_made")
    unit = models.ForeignKey("units.Unit", db_index=False, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", db_index=False, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=8)
    outcome = models.CharField(max_length=16)
    satisfaction = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=40, blank=True, default="")

    objects = OrderManager()

    class Meta:
        indexes = (models.Index(fields=("at",), name="call_made_at"),)


class DailyTally(models.Model):
    """What came and went, by local day and hour, for a unit with everything below it, by kind of order.

    Kept by a subscriber of the cases' events (``tally``), rebuilt from the journal by ``open95598 orders tally``. An
    order counts as arrived in a unit when it enters the unit's part of the tree. Minutes are sums over the counted.
    """

    unit = models.ForeignKey("units.Unit", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    hour = models.SmallIntegerField()
    kind = models.CharField(max_length=40)
    arrived = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    on_site = models.IntegerField(default=0, help_text="crews that arrived")
    on_site_minutes = models.BigIntegerField(default=0, help_text="from the call to the crew's arrival")
    restored = models.IntegerField(default=0)
    restore_minutes = models.BigIntegerField(default=0, help_text="from the crew's arrival to restoration")
    rated = models.IntegerField(default=0)
    content = models.IntegerField(default=0, help_text="of the rated: satisfied or very satisfied")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("unit", "day", "hour", "kind"), name="tally_once"),)
