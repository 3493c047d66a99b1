"""What the left side offers: a declared table. A room adds one line; nothing else knows the menu.

An item is shown when its address resolves (the room is there) and the person holds its permission at any unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.foundation.people.policy import Permission, Rights


class Layer(StrEnum):
    """The layers by which rooms are grouped, in the order of the screen."""

    SERVICE = "service"
    BUSINESS = "business"
    SUPERVISION = "supervision"
    DECISION = "decision"
    ADMINISTRATION = "administration"


LAYER_NAMES = {
    Layer.SERVICE: pgettext_lazy("layer", "Service"),
    Layer.BUSINESS: pgettext_lazy("layer", "Business"),
    Layer.SUPERVISION: pgettext_lazy("layer", "Supervision"),
    Layer.DECISION: pgettext_lazy("layer", "Decision"),
    Layer.ADMINISTRATION: pgettext_lazy("layer", "Administration"),
}


@dataclass(frozen=True)
class Item:
    """One room's entry. ``permission`` None: everybody signed in. ``keys``: further words for the palette."""

    label: Any
    icon: str
    url_name: str
    permission: Permission | None
    layer: Layer
    keys: str = ""


@dataclass(frozen=True)
class Entry:
    """An item as it stands on one person's screen."""

    label: Any
    icon: str
    url: str
    keys: str
    active: bool = False


@dataclass(frozen=True)
class Group:
    """A layer with the entries this person may open."""

    layer: Layer
    label: Any
    entries: tuple[Entry, ...]


_P, _L = Permission, Layer

