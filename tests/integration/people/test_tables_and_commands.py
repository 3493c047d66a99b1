"""Units and people from a spreadsheet; tokens from the command line."""

from __future__ import annotations

import pytest
import typer
from allauth.mfa.models import Authenticator
from openpyxl import Workbook
from typer.testing import CliRunner

from open95598.foundation.errors import Invalid, NotFound
from open95598.foundation.journal.models import Entry
from open95598.foundation.people import commands, services
from open95598.foundation.people.models import ApiToken, Person, RoleAssignment
from open95598.foundation.transfer import commands as transfer
from open95598.foundation.units.models import Unit


def sheet(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return str(path)


@pytest.fixture
def run(db, settings, tmp_path, clock):
    settings.MEDIA_ROOT = tmp_path / "files"
    app = typer.Typer()
    commands.register(app)
    transfer.register(app)
    return lambda *words, given="": CliRunner().invoke(app, list(words), input=given)


UNITS = [
    ["单位编码", "单位名称", "层级", "上级编码", "区域类型", "辖区"],
    ["HN", "湖南公司", "省", "HQ", "", "湖南省"],
    ["CS", "长沙公司", "市公司", "HN", "城区", "长沙市、430100"],
    ["XX", "坏的", "什么", "CS", "", ""],
    ["YY", "孤儿", "县", "ZZ", "农村", ""],
]


def test_units_come_in_with_their_parents_and_every_bad_row_is_named(run, tree, tmp_path):
    result = run("import", "units", sheet(tmp_path / "units.xlsx", UNITS))
    assert result.exit_code == 1, result.output
    changsha = Unit.objects.get(code="CS")
    assert changsha.lineage == [tree["HQ"].pk, Unit.objects.get(code="HN").pk, changsha.pk]
    assert changsha.territory == ["长沙市", "430100"]
    assert not Unit.objects.filter(code__in=["XX", "YY"]).exists()
    told = [line.split()[:2] for line in result.output.splitlines()]
    assert ["4", "层级"] in told
    assert ["5", "上级编码"] in told


def test_all_or_nothing_takes_nothing_when_a_row_is_bad(run, tree, tmp_path):
    result = run("import", "units", sheet(tmp_path / "units.xlsx", UNITS), "--all-or-nothing")
    assert result.exit_code == 1
    assert not Unit.objects.filter(code__in=["HN", "CS"]).exists()


def test_people_come_in_with_their_roles(run, tree, tmp_path):
    rows = [
        ["账号", "姓名", "单位编码", "角色", "工号"],
        ["wang.wei", "王伟", "NA", "handler、crew_member", "0042"],
        ["li.na", "李娜", "NA", "皇帝", "0043"],
        ["zhao", "赵", "QQ", "", ""],
    ]
    result = run("import", "people", sheet(tmp_path / "people.xlsx", rows))
    assert result.exit_code == 1, result.output
    wang = Person.objects.get(username="wang.wei")
    assert (wang.unit.code, wang.employee_number, wang.has_usable_password()) == ("NA", "0042", False)
    assert set(RoleAssignment.objects.filter(person=wang).values_list("role", flat=True)) == {"handler", "crew_member"}
    assert not Person.objects.filter(username__in=["li.na", "zhao"]).exists()


def test_a_token_is_all_that_stands_on_standard_output(run, person, now):
    person("robot", roles=("integration@HQ",))
    result = run("token", "create", "--account", "robot", "--scope", "case.open", "--days", "30")
    assert result.exit_code == 0
    token = result.stdout.removesuffix("\n")
    row = services.person_for_token(token, now)
    assert row is not None
    assert row.scopes == ["case.open"]
    listed = run("token", "list").stdout
    assert "robot" in listed
    assert token not in listed
    assert run("token", "revoke", str(row.pk)).exit_code == 0
    assert services.person_for_token(token, now) is None
    assert ApiToken.objects.get().revoked_at == now


def test_no_token_for_nobody(run, db):
    result = run("token", "create", "--account", "nobody")
    assert result.exit_code != 0
    assert "o95_" not in result.output


def test_the_first_administrator_is_made_at_the_command_line(run, tree):
    words = ("account", "create", "zhang.admin", "--name", "张管", "--unit", "HQ", "--role", "administrator")
    refusal = run(*words, given="1234\n").exception
    assert isinstance(refusal, Invalid) and "password" in refusal.fields
    assert not Person.objects.filter(username="zhang.admin").exists()
    result = run(*words, given="Dong-Ting-Hu-2026\n")
    assert result.exit_code == 0, result.output
    person = Person.objects.get(username="zhang.admin")
    assert person.check_password("Dong-Ting-Hu-2026") and person.must_change_password
    assert list(person.assignments.values_list("role", "unit__code")) == [("administrator", "HQ")]
    assert "Dong-Ting-Hu" not in result.output
    listed = run("account", "list", "--role", "administrator").output
    assert "zhang.admin" in listed and "first" in listed
    assert run("account", "create", "li.na", "--name", "李娜", "--unit", "HQ", "--no-password").exit_code == 0
    assert not Person.objects.get(username="li.na").has_usable_password()


def test_a_first_password_set_at_the_command_line_ends_sessions_and_is_journalled(run, person):
    li = person("li", password="Xiang-Jiang-2026!")
    assert run("account", "password", "LI", given="Yue-Lu-Shan-2026\n").exit_code == 0
    li.refresh_from_db()
    assert li.check_password("Yue-Lu-Shan-2026") and li.must_change_password
    entry = Entry.objects.filter(stream=f"person/{li.pk}").latest("seq")
    assert (entry.kind, entry.actor_id) == ("person.password_changed", None)
    assert "Yue-Lu-Shan" not in entry.body
    assert isinstance(run("account", "password", "nobody", given="x\n").exception, NotFound)


def test_a_lost_second_factor_is_taken_off_at_the_command_line(run, person):
    li = person("li", password="Xiang-Jiang-2026!")
    Authenticator.objects.create(user=li, type=Authenticator.Type.TOTP, data={})
    assert "li: on" in run("account", "second-factor", "li").output
    assert "li: off" in run("account", "second-factor", "li", "--off").output
    assert not Authenticator.objects.filter(user=li).exists()
