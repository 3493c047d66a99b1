"""Forms from declared inputs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from open95598.foundation.ui import forms
from open95598.foundation.words import Label

REASON = Label("原因", "Reason")


@dataclass
class Declared:
    name: str
    type: str = "text"
    label: Any = REASON
    required: bool = True
    choices: Any = ()
    max_length: int = 0
    help: Label | None = None


def test_times_are_read_in_the_utilitys_zone_and_come_out_aware():
    form = forms.build([Declared("at", "datetime")], {"at": "2026-03-02T10:30"})
    assert form.is_valid()
    assert form.cleaned_data["at"].astimezone(UTC) == datetime(2026, 3, 2, 2, 30, tzinfo=UTC)


def test_labels_follow_the_language():
    with translation.override("en"):
        assert forms.build([Declared("why")])["why"].label == "Reason"
    with translation.override("zh-hans"):
        assert forms.build([Declared("why")])["why"].label == "原因"


def test_bad_fields_are_named_and_optional_empty_ones_left_out():
    declared = [Declared("phone", "phone"), Declared("why", required=False), Declared("unit", "unit")]
    form = forms.build(declared, {"phone": "call me", "unit": "3"}, choices_of=lambda field: [(3, "NA")])
    assert list(form.errors) == ["phone"]
    form = forms.build(declared, {"phone": "0571-88880000", "unit": "3"}, choices_of=lambda field: [(3, "NA")])
    assert form.is_valid()
    assert form.cleaned_data == {"phone": "0571-88880000", "unit": 3}


def test_a_choice_outside_the_list_is_refused():
    given = Declared("why", "choice", choices=(("a", Label("甲", "A")),))
    assert forms.build([given], {"why": "a"}).is_valid()
    assert not forms.build([given], {"why": "b"}).is_valid()


def test_a_list_without_its_source_is_a_programmers_error():
    with pytest.raises(ValueError, match="choices_of"):
        forms.build([Declared("why", "choice", choices="reasons")])