ITEMS: tuple[Item, ...] = (
    Item(pgettext_lazy("seat", "Desk"), "headset", "desk:desk", _P.CASE_OPEN, _L.SERVICE, "zx zuoxi desk"),
    Item(_("My work"), "inbox", "workorders:my_work", _P.CASE_VIEW, _L.SERVICE, "wdgz my work"),
    Item(_("Work orders"), "list-details", "workorders:list", _P.CASE_VIEW, _L.SERVICE, "gd orders"),
    Item(_("My promises"), "user-heart", "tracking:promises", _P.CASE_OPEN, _L.SERVICE, "wdcn swfz promises"),
    Item(_("Contacts"), "messages", "contacts:list", _P.CASE_VIEW, _L.SERVICE, "lx jc contacts"),
    Item(
        pgettext_lazy("bulletin", "Bulletins"),
        "speakerphone",
        "bulletins:list",
        _P.CASE_VIEW,
        _L.SERVICE,
        "gg bulletins",
    ),
    Item(_("Chats"), "message-circle", "chat:desk", _P.CASE_ANSWER, _L.SERVICE, "lt zxlt chats"),
    Item(_("Register an order"), "square-plus", "workorders:register", _P.CASE_OPEN, _L.SERVICE, "dj new"),
    Item(_("Knowledge"), "books", "knowledge:list", _P.CASE_VIEW, _L.SERVICE, "zs zhishi knowledge"),
    Item(_("Customers"), "users-group", "customers:list", _P.CUSTOMER_VIEW, _L.SERVICE, "kh yhda customers"),
    Item(_("Tiers and credit"), "diamond", "standing:list", _P.CUSTOMER_VIEW, _L.SERVICE, "khdj xy tiers credit"),
    Item(_("Outages"), "bolt-off", "outages:list", _P.CASE_VIEW, _L.SERVICE, "td tingdian outages"),
    Item(_("Outage map"), "map-2", "outages:map", _P.OVERVIEW_VIEW, _L.SERVICE, "td dt ditu outage map"),
    Item(_("Storm board"), "storm", "outages:board", _P.OVERVIEW_VIEW, _L.SERVICE, "td fb tingdian storm"),
    Item(_("Crews"), "truck", "crews:board", _P.CASE_DISPATCH, _L.SERVICE, "qx pd qiangxiu crews"),
    Item(_("Planned outages"), "calendar-off", "planned:list", _P.CASE_VIEW, _L.SERVICE, "tdjh jihua tingdian planned"),
    Item(_("Outage notices"), "bell-bolt", "outagenotices:list", _P.CASE_VIEW, _L.SERVICE, "tdtz tongzhi notices"),
    Item(_("Grid"), "route", "grid:list", _P.CUSTOMER_VIEW, _L.SERVICE, "dw pdw grid feeder"),
    Item(
        _("Visits to customers"), "calendar-due", "keyaccounts:visits", _P.CUSTOMER_VIEW, _L.SERVICE, "zf khzf visits"
    ),
    Item(_("Data findings"), "database-search", "dataquality:list", _P.CUSTOMER_VIEW, _L.SERVICE, "sjhc zl findings"),
    Item(pgettext_lazy("hall", "Appointments"), "calendar-event", "hall:desk", _P.CASE_NOTE, _L.SERVICE, "yy yuyue"),
    Item(_("Call-back desk"), "phone-outgoing", "workorders:callbacks", _P.CASE_CALL_BACK, _L.SERVICE, "hf"),
    Item(_("Shift handover"), "arrows-exchange", "shifts:overview", _P.CASE_APPROVE, _L.SERVICE, "jjb shift"),
    Item(_("Crew's page"), "device-mobile", "workorders:crew", _P.CASE_CREW, _L.SERVICE, "qx crew"),
    Item(_("Field sheets"), "clipboard-text", "field:sheets", _P.CASE_HANDLE, _L.SERVICE, "xcd xianchang field sheets"),
    Item(_("Imports"), "table-import", "transfer:imports", _P.IMPORT, _L.SERVICE, "dr import"),
    Item(_("Exports"), "table-export", "transfer:exports", _P.EXPORT, _L.SERVICE, "dc export"),
    Item(_("Unit overview"), "layout-dashboard", "workorders:overview", _P.OVERVIEW_VIEW, _L.DECISION, "gl"),
    Item(_("Customer value"), "coin-yuan", "keyaccounts:value", _P.ACCOUNT_MONEY, _L.DECISION, "khjz value"),
    Item(
        _("Orders that stand still"),
        "player-pause",
        "tracking:standing",
        _P.OVERVIEW_VIEW,
        _L.SUPERVISION,
        "tz standing",
    ),
    Item(_("Process report"), "report-analytics", "reports:process", _P.OVERVIEW_VIEW, _L.SUPERVISION, "lcbb report"),
    Item(
        _("Promises and peers"),
        "target-arrow",
        "indicators:promises",
        _P.OVERVIEW_VIEW,
        _L.SUPERVISION,
        "sxcn db promises peers",
    ),
    Item(_("Units"), "sitemap", "units:list", _P.UNITS_VIEW, _L.ADMINISTRATION, "dw units"),
    Item(_("People"), "users", "people:list", _P.PEOPLE_VIEW, _L.ADMINISTRATION, "ry people"),
    Item(_("Calendars"), "calendar-stats", "calendars:list", _P.CALENDAR_MANAGE, _L.ADMINISTRATION, "rl"),
    Item(_("Rulebook"), "book-2", "rulebook:index", _P.RULEBOOK_VIEW, _L.ADMINISTRATION, "gz rules"),
    Item(_("Flows"), "git-branch", "casework:flows", _P.FLOWS_VIEW, _L.ADMINISTRATION, "lc flows"),
    Item(_("Outbox"), "send", "events:outbox", _P.OUTBOX_VIEW, _L.ADMINISTRATION, "fj outbox"),
    Item(_("Grades and findings"), "zoom-check", "workorders:judgements", _P.CASE_QUALITY_VIEW, _L.SUPERVISION, "ssx"),
    Item(_("Assessment"), "scale", "assessment:ledger", _P.CASE_VIEW, _L.SUPERVISION, "kh ledger ss appeals"),
    Item(_("Indices of service"), "percentage", "satisfaction:show", _P.OVERVIEW_VIEW, _L.SUPERVISION, "fwzs index"),
    Item(_("Reliability of supply"), "bolt", "reliability:figures", _P.OVERVIEW_VIEW, _L.SUPERVISION, "gdkkx saidi"),
    Item(_("Frequently out"), "repeat", "reliability:lines", _P.OVERVIEW_VIEW, _L.SUPERVISION, "pftd zg lines"),
    Item(_("Heavy and overloaded"), "gauge", "reliability:loads", _P.OVERVIEW_VIEW, _L.SUPERVISION, "zzgz load zz gz"),
    Item(_("Supervision board"), "layout-board", "supervision:board", _P.CASE_QUALITY_VIEW, _L.SUPERVISION, "dbkb"),
    Item(_("Supervisions"), "eye-exclamation", "supervision:list", _P.CASE_VIEW, _L.SUPERVISION, "db duban"),
    Item(_("Inspection of orders"), "clipboard-check", "sampling:list", _P.CASE_VIEW, _L.SUPERVISION, "zj cj qa"),
    Item(_("Journal"), "shield-check", "journal:index", _P.JOURNAL_VIEW, _L.SUPERVISION, "rz journal audit"),
    Item(_("Billing system"), "plug-connected", "cis:state", _P.OUTBOX_VIEW, _L.ADMINISTRATION, "yx cis billing"),
    Item(_("Sent messages"), "message-2", "notices:sent", _P.OUTBOX_VIEW, _L.ADMINISTRATION, "dx sms"),
    Item(_("Erasure"), "eraser", "workorders:erasure", _P.PERSONAL_ERASE, _L.ADMINISTRATION, "sc erase"),
    Item(_("Demonstration"), "player-play", "demo:index", _P.DEMO_PLAY, _L.ADMINISTRATION, "ys demo"),
)

