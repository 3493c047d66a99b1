"""What an account's page shows: parties, contracts, meters and names of its place with their days, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from open95598.foundation import masking
from open95598.foundation.errors import NotFound, Refused
from open95598.foundation.people.forms import HouseForm
from open95598.foundation.people.policy import Permission, Rights
from open95598.registry.customers import account_forms as forms
from open95598.registry.customers import kinds, lifecycle, pages
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.models import (
    AccountParty,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    Meter,
    PlaceName,
    UsagePoint,
)

_WHY = "of an account that one may see"
#: days before a supply's end at which it is listed
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Act:
    """One act of the page with its form."""

    name: str
    title: str
    submit: str
    form: HouseForm


def get(rights: Rights, pk: int) -> CustomerAccount:
    """Return an account. Raises ``NotFound`` also when it is not for these eyes."""
    found: CustomerAccount | None = (
        CustomerAccount.objects.restrict(rights).select_related("unit").filter(pk=pk).first()
    )
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def may_edit(account: CustomerAccount, rights: Rights) -> bool:
    """Say whether these rights change the account."""
    return bool(rights.at(Permission.CUSTOMER_EDIT, account.unit.lineage))


def form(act: str, account: CustomerAccount, data: Any = None) -> HouseForm:
    """Return the form of an act, empty or with what was posted. Raises ``NotFound`` for an unknown one."""
    if act == "agree":
        return forms.AgreeForm(_agreements(account).filter(ended_on=None).order_by("-pk").first(), data)
    if act == "alias":
        return forms.AliasForm(_places(account), data)
    known: dict[str, type[HouseForm]] = {
        "party": forms.NamePartyForm, "exchange": forms.ExchangeForm, "relocate": forms.RelocateForm,
        "end-agreement": forms.ReasonForm, "close": forms.ReasonForm, "reopen": forms.ReasonForm,
    }  # fmt: skip
    if act not in known:
        raise NotFound(_("There is no such action."))
    return known[act](data)


def acts(account: CustomerAccount, filled: dict[str, HouseForm] | None = None) -> list[Act]:
    """Return what can be done with an account now."""
    if account.closed_on is not None:
        names = [("reopen", _("Open the account again"), pgettext("verb", "Open"))]
    else:
        names = [
            ("party", _("Owner changes, tenant moves in, payer named"), _("Save")),
            ("agree", _("Make a new supply contract"), _("Save")),
            ("exchange", _("Exchange the meter"), _("Save")),
            ("relocate", _("Correct the address"), _("Save")),
            ("alias", _("Name the place as people call it"), _("Add")),
            ("end-agreement", _("End the supply contract"), _("End it")),
            ("close", pgettext("supply", "Close the account"), _("Close it")),
        ]
    filled = filled or {}
    return [Act(name, title, submit, filled.get(name) or form(name, account)) for name, title, submit in names]


def context(
    account: CustomerAccount, rights: Rights, now: datetime, *, problem: Refused | None = None,
    filled: dict[str, HouseForm] | None = None, opened: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return what the template draws; names and addresses of persons masked."""
    owner = lifecycle.last_owner(account)
    person = owner is None or owner.kind == kinds.PartyKind.PERSON
    points: Any = UsagePoint.objects.system(_WHY).filter(account=account).select_related("location").order_by("pk")
    parties: Any = AccountParty.objects.system(_WHY).filter(account=account).select_related("customer")
    meters: Any = Meter.objects.system(_WHY).filter(point__account=account)
    seen = set(Customer.objects.restrict(rights).filter(parties__account=account).values_list("pk", flat=True))
    editable = may_edit(account, rights)
    return {
        "account": account,
        "points": [(masking.mask_address(p.location.text) if person else p.location.text, p.area) for p in points],
        "names": list(PlaceName.objects.filter(place__in=dict(_places(account))).order_by("place", "pk")),
        "parties": [
            (p, _name(p.customer), kinds.PartyRole(p.role).label, p.customer_id in seen,
             p.valid_to is None and p.role != kinds.PartyRole.OWNER)
            for p in parties.order_by("-valid_to", "role", "-pk")
        ],
        "agreements": [(a, _terms(a), _expiry(a, day_of(now))) for a in _agreements(account).order_by("-pk")],
        "meters": list(meters.order_by("-pk")),
        "editable": editable,
        "acts": acts(account, filled) if editable else [],
        "opened": opened,
        "problem": problem,
        "entries": pages.history(owner, account.number) if owner else [],
    }  # fmt: skip


def expiring(rights: Rights, now: datetime) -> QuerySet[CustomerAgreement]:
    """Return the contracts of temporary and seasonal supply that end within ``SOON``, or are past their end."""
    rows: QuerySet[CustomerAgreement] = CustomerAgreement.objects.restrict(rights).filter(
        expires_on__lte=day_of(now) + SOON, ended_on=None, account__closed_on=None
    )
    return rows.select_related("account__unit").order_by("expires_on", "pk")


def nature(agreement: CustomerAgreement) -> str:
    """Return the nature of supply as people read it."""
    return str(kinds.SupplyNature(agreement.nature).label)


def _agreements(account: CustomerAccount) -> Any:
    return CustomerAgreement.objects.system(_WHY).filter(account=account)


def _places(account: CustomerAccount) -> list[tuple[int, str]]:
    points: Any = UsagePoint.objects.system(_WHY).filter(account=account)
    found: dict[int, str] = {}
    for point in points.select_related("location__road", "location__community"):
        for place in (point.location.community, point.location.road):
            if place is not None:
                found[place.pk] = place.name
    return list(found.items())


def _name(customer: Customer) -> str:
    return masking.mask_name(customer.name) if customer.kind == kinds.PartyKind.PERSON else customer.name


def _terms(agreement: CustomerAgreement) -> list[Any]:
    return [
        kinds.PriceClass(agreement.price_class).label, kinds.SupplySource(agreement.source).label,
        kinds.SupplyRelation(agreement.relation).label, kinds.SupplyNature(agreement.nature).label,
        kinds.LoadGrade(agreement.load_grade).label,
    ]  # fmt: skip


def _expiry(agreement: CustomerAgreement, today: date) -> str:
    """Return the tone of a contract's end: past, soon, or none."""
    if agreement.expires_on is None or agreement.ended_on is not None or agreement.expires_on > today + SOON:
        return ""
    return "danger" if agreement.expires_on < today else "warning"
