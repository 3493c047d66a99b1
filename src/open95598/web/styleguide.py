"""The living page of all components, in all their states (demonstration and development only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from open95598.foundation.clock import now as house_now
from open95598.foundation.errors import Invalid
from open95598.foundation.people.models import Person
from open95598.foundation.ui import forms
from open95598.foundation.ui.lists import CHOICE, DATE, BulkAction, Column, Filter, ListSpec, Order
from open95598.foundation.ui.templatetags.ui import masked
from open95598.foundation.words import Label


@dataclass(frozen=True)
class Example:
    """An input declared as an action declares its own."""

    name: str
    type: str
    label: Label
    required: bool = True
    choices: Any = ()
    help: Label | None = None


REASONS = (("cable", Label("电缆故障", "Cable fault")), ("meter", Label("表计故障", "Meter fault")))
FIELDS = (
    Example("contact", "text", Label("联系人", "Contact")),
    Example("phone", "phone", Label("联系电话", "Telephone"), help=Label("回访时使用", "Used for the call-back")),
    Example("reason", "choice", Label("故障原因", "Cause"), choices=REASONS),
    Example("at", "datetime", Label("到达时间", "Arrived at"), required=False),
    Example("text", "long_text", Label("处理情况", "What was done")),
    Example("safe", "boolean", Label("现场已确认安全", "The site is safe"), required=False),
)


def _phone(row: Person) -> SafeString:
    return render_to_string("ui/masked.html", masked(row.phone))


LIST = ListSpec(
    name="styleguide",
    columns=(
        Column("username", Label("账号", "Account"), opens=True, sort=("account", "account_down")),
        Column("name", Label("姓名", "Name")),
        Column("unit", Label("单位", "Unit"), value="unit__name", classes="is-wide"),
        Column("phone", Label("电话", "Phone"), draw=lambda row, _now: _phone(row)),
    ),
    orders=(
        Order("account", Label("账号", "Account"), ("username", "id")),
        Order("account_down", Label("账号", "Account"), ("-username", "-id")),
    ),
    filters=(
        Filter("name", Label("姓名", "Name"), apply="name__icontains"),
        Filter("is_active", Label("状态", "State"), CHOICE, choices=(("1", Label("在职", "Active")),)),
        Filter("left_at", Label("离职日期", "Left on"), DATE),
    ),
    row_url=lambda row: "/styleguide/",
    bulk=(BulkAction(Label("派单", "Dispatch"), "/styleguide/form/", "send"),),
    page_size=8,
)


def clocks(now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Return a clock in each of its states."""
    hour = timedelta(hours=1)

    def one(used: float, **more: Any) -> dict[str, Any]:
        start = now - used * hour
        return {"started_at": start, "warn_at": start + 3 * hour, "due_at": start + 4 * hour, **more}

    return [
        ("running", one(1)),
        ("warning", one(3.4)),
        ("over", one(30)),
        ("paused", one(2, paused_at=now - hour)),
        ("met", one(3, stopped_at=now - hour)),
        ("missed", one(6, stopped_at=now - hour)),
    ]


def entries(now: datetime) -> list[dict[str, Any]]:
    """Return a timeline of every tone."""
    rows = [
        (Label("归档", "Archived"), "done", "check", "李娜", 1, ""),
        (Label("到达现场超时", "Arrived late"), "danger", "alarm", "系统", 90, ""),
        (
            Label("催办", "Urged"),
            "warning",
            "bell-ringing",
            "王芳",
            200,
            "客户第二次来电，称小区仍未恢复供电，家中有老人。",
        ),
        (Label("派单", "Dispatched"), "accent", "send", "赵强", 260, ""),
        (Label("受理", "Registered"), "quiet", "phone", "王芳", 270, "全楼停电，附近有施工。"),
    ]
    return [
        {"title": title, "tone": tone, "icon": icon, "who": who, "body": body, "at": now - timedelta(minutes=minutes)}
        for title, tone, icon, who, minutes, body in rows
    ]


#: today against what is usual
CHART = {
    "legend": {"data": ["今日 Today", "通常 Usual"]},
    "xAxis": {"type": "category", "data": [f"{h}" for h in range(0, 24, 2)], "name": "h"},
    "yAxis": {"type": "value", "name": "件/h"},
    "series": [
        {
            "name": "今日 Today",
            "type": "bar",
            "data": [{"value": v, "url": "/styleguide/"} for v in (2, 1, 1, 4, 9, 14, 12, 8, 7)],
        },
        {"name": "通常 Usual", "type": "line", "symbol": "none", "data": [2, 2, 1, 3, 7, 9, 8, 8, 7, 6, 4, 3]},
    ],
}


def page(request: HttpRequest) -> HttpResponse:
    """Show every component; ``?frame=public`` and ``?frame=phone`` show the other two frames."""
    now = getattr(request, "now", None) or house_now()
    frame = request.GET.get("frame", "")
    context = {
        "clocks": clocks(now), "entries": entries(now), "chart": CHART, "form": forms.build(FIELDS),
        "listing": LIST.open(request, Person.objects.select_related("unit")) if request.user.is_authenticated else None,
        "frame": {"public": "base_public.html", "phone": "base_phone.html"}.get(frame, "base.html"),
    }  # fmt: skip
    return render(request, "web/styleguide.html", context)


def answer_form(request: HttpRequest) -> HttpResponse:
    """Refuse the example's form with a reason beside each bad field, as an action would; else show the form."""
    form = forms.build(FIELDS, request.POST if "contact" in request.POST else None)
    if form.is_bound and not form.is_valid():
        reasons = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
        raise Invalid(gettext("Some fields need attention"), fields=reasons)
    return render(request, "web/_style_form.html", {"form": form})
