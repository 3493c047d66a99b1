"""The journal of an order as the timeline shows it: what happened, who did it, what they said; personal data masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from open95598.casework import registry
from open95598.casework.flow import InputType
from open95598.casework.inputs import options
from open95598.casework.models import Case
from open95598.foundation.journal.queries import Told
from open95598.foundation.masking import mask_text
from open95598.foundation.people.models import Person
from open95598.foundation.rulebook import store
from open95598.foundation.units.models import Unit
from open95598.foundation.words import Label
from open95598.service.workorders import hooks, wording
from open95598.service.workorders.partflows import INSTRUCTIONS

#: what is not an action of a flow: title, icon, tone
_HOUSE = {
    "opened": (gettext_lazy("Registered"), "circle-plus", "accent"),
    "attached": (gettext_lazy("File attached"), "paperclip", "quiet"),
    "succeeded": (gettext_lazy("Passed on to the unit that follows"), "sitemap", "quiet"),
    "stood_in": (gettext_lazy("Passed up: the unit is recused"), "arrow-big-up", "warning"),
    "recused_with": (gettext_lazy("Recused, as in the order merged with it"), "user-off", "warning"),
    "let_back_with": (gettext_lazy("Recusal lifted, as in the order merged with it"), "user-check", "quiet"),
    "owner_left": (gettext_lazy("The person responsible left"), "user-off", "warning"),
    "warned": (gettext_lazy("Time is running short"), "alarm", "warning"),
    "breached": (gettext_lazy("Over the limit"), "alarm", "danger"),
    "escalated": (gettext_lazy("Passed up"), "arrow-up-circle", "warning"),
    "erased": (gettext_lazy("Personal data erased"), "eraser", "warning"),
    "revealed": (gettext_lazy("Personal data shown"), "eye", "warning"),
    "unsealed": (gettext_lazy("Sealed identity shown"), "lock-open", "warning"),
    "amended": (gettext_lazy("Rules changed for this order"), "book-2", "quiet"),
    "merged_in": (gettext_lazy("Another order was merged into this one"), "git-merge", "accent"),
    "merged_out": (gettext_lazy("The merger was taken back"), "git-branch", "warning"),
    "part_progress": (gettext_lazy("Progress of the joint part"), "progress", "quiet"),
    "part_done": (gettext_lazy("Joint part finished"), "check", "done"),
    "part_declined": (gettext_lazy("Joint part declined"), "arrow-back-up", "warning"),
    "urge_answered": (gettext_lazy("Urge answered"), "check", "accent"),
    "instructed": (gettext_lazy("Decided from above"), "gavel", "accent"),
    "promise_passed": (gettext_lazy("The promise to the customer passed on"), "user-share", "accent"),
    "coordinated": (gettext_lazy("Coordination decided"), "gavel", "accent"),
    "evidence": (gettext_lazy("File kept as evidence"), "lock", "quiet"),
    "evidence_ended": (gettext_lazy("Evidence taken away after its time"), "eraser", "quiet"),
}
_ICONS = {
    "dispatch": "send", "accept": "check", "return": "arrow-back-up", "transfer": "switch-horizontal",
    "begin": "player-play", "contact": "phone", "send_crew": "truck", "arrive": "map-pin", "diagnose": "stethoscope",
    "restore": "bolt", "reply": "message-check", "approve": "checks", "reject": "arrow-back-up",
    "call_back": "phone-outgoing", "archive": "archive", "reopen": "refresh-alert", "joint": "users", "urge": "bell",
    "note": "note", "recuse": "user-off", "let_back": "user-check", "name": "user-search",
    "rate": "star", "suspend": "player-pause", "resume": "player-play",
    "answer_at_once": "message-check", "appoint": "calendar-event", "decide": "gavel", "merge": "git-merge",
    "unmerge": "git-branch", "answer_merged": "message-check", "link_repeat": "repeat", "escalate": "arrow-big-up",
    "coordinate": "users-group", "ask_extension": "clock-plus", "grant_extension": "clock-check",
    "inquire": "zoom-check",
    "tell_customer": "message-check", "terminate": "archive", "pass_on": "send", "answer_urge": "check",
    "grade": "flag", "lower_grade": "flag", "substantiate": "zoom-check", "complete_finding": "zoom-check",
    "change_finding": "switch-horizontal", "tell_how_it_stands": "phone-outgoing",
    "instruct": "gavel", "conclude": "gavel", "progress": "progress", "finish": "check", "meet": "users-group",
}  # fmt: skip
_TONES = {
    "archive": "done",
    "return": "warning",
    "reject": "warning",
    "reopen": "warning",
    "urge": "warning",
    "change_finding": "danger",
    "lower_grade": "warning",
}
#: entries that name people
_WHO_NAMES = ("owner", "for", "keeper", "from_keeper")
#: said elsewhere on the page, or of no use to people
_HIDDEN = {"via", "input", "from", "version", "rulebook", "flow", "clocks", "route", "number", "kind", "parent"}
_TEXTS = (
    "answer", "text", "note", "description", "task", "result", "decision", "inquiry", "finding", "why",
    "rectification", "effect", "explanation",
)  # fmt: skip


def entries(told: Sequence[Told], case: Case, number: str) -> list[dict[str, Any]]:
    """Return timeline entries for ``{% timeline %}``. At most two queries, for the names of units and people."""
    units, people = _names(told)
    rules = store.get(case.rulebook_version)
    return [_entry(t, case, number, rules, units, people) for t in told]


def _names(told: Sequence[Told]) -> tuple[dict[int, str], dict[int, str]]:
    unit_ids: set[int] = set()
    person_ids: set[int] = set()
    for entry in told:
        given = entry.data.get("input") or {}
        unit_ids |= _ids(*(entry.data.get(name) for name in ("unit", "to_unit", "by_unit")), given.get("unit"))
        person_ids |= _ids(given.get("person"), *(entry.data.get(name) for name in _WHO_NAMES))
    units = dict(Unit.objects.filter(pk__in=unit_ids).values_list("pk", "name")) if unit_ids else {}
    people = dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "name")) if person_ids else {}
    return units, people


def _ids(*values: Any) -> set[int]:
    return {v for v in values if isinstance(v, int) and not isinstance(v, bool)}


def _entry(
    told: Told, case: Case, number: str, rules: Any, units: dict[int, str], people: dict[int, str]
) -> dict[str, Any]:
    name = told.kind.rpartition(".")[2]
    flow = registry.flow(case.kind, case.flow_version)
    action = flow.action(name)
    title: Any
    plain = (None, _ICONS.get(name, "point"), _TONES.get(name, "quiet"))
    title, icon, tone = _HOUSE.get(name) or hooks.further_entries.get(name, plain)
    facts: list[tuple[Any, Any]] = []
    if action is not None:
        title = action.label
        given = told.data.get("input") or {}
        facts += _inputs(action, given, rules, case.kind, units, people, told.data.get("before") or {})
    if (target := told.data.get("to")) and target != told.data.get("from"):
        facts.insert(0, (_("State"), wording.state(case.kind, target, case.flow_version)))
    if (clock := told.data.get("clock")) is not None:
        facts.append((_("Clock"), wording.clock(str(clock))))
    if name == "opened" and told.data.get("unit") in units:
        facts.append((_("Registered at unit"), units[told.data["unit"]]))
    if (by := told.data.get("by_unit")) in units:
        facts.append((_("Unit"), units[by]))
    if (other := told.data.get("other")) is not None:
        facts.append((_("Order"), other))
    if (outcome := dict(INSTRUCTIONS).get(told.data.get("outcome", ""))) is not None:
        facts.append((_("Kind of decision"), outcome))
    if (absent := told.data.get("for")) in people:
        facts.append((_("For"), people[absent]))
    if (keeper := told.data.get("keeper")) in people:
        facts.append((_("First contact"), people[keeper]))
    if (before := told.data.get("from_keeper")) in people:
        facts.append((_("Kept before by"), people[before]))
    facts += _clock_facts(told.data.get("clocks") or ())
    if (at := told.data.get("occurred_at")) is not None:
        facts.append((_("Entered later; true time"), _local(at)))
    facts += _house_facts(told, name, rules)
    return {
        "at": told.at,
        "who": _who(told),
        "title": title if title is not None else told.kind,
        "icon": icon,
        "tone": tone,
        "body": _body(told, name, action),
        "facts": facts,
        "files": _files(told, number),
    }


def _who(told: Told) -> str:
    if told.data.get("via") == "rule":
        return _("by rule")
    if told.data.get("via") == "portal":
        return _("the customer, online")
    return told.actor_name if told.actor_id is not None else _("the system")


def _inputs(
    action: Any,
    given: Any,
    rules: Any,
    kind: str,
    units: dict[int, str],
    people: dict[int, str],
    before: Mapping[str, Any],
) -> Iterable[tuple[Any, Any]]:
    language = get_language()
    for field in action.inputs:
        value = given.get(field.name)
        if field.personal or value in (None, "", False) or field.name in _TEXTS:
            continue
        if field.type == InputType.CHOICE:
            names = dict(options(field, rules))
            value = names.get(value, value)
            if field.name in before and before[field.name] != given[field.name]:
                value = _changed(names, before[field.name], value)
        elif field.type == InputType.UNIT:
            value = units.get(value, value)
        elif field.type == InputType.PERSON:
            value = people.get(value, value)
        elif field.type == InputType.DATETIME:
            value = _local(value)
        yield field.label.in_(language), value


def _house_facts(told: Told, name: str, rules: Any) -> Iterable[tuple[Any, Any]]:
    """Yield what some entries say that are no action of a flow."""
    if name == "evidence_ended":
        yield _("Files"), told.data.get("files")
    if name == "opened" and told.data.get("grade"):
        yield from _grading(told.data, rules)
    if name in ("revealed", "unsealed"):
        yield _("Why"), told.data.get("why", "")


def _changed(names: Mapping[str, Any], before: str, after: Any) -> str:
    """Return a choice that was changed, with what it was."""
    language = get_language()
    words = [w.in_(language) if isinstance(w, Label) else str(w) for w in (names.get(before, before or "—"), after)]
    return " → ".join(words)


def _grading(data: Mapping[str, Any], rules: Any) -> Iterable[tuple[Any, Any]]:
    """Yield the grade that the rules gave a complaint when it was registered, and why."""
    yield _("Grade by the rules"), wording.choice(rules, "grades", data["grade"])
    labels = {rule.code: rule.label for rule in rules.complaints.gradings}
    for reason in data.get("grading") or ():
        label = labels.get(reason["rule"])
        if label is not None:
            found = "、".join(f"“{word}”" for word in reason["words"])
            yield _("Reason"), f"{label.in_(get_language())} {found}".strip()


def _clock_facts(clocks: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for note in clocks:
        name = wording.clock(note.get("clock", ""))
        if note.get("late"):
            yield name, _("ended late")
        elif note.get("cleared"):
            yield name, _("in time by the true time: no longer overdue")
        elif "paused" in note:
            yield name, _("paused")
        elif "resumed" in note:
            yield name, _("goes on, due %(time)s") % {"time": _local(note["due"])}
        elif "relimited" in note:
            yield name, _("now due %(time)s") % {"time": _local(note["due"])}
        elif "extended" in note:
            yield name, _("extended to %(time)s") % {"time": _local(note["due"])}


def _local(text: Any) -> str:
    at = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _body(told: Told, name: str, action: Any) -> str:
    if name in ("opened", "attached"):  # what the customer said stands among the facts, the file's name below
        return ""
    texts = {key: mask_text(text) for key in _TEXTS if (text := told.personal.get(key))}
    if action is not None and len(texts) > 1:  # several texts, as of a finding: each says what it is
        labels = {field.name: field.label.in_(get_language()) for field in action.inputs}
        said = [f"{labels[key]}{_(': ')}{text}" if key in labels else text for key, text in texts.items()]
    else:
        said = list(texts.values())
    given = told.data.get("input") or {}
    said += [mask_text(str(given[key])) for key in ("task", "text") if given.get(key)]
    if told.erased & set(_TEXTS):
        said.append(_("(erased)"))
    return "\n".join(said)


def _files(told: Told, number: str) -> list[dict[str, str]]:
    file_id = told.data.get("attachment")
    if file_id is None or not number:
        return []
    name = told.personal.get("name") or _("file")
    return [{"url": reverse("workorders:attachment", args=(number, file_id)), "name": name}]
