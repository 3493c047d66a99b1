"""The lines of an order's situation in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from open95598.control.tracking.explaining import Line
from open95598.foundation.rulebook import wording as rulebook
from open95598.service.workorders import wording as orders

#: the list of the rulebook that a reason is of, by the state that it explains
REASONS = {
    "suspension_asked": "suspend_reasons", "suspended": "suspend_reasons", "returned": "return_reasons",
    "termination_asked": "terminate_reasons", "terminating": "terminate_reasons",
    "inquired": "terminate_reasons", "told": "terminate_reasons", "reopened": "reopen_reasons",
}  # fmt: skip


def say(line: Line, rules: Any, kind: str) -> str:
    """Say a line about an order of a kind, under its rulebook. Times are the utility's."""
    facts = _told(line, rules, kind)
    return _sentence(line.code, facts) % facts


def _told(line: Line, rules: Any, kind: str) -> dict[str, Any]:
    facts: dict[str, Any] = dict(line.facts)
    for name in ("since", "due"):
        if isinstance(facts.get(name), datetime):
            facts[name] = timezone.localtime(facts[name]).strftime("%m-%d %H:%M")
    if "clock" in facts:
        facts["clock"] = rulebook.clock(facts["clock"])
    if "reason" in facts:
        facts["reason"] = _in_language(orders.choice(rules, REASONS.get(facts["state"], ""), facts["reason"]))
    if "state" in facts:
        facts["state"] = _in_language(orders.state(kind, facts["state"]))
    return facts


def _in_language(label: Any) -> str:
    return str(label.in_(get_language())) if hasattr(label, "in_") else str(label)


def _sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence for a code, with places for its facts."""
    sentences = {
        "ended": _("Ended on %(since)s."),
        "other": _("%(unit)s: %(state)s since %(since)s."),
        "to_dispatch": _("Waits to be dispatched by %(unit)s since %(since)s."),
        "to_dispatch_again": _("Came back; waits to be dispatched again by %(unit)s since %(since)s."),
        "reopened": _("Reopened; waits to be dispatched by %(unit)s since %(since)s."),
        "to_accept": _("Waits to be accepted by %(unit)s since %(since)s."),
        "to_acknowledge": _("Passed on to %(unit)s on %(since)s, to be taken note of."),
        "to_decide": _("Returned twice: waits for the decision above which unit takes it, since %(since)s."),
        "in_hand": _("%(owner)s of %(unit)s has it in hand since %(since)s."),
        "in_hand_of_nobody": _("At %(unit)s, but nobody has it in hand, since %(since)s."),
        "crew_on_way": _("The crew of %(unit)s is on its way since %(since)s."),
        "on_site": _("The crew of %(unit)s works on site since %(since)s."),
        "to_reply": _("Supply is back since %(since)s; the reply of %(unit)s is missing."),
        "to_review": _("Answered by %(unit)s; waits for review (level %(level)s) since %(since)s."),
        "to_call_back": _("Answered; the customer is to be called back since %(since)s (%(attempts)s attempts)."),
        "to_archive": _("The customer was called back; waits to be archived since %(since)s."),
        "suspension_asked": _("%(by)s of %(unit)s asked for suspension on %(since)s; not decided yet."),
        "suspended": _("Suspended at %(unit)s since %(since)s; its clocks stand still."),
        "merged": _("Waits for the answer to %(number)s, into which it was merged on %(since)s."),
        "termination_asked": _("%(by)s of %(unit)s asked for termination on %(since)s; not decided yet."),
        "to_inquire": _("To be terminated; the inquiry of %(unit)s is missing since %(since)s."),
        "to_tell": _("Inquired into; %(unit)s has to tell the customer, since %(since)s."),
        "to_close": _("The customer was told; waits to be archived as terminated since %(since)s."),
        "reason": _("Reason: %(reason)s."),
        "was_returned": _("Was sent back %(times)s ×."),
        "overdue": _("“%(clock)s” is over its limit since %(due)s."),
        "joint_to_accept": _("%(unit)s was asked for a joint part on %(since)s and has not accepted it."),
        "joint_open": _("The joint part of %(unit)s is open since %(since)s."),
        "extension_asked": _("%(by)s asked for %(days)s more days; not decided yet."),
        "urged": _("The customer urged on %(since)s; not passed on yet."),
        "urged_on": _("%(unit)s was urged on %(since)s and has not answered."),
        "escalated": _("%(unit)s was asked to decide on %(since)s."),
        "coordinating": _("Units coordinate since %(since)s (%(unit)s leads)."),
        "supervised": _("Under supervision since %(since)s; %(unit)s has to answer."),
        "stands": _("Nothing was done since %(since)s."),
    }
    return sentences[code]
