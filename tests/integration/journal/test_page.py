"""The page of the journal, the commands, the figure for Prometheus: as their readers get them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from open95598.foundation import clock as house_clock
from open95598.foundation import process
from open95598.foundation.journal import anchors, commands, hooks, sealer
from open95598.foundation.journal.models import Entry, Stream
from open95598.foundation.journal.services import Draft, append_to_stream
from open95598.foundation.people.models import Person, RoleAssignment
from open95598.foundation.units.models import Unit

from .conftest import superuser

pytestmark = pytest.mark.usefixtures("journal")


@pytest.fixture
def reader(client, now):
    """A browser in which a read-only auditor is signed in, in English."""
    unit = Unit.objects.create(code="HQ", name="总部", level="headquarters")
    unit.lineage = [unit.pk]
    unit.save()
    person = Person.objects.create(username="shen", name="沈敏", unit=unit, language="en")
    RoleAssignment.objects.create(
        person=person, role="read_only_auditor", unit=unit, valid_from=now - timedelta(days=1)
    )
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    client.person = person
    return client


def note(now, n=0, case=7, **more):
    return Draft(Stream(), "", "case.noted", now, 999_999, "王敏", case, data={"n": f"data-{n}"}, **more)


def test_the_page_shows_entries_of_visible_cases_without_personal_content(reader, now, monkeypatch):
    monkeypatch.setattr(hooks, "visible_cases", [lambda rights, ids: [7]])
    append_to_stream("notes/7", [note(now, 1, personal={"phone": "13800001234"})])
    append_to_stream("notes/8", [note(now, 2, case=8)])
    sealer.seal_once(now)
    append_to_stream("rulebook", [Draft(Stream(), "", "rulebook.published", now, data={"x": "<script>"})])
    page = reader.get("/journal/").content.decode()
    assert "data-1" in page
    assert "data-2" not in page
    assert "13800001234" not in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page.split("<main")[1].split("</main")[0]
    assert "A case that you may not see" in page
    assert page.count("Block 1") == 2  # the seal, the anchor


def test_without_a_room_that_shows_cases_none_is_shown(reader, now, monkeypatch):
    monkeypatch.setattr(hooks, "visible_cases", [])
    append_to_stream("notes/7", [note(now, 1)])
    assert "data-1" not in reader.get("/journal/").content.decode()


def test_filters_and_pages(reader, now, monkeypatch):
    monkeypatch.setattr(hooks, "visible_cases", [lambda rights, ids: ids])
    append_to_stream("notes/7", [note(now, n) for n in range(120)])
    append_to_stream(
        "x",
        [Draft(Stream(), "", "person.hired", now + timedelta(days=2), reader.person.pk, "沈敏", data={"n": "hired"})],
    )
    seen = []
    address = "/journal/?kind=case"
    while address:
        page = reader.get(address)
        seen += [line["entry"].id for line in page.context["lines"]]
        address = page.context["more"] and "/journal/" + page.context["more"]
        assert not address or "kind=case" in address
    assert seen == sorted(Entry.objects.filter(kind="case.noted").values_list("id", flat=True), reverse=True)
    day = timezone.localtime(now + timedelta(days=2)).date()
    for query, count in (
        ("actor=SHEN", 1), ("actor=nobody", 0), ("case=8", 0), (f"start={day}", 1), (f"end={day}&kind=person.hired", 1),
        (f"end={day - timedelta(days=1)}&kind=person", 0), ("case=x", 0), ("before=1", 0),
        ("case=99999999999999999999", 0),
    ):  # fmt: skip
        page = reader.get(f"/journal/?{query}")
        assert (page.status_code, len(page.context["lines"])) == (200, count), query


def test_who_has_no_right_is_refused(client, reader, now):
    assert client.__class__().get("/journal/").status_code == 302
    RoleAssignment.objects.update(role="agent")
    assert reader.get("/journal/").status_code == 403


def test_commands_tell_whole_and_broken_by_their_exit_status(now, clock, tmp_path):
    run = CliRunner().invoke
    assert run(commands.journal, ["anchor"]).exit_code == 1
    append_to_stream("notes/7", [note(now, n) for n in range(3)])
    assert "3 entries sealed" in run(commands.journal, ["seal"]).stdout
    whole = run(commands.journal, ["verify"])
    assert (whole.exit_code, "whole" in whole.stdout) == (0, True)
    kept = tmp_path / "kept outside.jsonl"
    kept.write_text(run(commands.journal, ["anchor"]).stdout)
    assert list(anchors.read(kept)) == [anchors.last()]
    for path in anchors.files():
        path.unlink()
    with superuser() as cursor:
        cursor.execute("DELETE FROM journal_entry")
        cursor.execute("DELETE FROM journal_block")
        cursor.execute("DELETE FROM journal_stream")
    assert run(commands.journal, ["verify"]).exit_code == 0
    broken = run(commands.journal, ["verify", "--anchor", str(kept)])
    assert (broken.exit_code, "tail.cut" in broken.stdout) == (1, True)
    kept.write_text("nonsense")
    assert run(commands.journal, ["verify", "--anchor", str(kept)]).exit_code == 2


def test_the_age_of_what_is_not_sealed_is_a_figure(now):
    append_to_stream("notes/7", [note(now)])
    with house_clock.using(house_clock.FixedClock(now + timedelta(seconds=30))):
        assert process.SCRAPED.get_sample_value("open95598_journal_unsealed_seconds") == 30
