"""The catalogues are complete, and the check finds what is not."""

from __future__ import annotations

import shutil

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext

from open95598.foundation.ui import messages


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda r: r.name)
def test_every_message_is_translated(room):
    assert messages.problems(room) == []


def test_a_word_that_means_two_things_has_a_context():
    assert messages.clashes() == []


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda r: r.name)
def test_what_is_shown_is_what_the_room_wrote(room):
    """Neither another room nor a library translates a room's words for it."""
    lost = []
    with translation.override("zh-hans"):
        for message in messages._read(messages.catalogue_path(room, "zh_Hans"), "zh_Hans"):
            if isinstance(message.id, str) and message.id:
                shown = pgettext(message.context, message.id) if message.context else gettext(message.id)
                if shown != message.string:
                    lost.append((message.id, message.string, shown))
    assert lost == []


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


def test_two_rooms_that_say_different_things_are_found(room):
    messages.extract(room)
    other = room.parent / "yard"
    shutil.copytree(room, other)
    for place, word in ((room, "排队"), (other, "队列")):
        path = messages.catalogue_path(place, "zh_Hans")
        path.write_text(path.read_text().replace('"Queue"\nmsgstr ""', f'"Queue"\nmsgstr "{word}"'))
    assert messages.clashes() == ["'Queue' is '排队' in hall but '队列' in yard"]
