"""Accounts from a table, a million of them in minutes: each batch is checked, written by COPY, and told once.

A new number becomes an account with customer, contact, agreement, point, address and meter; one that is known is
compared, and what differs goes through the services, so that it is dated and journalled as if a person had done it.
Somebody of the same unit, name and phone is the same customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from open95598.casework.actors import Actor
from open95598.foundation import phones
from open95598.foundation.errors import Forbidden, Invalid, Refused
from open95598.foundation.journal.models import Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people import rights
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.importers import Change, Context, Field, Parsed
from open95598.foundation.units.models import Unit
from open95598.registry.customers import accounts, addresses, kinds, loading, locating, services, updating
from open95598.registry.customers.models import ContactPoint, CustomerAccount, Meter

_EDIT = Permission.CUSTOMER_EDIT
_WHY = "an import, whose right is asked for each row"


def _number(text: str) -> str:
    """Check an account's or a meter's number."""
    text = text.strip().upper()
    if not (text.isascii() and text.isalnum() and 4 <= len(text) <= 32):
        raise ValueError(_("has 4 to 32 letters and digits"))
    return text


def _phone(text: str) -> str:
    try:
        return phones.national(phones.plain(text))
    except ValueError:
        raise ValueError(_("is no phone number")) from None


def _one_of(choices: Any, **synonyms: str) -> Any:
    """Return a check that understands a code, its name in either language, and what else people write."""
    known: dict[str, str] = {}

    def check(text: str) -> str:
        if not known:
            for language in ("en", "zh-hans"):
                with override(language):
                    known.update({str(label).casefold(): code for code, label in choices.choices})
            known.update({code.casefold(): code for code in choices.values} | synonyms)
        found = known.get(text.strip().casefold())
        if found is None:
            raise ValueError(_("“%(value)s” is not known here.") % {"value": text[:40]})
        return found

    return check


def _above_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError(_("must be above zero"))
    return value


class AccountsImporter:
    """Accounts with their owner, phone, address, meter and classifications."""

    name = "accounts"
    label = gettext_lazy("Customer accounts")
    #: rows a transaction
    batch = 2000
    fields: Sequence[Field] = (
        Field("number", gettext_lazy("Account number"), required=True, check=_number,
              synonyms=("户号", "用户编号", "客户编号", "account")),
        Field("name", gettext_lazy("Name of the customer"), required=True, max_length=120,
              synonyms=("户名", "用户名称", "客户名称", "姓名", "name")),
        Field("unit", gettext_lazy("Unit (code)"), required=True, max_length=40,
              synonyms=("供电单位", "单位编码", "管理单位", "unit")),
        Field("address", gettext_lazy("Service address"), required=True, max_length=300,
              synonyms=("用电地址", "地址", "address")),
        Field("phone", gettext_lazy("Phone"), "digits", check=_phone, max_length=32,
              synonyms=("联系电话", "电话", "手机", "手机号", "phone")),
        Field("meter", gettext_lazy("Meter number"), check=_number,
              synonyms=("表号", "电能表编号", "资产编号", "meter")),
        Field("multiplier", gettext_lazy("Multiplier"), "decimal", check=_above_zero,
              synonyms=("倍率", "综合倍率", "multiplier")),
        Field("kind", gettext_lazy("Kind of customer"), check=_one_of(
            kinds.PartyKind, 居民="person", 企业="organisation"),
              synonyms=("客户类型", "用户类型")),
        Field("price_class", gettext_lazy("Price class"), check=_one_of(
            kinds.PriceClass, 居民="residential", 一般工商业="commercial", 农业="agricultural"),
              synonyms=("电价类别", "用电类别")),
        Field("source", gettext_lazy("Source of supply"), check=_one_of(kinds.SupplySource),
              synonyms=("供电电源", "电源")),
        Field("nature", gettext_lazy("Nature of supply"), check=_one_of(
            kinds.SupplyNature, 临时="temporary", 季节性="seasonal"), synonyms=("用电性质",)),
        Field("load_grade", gettext_lazy("Load grade"), check=_one_of(kinds.LoadGrade), synonyms=("负荷等级",)),
        Field("expires_on", gettext_lazy("Supply ends on"), "date", synonyms=("到期日", "用电到期日")),
        Field("opened_on", gettext_lazy("Opened on"), "date", synonyms=("立户日期", "开户日期")),
        Field("area", gettext_lazy("Transformer area"), max_length=32, synonyms=("台区", "台区编号")),
        Field("importance", gettext_lazy("Importance"), check=_one_of(kinds.Importance), synonyms=("重要等级",)),
        Field("tier", gettext_lazy("Service tier"), check=_one_of(kinds.Tier), synonyms=("服务等级", "客户等级")),
        Field("protected", gettext_lazy("Life support"), "yesno", synonyms=("生命支持", "保电")),
    )  # fmt: skip

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return the refusals by row number without writing anything. Five queries; six more where known customers'
        tiers and marks would change."""
        loading.refresh_statistics()
        units, actor = _units(rows), _actor(context)
        today = accounts.day_of(context.now)
        lies = {account.number: account.unit for account in _known(rows)}
        held = _meters({row.values["meter"] for row in rows if row.values.get("meter")})
        care = updating.care(rows, actor)
        refused: dict[int, Refused] = {}
        seen: set[str] = set()
        hung: dict[str, str] = {}
        for row in rows:
            values, number = row.values, row.values["number"]
            problems: dict[str, Any] = {}
            unit = units.get(values["unit"])
            if unit is None:
                problems["unit"] = _("There is no such unit.")
            elif actor.rights is not None and not actor.rights.at(_EDIT, unit.lineage):
                refused[row.number] = Forbidden(_("You may not do this at %(unit)s.") % {"unit": unit.name})
                continue
            # of an account elsewhere nothing is told, not even on trial, but that the number is taken
            at = lies.get(number)
            if at is not None and actor.rights is not None and not actor.rights.at(_EDIT, at.lineage):
                taken = {"number": _("This account number is taken.")}
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=taken)
                continue
            if number in seen:
                problems["number"] = _("This number stands in the table twice.")
            meter = values.get("meter")
            if meter and (held.get(meter, number) != number or hung.get(meter, number) != number):
                problems["meter"] = _("This meter hangs elsewhere.")
            asked = care.get(row.number, set())
            if number not in lies and unit is not None and not services.may_care(actor, unit):
                asked = {field for field in services.CARE if values.get(field)}
            problems |= dict.fromkeys(asked, _("Whoever leads the unit decides how a customer is looked after."))
            problems |= accounts.agreement_problems(_agreement(values), values.get("opened_on") or today)
            if problems:
                refused[row.number] = Invalid(_("Some fields need your attention."), fields=problems)
                continue
            seen.add(number)
            if meter:
                hung[meter] = number
        return refused

    def compare_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Sequence[Change]]:
        """Return what each row of a known account would change of it, personal values masked."""
        return updating.compare(rows)

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Write new accounts by COPY, bring known ones up to date; return their numbers."""
        actor, units = _actor(context), _units(rows)
        known = {account.number for account in _known(rows)}
        new = [row for row in rows if row.values["number"] not in known]
        changed = updating.apply([row for row in rows if row.values["number"] in known], units, actor, context.now)
        _write(new, units, context)
        data = {"run": context.run_id, "new": len(new), "changed": changed, "via": actor.via}
        draft = Draft(Stream(), "registry", "registry.imported", context.now, actor.person_id, actor.name, data=data)
        append_to_stream("registry", [draft])
        return [row.values["number"] for row in rows]


def open_many(rows: Sequence[Mapping[str, Any]], via: str, now: datetime) -> Mapping[str, Sequence[str]]:
    """Open the accounts that another system registers, in the caller's transaction: each row its ``number`` and what
    an import's row may say, by the importer's field names. Return of those refused the wrong fields, by number.

    None of them may be here already. ``via`` stands in the journal as who did it.
    """
    importer, zone = AccountsImporter(), ZoneInfo(settings.TIME_ZONE)
    parsed, wrong = [], {}
    for at, row in enumerate(rows):
        values, problems = {}, []
        for field in importer.fields:
            try:
                values[field.name] = field.parse(row.get(field.name), zone)
            except ValueError:
                problems.append(field.name)
        if problems:
            wrong[str(row["number"])] = problems
        else:
            parsed.append(Parsed(at, values["number"], "", values))
    context = Context(None, now, 0, {"via": via})
    refused = importer.check_many(parsed, context) if parsed else {}
    for at, refusal in refused.items():
        wrong[str(rows[at]["number"])] = sorted(getattr(refusal, "fields", None) or ["account"])
    if good := [row for row in parsed if row.number not in refused]:
        importer.create_many(good, context)
    return wrong


def _actor(context: Context) -> Actor:
    if context.person is None:
        via = context.options.get("via", "import")
        return Actor(None, via, None, via)
    return Actor.of(context.person, rights.load(context.person, context.now), "import")


def _units(rows: Sequence[Parsed]) -> dict[str, Unit]:
    codes = {str(row.values["unit"]) for row in rows}
    return {unit.code: unit for unit in Unit.objects.filter(code__in=codes, closed_on=None)}


def _known(rows: Sequence[Parsed]) -> Any:
    found = CustomerAccount.objects.system(_WHY).select_related("unit")
    return found.filter(number__in=[row.values["number"] for row in rows])


def _meters(numbers: set[str]) -> dict[str, str]:
    """Return at which account each of these meters hangs."""
    hanging = Meter.objects.system(_WHY).filter(number__in=numbers, removed_on=None)
    return dict(hanging.values_list("number", "point__agreement__account__number"))


def _agreement(values: Mapping[str, Any]) -> accounts.Agreement:
    names = ("price_class", "source", "nature", "load_grade", "expires_on")
    return accounts.Agreement(**{name: values[name] for name in names if values.get(name)})


def _write(rows: Sequence[Parsed], units: Mapping[str, Unit], context: Context) -> None:
    """Write accounts that are new, with everything that hangs on them. One COPY a table."""
    if not rows:
        return
    today, now = accounts.day_of(context.now), context.now
    known = _customers(rows, units)
    fresh = {name: iter(loading.ids(name, len(rows))) for name in loading.TABLES if name != "accountfacts"}
    out: dict[str, list[tuple[Any, ...]]] = {name: [] for name in loading.TABLES if name != "accountfacts"}
    parsed = [addresses.parse(row.values["address"]) for row in rows]
    places = locating.Places(parsed)
    for row, parts in zip(rows, parsed, strict=True):
        values, unit = row.values, units[row.values["unit"]]
        opened, phone = values.get("opened_on") or today, values.get("phone") or ""
        who = (unit.pk, " ".join(values["name"].split()), phone)
        customer = known.get(who) if phone else None
        if customer is None:
            customer = next(fresh["customer"])
            kind = values.get("kind") or kinds.PartyKind.PERSON
            letters = services.heard_as({"kind": kind, "name": who[1]})
            out["customer"].append((
                customer, kind, who[1], letters["sounds"], letters["initials"], letters["keys"], unit.pk, False,
                values.get("importance") or "", bool(values.get("protected")), values.get("tier") or "", now, 1, 0, b"",
            ))  # fmt: skip
            if phone:
                known[who] = customer
                out["contactpoint"].append((next(fresh["contactpoint"]), customer, "phone", phone, "", True, now))
        account, agreement = next(fresh["customeraccount"]), next(fresh["customeragreement"])
        location, point = next(fresh["servicelocation"]), next(fresh["usagepoint"])
        out["customeraccount"].append((account, values["number"], unit.pk, opened, 1))
        out["accountparty"].append((next(fresh["accountparty"]), account, customer, "owner", opened))
        terms = _agreement(values)
        out["customeragreement"].append((
            agreement, account, terms.relation, terms.price_class, terms.source, terms.nature, terms.load_grade, None,
            opened, terms.expires_on,
        ))  # fmt: skip
        out["servicelocation"].append((
            location, values["address"], places.of("road", parts.road, parts), parts.number[:16],
            places.of("community", parts.community, parts), parts.building[:16], parts.entrance[:16], parts.room[:16],
        ))  # fmt: skip
        out["usagepoint"].append((point, agreement, location, values.get("area") or "", account))
        if values.get("meter"):
            multiplier = values.get("multiplier") or Decimal(1)
            out["meter"].append((next(fresh["meter"]), values["meter"], point, multiplier, opened))
    for name, its in out.items():
        loading.copy(name, its)


def _customers(rows: Sequence[Parsed], units: Mapping[str, Unit]) -> dict[tuple[int, str, str], int]:
    """Return the customers of these units, names and phones who are there already. One query."""
    numbers = {row.values["phone"] for row in rows if row.values.get("phone")}
    contacts_ = ContactPoint.objects.system(_WHY).filter(kind="phone", value__in=numbers, valid_to=None)
    there = contacts_.filter(customer__unit__in=[u.pk for u in units.values()], customer__closed_at=None)
    found = there.values_list("customer__unit_id", "customer__name", "value", "customer_id")
    return {(unit, name, phone): pk for unit, name, phone, pk in found}
