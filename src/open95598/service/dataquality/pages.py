"""A finding on a page of its own: what does not fit, at whom, and where it is put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.actors import Actor
from open95598.foundation.journal import queries as journal
from open95598.foundation.masking import mask_name, mask_text
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers.kinds import PartyKind
from open95598.registry.customers.models import Customer, CustomerAccount
from open95598.service.dataquality import checks, queries
from open95598.service.workorders import queries as orders
from open95598.service.workorders import storytelling
from open95598.service.workorders.casecards import CaseOwnPage

ENTRIES = 40
TONES = {"found": "accent", "confirmed": "warning", "corrected": "accent", "closed": "done", "dismissed": "quiet"}


def name_of(customer: Customer) -> str:
    """Return a customer's name as pages show it."""
    return customer.name if customer.kind == PartyKind.ORGANISATION else mask_name(customer.name)


@dataclass
class FindingPage(CaseOwnPage):
    """A finding for one reader at one moment."""

    TONES: ClassVar[Mapping[str, str]] = TONES

    @property
    def check(self) -> checks.Check | None:
        """The check that found it; None when it is no longer declared."""
        return checks.get(self.row.rule)

    @property
    def title(self) -> Any:
        """What kind of case it is."""
        return registry.flow(self.case.kind, self.case.flow_version).label

    @property
    def what(self) -> str:
        """What does not fit."""
        return self.check.label.in_(get_language()) if self.check else self.row.rule

    @property
    def what_tone(self) -> str:
        """How bad it is."""
        return self.check.tone if self.check else "quiet"

    @property
    def fix(self) -> str:
        """What puts it right."""
        return self.check.fix.in_(get_language()) if self.check else ""

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("dataquality:case", args=(self.row.pk,))

    def action_url(self, name: str) -> str:
        """Return the address of an action's form."""
        return reverse("dataquality:action", args=(self.row.pk, name))

    @cached_property
    def seen(self) -> set[tuple[str, int]]:
        """The customers and the account of it whose pages the reader may open."""
        rights, row = self.actor.rights, self.row
        if rights is None:
            return set()
        ids = [pk for pk in (row.customer_id, row.other_id) if pk is not None]
        found = {("customer", pk) for pk in Customer.objects.restrict(rights).filter(pk__in=ids).values_list(
            "pk", flat=True)}  # fmt: skip
        if row.account_id is not None:
            accounts = CustomerAccount.objects.restrict(rights).filter(pk=row.account_id)
            found |= {("account", pk) for pk in accounts.values_list("pk", flat=True)}
        return found

    @cached_property
    def places(self) -> list[tuple[Any, str, str]]:
        """What it is about: what that is, its name or number, and the address of its page where one may open it."""
        row = self.row
        named: list[tuple[Any, str, str, int]] = []
        customers = [customer for customer in (row.customer, row.other) if customer is not None]
        named += [
            (pgettext("supply", "Customer"), f"{name_of(customer)} · {customer.pk}", "customer", customer.pk)
            for customer in customers
        ]
        if row.account is not None:
            named.append((_("Account number"), row.account.number, "account", row.account_id))
        return [
            (what, text, reverse(f"customers:{kind}", args=(pk,)) if (kind, pk) in self.seen else "")
            for what, text, kind, pk in named
        ]

    @cached_property
    def mend_url(self) -> str:
        """Where it is put right: the form on the customer's or the account's page; "" for whoever may not."""
        rights, row = self.actor.rights, self.row
        may = rights is not None and rights.at(Permission.CUSTOMER_EDIT, self.case.unit.lineage)
        if not may or not self.case.is_open or self.check is None:
            return ""
        page, act = self.check.act
        pk = row.account_id if page == "account" else row.customer_id
        if pk is None or (page, pk) not in self.seen:
            return ""
        other = f"&other={row.other_id}" if act == "merge" and row.other_id else ""
        return reverse(f"customers:{page}", args=(pk,)) + (f"?act={act}{other}#{act}" if act else "")

    @cached_property
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know: name and value, empty ones left out."""
        row, case = self.row, self.case
        told = row.facts
        pairs = [
            (_("Unit"), case.unit.name),
            (pgettext("case", "Responsible"), case.owner.name if case.owner else ""),
            (_("Supply ends on"), told.get("expires_on", "")),
            (_("Contracts"), told.get("agreements", "")),
            (_("Customers with this phone"), told.get("customers", "")),
            (_("The other account"), told.get("other_account", "")),
            (_("Other ways to reach them"), told.get("ways", "")),
        ]
        return [(name, value) for name, value in pairs if value not in ("", None)]

    @property
    def words(self) -> list[tuple[Any, str]]:
        """What was said of it, masked."""
        said = [(_("How it was corrected"), self.row.done), (_("Why it is in order"), self.row.why_not)]
        return [(name, mask_text(text)) for name, text in said if text]

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The newest entries of its timeline."""
        told = journal.timeline(self.case.pk, reveal=True, limit=ENTRIES, since=self.case.opened_at)
        entries = storytelling.entries(told, self.case, "")
        for entry, one in zip(entries, told, strict=True):
            if one.kind == "case.opened":
                entry |= {"title": self.what, "icon": "database-search", "facts": []}
        return entries


def page_of(rights: Rights, pk: int, actor: Actor, now: datetime, form: Any = None) -> FindingPage:
    """Return the page of a finding that the reader may see. Raises ``NotFound``."""
    clocks = orders.running_clocks([pk]).get(pk, [])
    return FindingPage(queries.get(rights, pk), actor, now, clocks, open_form=form)
