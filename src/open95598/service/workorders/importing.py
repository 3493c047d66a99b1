"""Orders from a spreadsheet: what a row can say, and how it becomes an order through the same door as every other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from open95598.casework.actors import Actor
from open95598.foundation.errors import Invalid, Refused
from open95598.foundation.people import rights
from open95598.foundation.rulebook import store
from open95598.foundation.transfer.importers import Context, Field, Parsed
from open95598.service.workorders import registration, services

#: what a row is taken for when nothing says its kind
DEFAULT_KIND = "opinion"
_FACTS = ("contact_name", "contact_phone", "account", "address", "channel", "unit", "priority")
_SOURCE = "import"


class OrdersImporter:
    """Orders with external id, kind, category, what was said, by whom, where, when, and perhaps the answer given."""

    name = "orders"
    label = gettext_lazy("Orders")
    fields: Sequence[Field] = (
        Field(
            "external_id",
            gettext_lazy("External number"),
            synonyms=("留言编号", "编号", "工单编号", "来源编号", "受理编号", "诉求编号", "信访编号", "id"),
            max_length=110,
        ),
        Field(
            "description",
            gettext_lazy("Description"),
            required=True,
            synonyms=(
                *("留言详情", "受理内容", "留言内容", "诉求内容", "来电内容", "反映内容", "投诉内容"),
                *("问题描述", "诉求描述", "事件描述", "内容", "描述", "text"),
            ),
            max_length=8000,
        ),
        Field("subject", gettext_lazy("Subject"), synonyms=("留言主题", "诉求标题", "主题", "标题"), max_length=300),
        Field("kind", gettext_lazy("Kind"), synonyms=("工单类型", "类型"), max_length=40),
        Field("category", gettext_lazy("Category"), synonyms=("业务类别", "类别"), max_length=80),
        Field(
            "source_category", gettext_lazy("Category at its source"), synonyms=("一级分类", "来源分类"), max_length=80
        ),
        Field(
            "contact_name",
            gettext_lazy("Contact name"),
            synonyms=("留言用户", "联系人", "来电人", "反映人", "诉求人", "投诉人", "姓名", "客户名称", "客户姓名"),
            max_length=80,
        ),
        Field(
            "contact_phone",
            gettext_lazy("Contact phone"),
            "digits",
            synonyms=("联系电话", "来电号码", "联系方式", "电话号码", "手机号码", "电话", "手机", "手机号"),
            max_length=32,
        ),
        Field("account", gettext_lazy("Account number"), synonyms=("户号", "用户编号", "客户编号"), max_length=32),
        Field(
            "address",
            gettext_lazy("Address"),
            synonyms=("用电地址", "联系地址", "事发地址", "事件地址", "诉求地址", "地址"),
            max_length=300,
        ),
        Field("channel", gettext_lazy("Channel"), synonyms=("受理渠道", "渠道"), max_length=24),
        Field("unit", gettext_lazy("Unit"), synonyms=("承办单位", "单位"), max_length=40),
        Field("priority", gettext_lazy("Priority"), synonyms=("紧急程度",), max_length=8),
        Field(
            "received_at",
            gettext_lazy("Received at"),
            "datetime",
            synonyms=("留言时间", "受理时间", "来电时间", "反映时间", "诉求时间", "登记时间", "提交时间", "时间"),
        ),
        Field("anonymous", gettext_lazy("Anonymous"), "yesno", synonyms=("匿名",)),
        Field("confidential", gettext_lazy("Keep identity secret"), "yesno", synonyms=("保密", "要求保密")),
        Field("answer", gettext_lazy("Answer"), synonyms=("答复意见", "答复内容", "答复"), max_length=4000),
    )

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return the refusals by row number without writing anything."""
        actor = _actor(context)
        rules = store.current(context.now, tuple(services.seat_of(actor).lineage))
        refused: dict[int, Refused] = {}
        for row in rows:
            try:
                order = _order(row, rules)
                registration.check(order.data, rules, written=True)
            except Refused as refusal:
                refused[row.number] = refusal
        return refused

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Register one order a row and return their numbers. A refused row raises; the engine then goes row by row."""
        actor = _actor(context)
        rules = store.current(context.now, tuple(services.seat_of(actor).lineage))
        orders = services.register_many(actor, [_order(row, rules) for row in rows], context.now)
        return [order.number for order in orders]


def _actor(context: Context) -> Actor:
    if context.person is None:
        return Actor.house(_SOURCE)
    return Actor.of(context.person, rights.load(context.person, context.now), _SOURCE)


def _order(row: Parsed, rules: Any) -> services.NewOrder:
    """Return the new order that a row asks for. Raises ``Invalid`` for a kind or category nobody knows."""
    given = {name: value for name, value in row.values.items() if value not in (None, "")}
    kind = _by_name(given.get("kind"), registration.KINDS, "kind") if given.get("kind") else DEFAULT_KIND
    category = _category(given.get("category"), kind, rules)
    description = "\n".join(str(given[part]).strip() for part in ("subject", "description") if part in given)
    facts = {name: given[name] for name in _FACTS if name in given}
    facts |= {
        "kind": kind,
        "category": category,
        "description": description.strip(),
        "channel": facts.get("channel", _SOURCE),
        "anonymous": bool(given.get("anonymous")),
        "confidential": bool(given.get("confidential")),
    }
    return services.NewOrder(
        facts,
        answer=given.get("answer", ""),
        source=_SOURCE,
        source_ref=str(given.get("external_id") or row.key)[:120],
        received_at=given.get("received_at"),
        notes={"source_category": given["source_category"]} if "source_category" in given else {},
    )


def _category(text: Any, kind: str, rules: Any) -> str:
    """Return the code for a category's code or name in that kind; without one, the kind's last top category."""
    tree = [c for top in rules.categories(kind) for c in top.walk()]
    if text:
        return _by_name(text, [(c.code, c.label) for c in tree], "category")
    catch_all = [c.code for c in tree if c.code.endswith(".other")]
    return catch_all[0] if catch_all else rules.categories(kind)[-1].code


def _by_name(text: Any, choices: Sequence[tuple[str, Any]], field: str) -> str:
    wanted = str(text).strip().casefold()
    for code, label in choices:
        if wanted in (code.casefold(), label.zh.casefold(), label.en.casefold()):
            return code
    reason = _("“%(text)s” is not known here.") % {"text": str(text)[:40]}
    raise Invalid(_("Some fields need your attention."), fields={field: reason})
