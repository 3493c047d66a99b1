"""Units and people from a spreadsheet. Their rooms lie below this one, so their importers are declared here.

Units: a parent stands above its children in the file, or is in the house already. People: several roles at their own
unit, separated by commas, semicolons or 、.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from open95598.foundation.errors import Forbidden, Invalid, NotFound, Refused
from open95598.foundation.people import rights
from open95598.foundation.people import services as people
from open95598.foundation.people.actors import HOUSE, Actor
from open95598.foundation.people.models import ROLE_NAMES, Person
from open95598.foundation.people.policy import Permission
from open95598.foundation.transfer.importers import Context, Field, Parsed
from open95598.foundation.units import services as units
from open95598.foundation.units.models import AreaType, Unit, UnitLevel
from open95598.foundation.units.queries import by_code

_SEPARATORS = re.compile(r"[,，;；、\n]+")


def _choice(choices: Mapping[str, Any], **synonyms: str) -> Any:
    """Return a check that understands a code, and its name in either language."""

    def check(text: str) -> str:
        wanted = text.strip().casefold()
        for code, name in choices.items():
            names = {code.casefold()}
            for language in ("en", "zh-hans"):
                with override(language):
                    names.add(str(name).casefold())
            if wanted in names or synonyms.get(wanted) == code:
                return code
        known = "、".join(str(name) for name in choices.values())
        raise ValueError(_("“%(word)s” is not one of: %(known)s") % {"word": text[:40], "known": known})

    return check


_level = _choice(
    dict(UnitLevel.choices), 总部="headquarters", 省="province", 省公司="province", 市="city", 市公司="city",
    地市="city", 县="county", 县公司="county", 区县="county", 班组="team", 班="team", 供电所="team",
)  # fmt: skip
_area = _choice(dict(AreaType.choices), 城区="city", 城市="city", 农村="rural", 偏远="remote", 特殊边远="remote")
_role = _choice({role.value: name for role, name in ROLE_NAMES.items()})


def _roles(text: str) -> list[str]:
    return [_role(part) for part in _SEPARATORS.split(text) if part.strip()]


def _actor(context: Context) -> Actor:
    """Return in whose name rows come in; without a person it is the house (the command line)."""
    if context.person is None:
        return HOUSE
    return Actor(context.person.pk, context.person.name, rights.load(context.person, context.now))


def _must_hold(context: Context, permission: Permission) -> None:
    """Let a dry run tell what exists only to somebody who manages it somewhere. Raises ``Forbidden``."""
    actor = _actor(context)
    if actor.rights is not None and not actor.rights.anywhere(permission):
        raise Forbidden(_("Your roles do not include this import."))


class UnitsImporter:
    """Units with level, parent, area type, territory."""

    name = "units"
    label = gettext_lazy("Units")
    fields: Sequence[Field] = (
        Field("code", gettext_lazy("Unit code"), required=True, max_length=16,
              synonyms=("单位编码", "编码", "代码", "code")),
        Field("name", gettext_lazy("Unit name"), required=True, max_length=80, synonyms=("单位名称", "名称", "name")),
        Field("level", gettext_lazy("Unit level"), required=True, check=_level, synonyms=("层级", "级别", "level")),
        Field("parent", gettext_lazy("Parent's code"), max_length=16,
              synonyms=("上级编码", "上级单位", "上级", "parent")),
        Field("area_type", gettext_lazy("Area type"), check=_area, synonyms=("区域类型", "地区类型", "area_type")),
        Field("territory", gettext_lazy("Territory"), synonyms=("辖区", "供电区域", "territory")),
        Field("calendar", gettext_lazy("Business calendar"), max_length=32, synonyms=("工作日历", "calendar")),
        Field("opens_on", gettext_lazy("Opens on"), "date", synonyms=("成立日期", "opens_on")),
    )  # fmt: skip

    def __init__(self) -> None:
        self._seen: tuple[int, set[str]] = (0, set())

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return what the tree would refuse; parents further up in the file count as there."""
        _must_hold(context, Permission.UNITS_MANAGE)
        if self._seen[0] != context.run_id:
            self._seen = (context.run_id, set())
        coming, refused = self._seen[1], {}
        for row in rows:
            code, parent = str(row.values["code"]).casefold(), str(row.values.get("parent") or "").casefold()
            bad: dict[str, str] = {}
            if code in coming or Unit.objects.filter(code__iexact=code).exists():
                bad["code"] = _("This code is taken.")
            if parent and parent not in coming and not Unit.objects.filter(code__iexact=parent).exists():
                bad["parent"] = _("There is no unit with this code, here or further up in the file.")
            if bad:
                refused[row.number] = Invalid(_("The unit was not created."), fields=bad)
            else:
                coming.add(code)
        return refused

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Create the units, in the order of the file."""
        actor = _actor(context)
        return [self._create(row, actor, context.now) for row in rows]

    def _create(self, row: Parsed, actor: Actor, now: datetime) -> str:
        data = dict(row.values)
        parent_code = data.get("parent")
        try:
            parent = by_code(str(parent_code)) if parent_code else None
        except NotFound as missing:
            reason = _("There is no unit with this code, here or further up in the file.")
            raise Invalid(_("The unit was not created."), fields={"parent": reason}) from missing
        if parent is not None:
            actor.must(Permission.UNITS_MANAGE, parent)
        elif actor.rights is not None:
            raise Forbidden(_("A headquarters is created on the command line."))
        unit = units.create(
            code=str(data["code"]),
            name=str(data["name"]),
            level=str(data["level"]),
            parent=parent,
            now=now,
            by=actor.by,
            area_type=str(data.get("area_type") or AreaType.CITY),
            territory=_SEPARATORS.split(str(data.get("territory") or "")),
            calendar=str(data.get("calendar") or "cn"),
            opens_on=data.get("opens_on"),
        )
        return unit.code


class PeopleImporter:
    """Accounts with their unit and the roles they hold there. Passwords never come in by a spreadsheet."""

    name = "people"
    label = gettext_lazy("People")
    fields: Sequence[Field] = (
        Field("username", gettext_lazy("Account"), required=True, max_length=64,
              synonyms=("账号", "用户名", "登录名", "username")),
        Field("name", gettext_lazy("Name"), required=True, max_length=64, synonyms=("姓名", "名字", "name")),
        Field("unit", gettext_lazy("Unit's code"), required=True, max_length=16,
              synonyms=("单位编码", "所属单位", "单位", "unit")),
        Field("roles", gettext_lazy("Roles"), check=_roles, synonyms=("角色", "岗位", "roles")),
        Field("employee_number", gettext_lazy("Employee number"), "text", max_length=32,
              synonyms=("工号", "人员编号", "employee_number")),
        Field("phone", gettext_lazy("Phone"), "text", max_length=32, synonyms=("手机", "电话", "联系电话", "phone")),
        Field("email", gettext_lazy("E-mail"), max_length=254, synonyms=("邮箱", "电子邮件", "email")),
    )  # fmt: skip

    def check_many(self, rows: Sequence[Parsed], context: Context) -> Mapping[int, Refused]:
        """Return rows whose unit is unknown or whose account is taken."""
        _must_hold(context, Permission.PEOPLE_MANAGE)
        refused: dict[int, Refused] = {}
        coming: set[str] = set()
        for row in rows:
            username, code = str(row.values["username"]).casefold(), str(row.values["unit"])
            bad: dict[str, str] = {}
            if username in coming or Person.objects.filter(username__iexact=username).exists():
                bad["username"] = _("This account is taken.")
            if not Unit.objects.filter(code__iexact=code, closed_on=None).exists():
                bad["unit"] = _("There is no open unit with this code.")
            coming.add(username)
            if bad:
                refused[row.number] = Invalid(_("The account was not created."), fields=bad)
        return refused

    def create_many(self, rows: Sequence[Parsed], context: Context) -> Sequence[str | Refused]:
        """Create the accounts and give them their roles."""
        actor = _actor(context)
        return [self._create(row, actor, context.now) for row in rows]

    def _create(self, row: Parsed, actor: Actor, now: datetime) -> str:
        data = dict(row.values)
        try:
            unit = by_code(str(data["unit"]))
        except NotFound as missing:
            reason = _("There is no open unit with this code.")
            raise Invalid(_("The account was not created."), fields={"unit": reason}) from missing
        person = people.hire(
            username=str(data["username"]),
            name=str(data["name"]),
            unit=unit,
            employee_number=str(data.get("employee_number") or ""),
            phone=str(data.get("phone") or ""),
            email=str(data.get("email") or ""),
            roles=[(role, unit) for role in data.get("roles") or ()],
            actor=actor,
            now=now,
        )
        return person.username
