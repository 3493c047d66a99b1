"""The outbox page and its commands: who may look, who may decide, what a decision does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import typer
from django.test import Client
from typer.testing import CliRunner

from open95598.foundation.events import commands, registry
from open95598.foundation.events.delivery import Outcome, deliver_next
from open95598.foundation.events.models import Delivery
from open95598.foundation.events.services import Said, say
from open95598.foundation.journal.models import Entry
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(now: datetime) -> Iterator[Delivery]:
    """One dead letter with two deliveries behind it."""

    def refuse(event: registry.Heard, now: datetime) -> None:
        raise registry.Undeliverable("the partner refuses <this>")

    registry.subscribe("t.partner", "test.letter")(refuse)
    say(Said("test.letter", "case/9", now, 9) for _ in range(3))
    assert deliver_next("t.partner", "case/9", now) is Outcome.DEAD
    yield Delivery.objects.get(state="dead")
    registry.unsubscribe("t.partner")


def browser(role: str, now: datetime) -> Client:
    unit = Unit.objects.create(code="HQ", name="HQ", level="headquarters", lineage=[1])
    person = Person.objects.create(username=role, name=role, unit=unit)
    RoleAssignment.objects.create(person=person, role=role, unit=unit, valid_from=now - timedelta(days=1))
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_shows_what_waits_and_why(letter: Delivery, now: datetime) -> None:
    page = browser("administrator", now).get("/outbox/?subscriber=t.partner").content.decode()
    assert "test.letter" in page
    assert "Undeliverable: the partner refuses &lt;this&gt;" in page
    assert '<td class="number">2</td>' in page
    assert 'value="retry"' in page


def test_our_own_reasons_stand_in_the_readers_language_and_what_is_to_decide_first(
    letter: Delivery, now: datetime
) -> None:
    Delivery.objects.filter(pk=letter.pk).update(
        error="Undeliverable: no mail server is configured (OPEN95598_SMTP_URL)\n  at adapters.py"
    )
    page = browser("administrator", now).get("/outbox/").content.decode()
    assert "未配置邮件服务器（OPEN95598_SMTP_URL）" in page and "Undeliverable:" not in page
    assert page.index("<h2>死信") < page.index("<h2>订阅方")


def test_looking_is_not_deciding(letter: Delivery, now: datetime) -> None:
    auditor = browser("read_only_auditor", now)
    page = auditor.get("/outbox/").content.decode()
    assert "test.letter" in page
    assert 'value="retry"' not in page
    assert auditor.post("/outbox/decide/", {"id": letter.id, "decision": "retry"}).status_code == 403
    letter.refresh_from_db()
    assert letter.state == "dead"


def test_an_agent_does_not_even_look(now: datetime) -> None:
    assert browser("agent", now).get("/outbox/").status_code == 403


def test_a_drop_needs_a_reason_and_lets_the_others_go(letter: Delivery, now: datetime) -> None:
    admin = browser("administrator", now)
    answer = admin.post("/outbox/decide/", {"id": letter.id, "decision": "drop", "reason": " "}, follow=True)
    assert "请说明放弃的原因" in answer.content.decode()
    admin.post("/outbox/decide/", {"id": letter.id, "decision": "drop", "reason": "已电话告知"})
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dropped", "pending", "pending"]
    assert not Delivery.objects.filter(state="pending", nudge_at=None).exists()
    entry = Entry.objects.get(stream="outbox")
    assert entry.actor_id is not None
    assert "已电话告知" in entry.body
    again = admin.post("/outbox/decide/", {"id": letter.id, "decision": "retry"}, follow=True)
    assert "已经处理过" in again.content.decode()


def test_the_command_line_does_the_same(letter: Delivery) -> None:
    app = typer.Typer()
    commands.register(app)

    @app.command()
    def other() -> None:
        """So that the group keeps its name."""

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["outbox", *arguments])
        return result.exit_code, result.output

    code, text = run("status")
    assert code == 1
    assert "t.partner" in text
    assert run("drop", str(letter.id), "--reason", "")[0] == 1
    assert run("retry", "--subscriber", "t.partner") == (0, "1 tried again\n")
    assert run("retry", str(letter.id))[0] == 1
    assert Delivery.objects.filter(state="pending").count() == 3
    assert run("status")[0] == 0
