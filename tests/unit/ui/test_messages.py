"""The catalogues are complete, and the check finds what is not."""

from __future__ import annotations

import shutil

import pytest

from open95598.foundation.ui import messages


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda r: r.name)
def test_every_message_is_translated(room):
    assert messages.problems(room) == []


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Give a small room of its own."""
    room = tmp_path / "pack" / "hall"
    (room / "templates").mkdir(parents=True)
    (room / "apps.py").write_text("")
    (room / "views.py").write_text("_('Counter %(n)d')\npgettext('hall', 'Open')\n")
    (room / "templates" / "page.html").write_text(
        "{% load i18n %}{% trans 'Queue' %}{% blocktrans %}Hello {{ who }}{% endblocktrans %}"
    )
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "pack")
    yield room
    shutil.rmtree(tmp_path / "pack")


def test_python_and_templates_are_read(room):
    assert {str(m.id) for m in messages.found_in(room) if m.id} == {"Counter %(n)d", "Open", "Queue", "Hello %(who)s"}


def test_the_check_names_what_is_missing_untranslated_or_has_lost_a_mark(room):
    assert len(messages.problems(room)) == 4
    assert messages.extract(room) == 4
    path = messages.catalogue_path(room, "zh_Hans")
    text = path.read_text().replace('msgid "Queue"\nmsgstr ""', 'msgid "Queue"\nmsgstr "排队"')
    path.write_text(text.replace('msgid "Counter %(n)d"\nmsgstr ""', 'msgid "Counter %(n)d"\nmsgstr "柜台"'))
    wrong = messages.problems(room)
    assert len(wrong) == 3
    assert any("lost a mark" in line for line in wrong)
    assert messages.extract(room) == 2  # translations stay
    assert messages.compile_all() == 1
    assert messages.compile_all() == 0