#: (where, holds one of, lacks all of): the first line that fits says where a person starts; else "my work"
HOMES: tuple[tuple[str, frozenset[Permission], frozenset[Permission]], ...] = (
    ("workorders:crew", frozenset({_P.CASE_CREW}), frozenset({_P.CASE_HANDLE, _P.CASE_ANSWER, _P.CASE_DISPATCH})),
    ("workorders:callbacks", frozenset({_P.CASE_CALL_BACK}), frozenset({_P.CASE_ANSWER, _P.CASE_DISPATCH})),
    ("workorders:overview", frozenset({_P.CASE_SUPERVISE}), frozenset({_P.CASE_ANSWER})),
    ("workorders:overview", frozenset({_P.OVERVIEW_VIEW}), frozenset({_P.CASE_NOTE})),
    ("workorders:my_work", frozenset({_P.CASE_VIEW}), frozenset()),
)


def home(rights: Rights | None) -> str | None:
    """Return the address at which a person starts: the crew's page, the call-back desk, the overview or "my work".

    None for somebody without cases (an administrator): they get the rooms they may enter.
    """
    if rights is None:
        return None
    for url_name, holds, lacks in HOMES:
        fits = any(rights.anywhere(p) for p in holds) and not any(rights.anywhere(p) for p in lacks)
        if fits and (url := address(url_name)):
            return url
    return None


@cache
def address(url_name: str) -> str | None:
    """Return the address of a named page, None while no room offers it (kept: addresses do not change at run time)."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _offered(rights: Rights | None) -> Iterator[tuple[Item, str]]:
    for item in ITEMS:
        url = address(item.url_name)
        if url is None or rights is None:
            continue
        if item.permission is None or rights.anywhere(item.permission):
            yield item, url


def groups(rights: Rights | None, path: str = "") -> tuple[Group, ...]:
    """Return the menu of a person, grouped by layer; the longest address that ``path`` begins with is active.

    No queries; ``rights`` None (nobody has signed in) gives an empty menu.
    """
    offered = list(_offered(rights))
    matching = [url for _item, url in offered if path == url or (url != "/" and path.startswith(url))]
    active = max(matching, key=len, default="")
    found = []
    for layer in Layer:
        entries = tuple(
            Entry(item.label, item.icon, url, item.keys, active=url == active)
            for item, url in offered
            if item.layer == layer
        )
        if entries:
            found.append(Group(layer, LAYER_NAMES[layer], entries))
    return tuple(found)
