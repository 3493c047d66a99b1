"""The form that comes with the house, walked: every path ends, digits are enough, the rules of H14 and 1.3 hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests import rules

from open95598.foundation.rulebook.intake_rows import TriageForm
from open95598.service.intake import triage
from open95598.service.intake.triage import Position, Said, Wrong, walk

RULES = rules.shipped()
FORM = RULES.intake.form_of("fault")
assert FORM is not None
SKIPS = tuple(c.code for c in RULES.choices("triage_skips"))
RANKS = tuple(c.code for c in RULES.choices("priorities"))


def go(*said: str, form: TriageForm = FORM) -> Position:
    """Walk by answers in order; ``-`` skips."""
    given: list[Said] = []
    for answer in said:
        question = walk(form, given, skips=SKIPS, ranks=RANKS).question
        assert question is not None
        skip = Said(question.code, skipped="not_known")
        given.append(skip if answer == "-" else Said(question.code, answer))
    return walk(form, given, skips=SKIPS, ranks=RANKS)


def every_walk(given: tuple[Said, ...] = ()) -> Iterator[Position]:
    here = walk(FORM, given, skips=SKIPS, ranks=RANKS)
    if here.question is None:
        yield here
        return
    for answer in here.question.answers:
        yield from every_walk((*given, Said(here.question.code, answer.code)))
    if here.question.skip_to:
        yield from every_walk((*given, Said(here.question.code, skipped="line")))


def test_every_walk_ends_and_says_enough_for_what_follows() -> None:
    walks = list(every_walk())
    assert len(walks) > 100
    for end in walks:
        assert end.outcome is not None
        assert len(end.steps) <= 9, "a caller in the dark is not asked more than that"
        assert RULES.has_category(end.category)
        if end.outcome.does == "dispatch":
            assert RULES.category(end.category).kind in ("fault", "service_request")
        else:
            assert end.outcome.say
        assert walk(FORM, triage.from_data(triage.as_data(end)["answers"]), skips=SKIPS, ranks=RANKS) == end
    assert {end.outcome.code for end in walks if end.outcome} == {o.code for o in FORM.outcomes}


def test_danger_is_asked_first_and_is_never_skipped() -> None:
    assert go().question == FORM.question("danger")
    with pytest.raises(Wrong) as caught:
        walk(FORM, [Said("danger", skipped="line")], skips=SKIPS)
    assert (caught.value.why, caught.value.place, caught.value.expected) == ("skip", 0, "danger")
    end = go("low")
    assert (end.outcome and end.outcome.code, end.priority, end.category) == ("keep_away", "safety", "fault.lv.line")


@pytest.mark.parametrize(
    ("said", "outcome", "does", "category", "ownership"),
    [
        # K4: credit before everything else; only then the switch
        (("none", "all", "alight", "owing"), "arrears", "information", "fault.metering.prepaid", ""),
        (("none", "all", "alight", "fine", "tripped", "restored"), "solved", "self_help", "fault.customer.resident",
         "customer"),
        (("none", "all", "alight", "fine", "tripped", "one"), "isolated", "self_help", "fault.customer.resident",
         "customer"),
        # paid and still dark is a reconnection, not a repair (C2)
        (("none", "all", "alight", "paid"), "reconnect", "dispatch", "service_request.reconnect", ""),
        # K5: an announced outage
        (("none", "all", "dark", "inside"), "planned", "information", "fault.lv.line", ""),
        (("none", "all", "dark", "outside", "area", "now"), "crew", "dispatch", "fault.hv.line", ""),
        (("none", "part", "no", "paid"), "paid_repair", "dispatch", "fault.customer.resident", "customer"),
        (("none", "voltage", "high"), "overvoltage", "dispatch", "fault.quality.high", ""),
        (("none", "device", "lamp"), "municipal", "information", "fault.non_power.municipal", "other"),
        (("none", "-", "-", "-", "-", "-"), "crew", "dispatch", "fault.lv.no_power", ""),
    ],
)  # fmt: skip
def test_what_answers_lead_to(said: tuple[str, ...], outcome: str, does: str, category: str, ownership: str) -> None:
    end = go(*said)
    assert end.outcome is not None
    assert (end.outcome.code, end.outcome.does, end.category, end.ownership) == (outcome, does, category, ownership)


def test_the_highest_priority_counts() -> None:
    assert go("none", "all", "dark", "outside", "estate", "now").priority == "urgent"
    assert go("none", "all", "dark", "outside", "building", "now").priority == ""


def test_only_answers_are_reasons_and_count_as_answered() -> None:
    end = go("none", "-", "-", "fine", "-", "today")
    assert [s.question.code for s in end.reasons] == ["danger", "credit", "since"]
    assert end.answered == {"danger", "credit", "since"}


@pytest.mark.parametrize(
    ("said", "why", "place"),
    [
        ([Said("dark", "all")], "order", 0),
        ([Said("danger", "perhaps")], "answer", 0),
        ([Said("danger", "none"), Said("dark", "all", "line")], "skip", 1),
        ([Said("danger", "none"), Said("dark", skipped="bored")], "skip", 1),
        ([Said("danger", "low"), Said("dark", "all")], "over", 1),
    ],
)
def test_what_does_not_fit_is_refused_by_name(said: list[Said], why: str, place: int) -> None:
    with pytest.raises(Wrong) as caught:
        walk(FORM, said, skips=SKIPS)
    assert (caught.value.why, caught.value.place) == (why, place)


def test_nothing_said_breaks_the_speech_rules() -> None:
    forbidden = ("抱歉", "您说吧", "漏保", "一卡通", "保证马上", "肯定能", "您必须")
    texts = [q.ask.zh for q in FORM.questions] + [o.say.zh for o in FORM.outcomes if o.say]
    assert not [text for text in texts for word in forbidden if word in text]


def test_answers_given_in_no_order_make_up_a_walk_that_ends_with_the_last_of_them() -> None:
    given = {"since": "today", "dark": "part", "danger": "none", "scope": "area", "nonsense": "x"}
    said = triage.follow(FORM, given, "not_known")
    assert [(s.question, s.answer or s.skipped) for s in said] == [
        ("danger", "none"), ("dark", "part"), ("branch", "not_known"), ("whose", "not_known"), ("since", "today"),
    ]  # fmt: skip
    assert walk(FORM, said, skips=SKIPS).outcome is not None
    assert [s.question for s in triage.follow(FORM, {"danger": "none"}, "not_known")] == ["danger"]
    assert triage.follow(FORM, {"since": "today"}, "not_known") == [], "danger must be answered first"
