"""The form of a plan, or of outage information: fields declared once, for the page and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from open95598.casework.flow import Input, InputType
from open95598.foundation.rulebook import store
from open95598.foundation.ui import forms
from open95598.foundation.words import Label
from open95598.service.planned.kinds import Information, WorkKind

INPUTS = (
    Input("information", Label("信息类型", "Kind of information"), InputType.CHOICE, choices="information",
          default=Information.PLANNED.value),
    Input("devices", Label("停电设备编号", "Devices switched off"), InputType.LONG_TEXT, required=False,
          max_length=4000, help=Label("电网设备编号，每行一个；欠费、窃电、违约停电不填。",
                     "Codes of the grid, one a line; none for arrears, theft and breach.")),
    Input("account", Label("户号", "Account number"), required=False, max_length=32,
          help=Label("仅欠费、窃电、违约停电填写。", "Only for arrears, theft and breach.")),
    Input("starts_at", Label("停电开始时间", "Off from"), InputType.DATETIME),
    Input("ends_at", Label("计划送电时间", "Back by"), InputType.DATETIME),
    Input("cause", Label("停电原因", "Cause"), InputType.CHOICE, choices="causes"),
    Input("scope", Label("停电范围", "Area"), InputType.LONG_TEXT, required=False, max_length=500,
          help=Label("客户看得懂的范围：道路、小区、门牌；不填则按设备所供的小区和道路生成。",
                     "As customers know it: roads, estates, numbers; empty: the estates and roads below the devices.")),
    Input("work_kind", Label("工作类型", "Kind of work"), InputType.CHOICE, choices="works", required=False),
    Input("work", Label("工作内容", "Work"), required=False, max_length=500),
)  # fmt: skip


def build(data: Any, now: Any, initial: Mapping[str, Any] | None = None) -> forms.InputForm:
    """Return the form, bound to ``data`` when given; its lists are those of the rulebook in force at ``now``."""
    lists: dict[str, Any] = {
        "information": Information.choices,
        "works": WorkKind.choices,
        "causes": [(one.code, one.label) for one in store.current(now).planned.causes],
    }
    return forms.build(INPUTS, data, choices_of=lambda item: lists[item.choices], initial=initial)


def told(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``services.plan`` takes: the codes as a list."""
    return {**cleaned, "devices": str(cleaned.get("devices") or "").split()}


def problem() -> str:
    """Return what stands above a form that has problems."""
    return _("Some fields need your attention.")
