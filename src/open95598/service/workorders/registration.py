"""What a new order must say: declared once, for the seat's form, the API and imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.casework.flow import Input, InputType
from open95598.casework.inputs import clean
from open95598.foundation.errors import Invalid
from open95598.foundation.words import Label
from open95598.service.intake.facts import Record, missing
from open95598.service.workorders.flows import ORDERS
from open95598.service.workorders.redaction import without_numbers

KINDS = tuple((flow.kind, flow.label) for flow in ORDERS)

INPUTS: tuple[Input, ...] = (
    Input("kind", Label("工单类型", "Kind"), InputType.CHOICE, choices=KINDS),
    Input("category", Label("业务类别", "Category"), InputType.CATEGORY),
    Input("description", Label("受理内容", "Description"), InputType.LONG_TEXT, personal=True, max_length=8000),
    Input("contact_name", Label("联系人", "Contact name"), required=False, personal=True, max_length=80),
    Input("contact_phone", Label("联系电话", "Contact phone"), InputType.PHONE, required=False, personal=True),
    Input("account", Label("户号", "Account number"), required=False, personal=True, max_length=32),
    Input("address", Label("用电地址", "Address"), required=False, personal=True, max_length=300),
    Input("channel", Label("受理渠道", "Channel"), InputType.CHOICE, choices="channels"),
    Input("unit", Label("承办单位", "Unit"), InputType.UNIT, required=False),
    Input("priority", Label("紧急程度", "Priority"), InputType.CHOICE, required=False, choices="priorities"),
    Input(
        "disclosed",
        Label("转办内容", "Text for the handling unit"),
        InputType.LONG_TEXT,
        required=False,
        personal=True,
        max_length=8000,
    ),
    Input("named", Label("被反映对象", "Whom it is about"), required=False, personal=True, max_length=200),
    Input("named_people", Label("被反映人员（账号）", "People it is about (accounts)"), required=False, max_length=400),
    Input("named_units", Label("被反映单位（编码）", "Units it is about (codes)"), required=False, max_length=400),
    Input("anonymous", Label("匿名", "Anonymous"), InputType.BOOLEAN, required=False),
    Input("confidential", Label("要求保密", "Keep identity secret"), InputType.BOOLEAN, required=False),
)


def inputs(rules: Any) -> tuple[Input, ...]:
    """Return ``INPUTS`` with what the rulebook says of when those are needed that are not always.

    In words (``help``), and as ``required_if`` where one other field decides it alone. What only some categories need
    is not told here: the refusal names it.
    """
    return tuple(_as_needed(field, rules) for field in INPUTS)


def _as_needed(field: Input, rules: Any) -> Input:
    labels = dict(KINDS)
    for kind in () if field.required else labels:
        for fact in rules.intake.needed(kind, refuse=True):
            if fact.fields[:1] != (field.name,):
                continue
            kinds = tuple(k for k in labels if fact in rules.intake.needed(k, refuse=True))
            everywhere = len(kinds) == len(labels)
            zh = "" if everywhere else f"工单类型为{'、'.join(labels[k].zh for k in kinds)}时"
            en = "" if everywhere else f" for {', '.join(labels[k].en.lower() for k in kinds)}"
            if fact.unless_anonymous:
                zh, en = f"{zh}非匿名工单", f"{en} unless the order is anonymous"
            # a fact that the words or the triage may give too is not missed in its field then
            elsewhere = bool(fact.words or fact.pattern or fact.questions or fact.fields[1:])
            if elsewhere:
                en += ", unless the description or the triage says it"
            said = "必填（受理内容或问答中已写明的除外）。" if elsewhere else "必填。"
            only: tuple[str, tuple[Any, ...]] | None = None
            if not elsewhere and everywhere and fact.unless_anonymous:
                only = ("anonymous", (False,))
            elif not elsewhere and not everywhere and not fact.unless_anonymous:
                only = ("kind", kinds)
            return replace(field, help=Label(f"{zh}{said}", f"Required{en}."), required_if=only)
    return field


def check(data: Mapping[str, Any], rules: Any, *, written: bool = False) -> dict[str, Any]:
    """Return the checked facts of a new order. ``written``: it came on paper or from another system, perhaps without
    a phone number.

    Raises ``Invalid`` naming every bad field. An anonymous order needs no name and no phone.
    """
    bad: dict[str, Any] = {}
    try:
        cleaned = clean(INPUTS, data, rules)
    except Invalid as refusal:
        bad = dict(refusal.fields)
        cleaned = {}
    given = {k: v.strip() if isinstance(v, str) else v for k, v in data.items()}
    if not written:
        bad |= {name: reason for name, reason in _refused(given, rules).items() if name not in bad}
    category = given.get("category")
    if cleaned and not rules.has_category(cleaned["category"], cleaned["kind"]):
        bad["category"] = _("The category %(category)s does not belong to this kind of order.") % {"category": category}
    if bad:
        raise Invalid(_("Some fields need your attention."), fields=bad)
    return _nameless(cleaned) if cleaned["anonymous"] else cleaned


def _nameless(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an anonymous order: no contact data is kept, not even a number within the words."""
    left = {name: value for name, value in facts.items() if name not in ("contact_name", "contact_phone", "account")}
    return left | {"description": without_numbers(facts["description"])}


def _refused(given: Mapping[str, Any], rules: Any) -> dict[str, Any]:
    """Return why an order cannot be registered for want of facts that the rulebook insists on, by field."""
    anonymous = str(given.get("anonymous") or "").lower() not in ("", "false", "0", "off", "no")
    record = Record(
        str(given.get("kind") or ""),
        rules.lineage(str(given.get("category") or "")),
        contact_name=str(given.get("contact_name") or ""),
        contact_phone=str(given.get("contact_phone") or ""),
        address=str(given.get("address") or ""),
        anonymous=anonymous,
    )
    return {
        fact.fields[0]: _("This field is required unless the order is anonymous.")
        if fact.unless_anonymous
        else _("%(fact)s is needed. %(ask)s")
        % {"fact": fact.label.in_(get_language()), "ask": fact.ask.in_(get_language())}
        for fact in missing(rules.intake, record, refuse=True)
    }
