"""What the rulebook says of supervision and of the inspection of orders, as readable tables."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from open95598.foundation.rulebook import wording
from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.oversight_rows import SamplePlan, Trigger
from open95598.foundation.rulebook.queries import Line, Table, Words, listed, say


def supervision(built: Built) -> list[Table]:
    """What makes a supervision by itself, and who hears of it at once."""
    words, rules = Words(built.rulebook), built.rulebook.oversight
    triggers = tuple(
        Line(
            (say(t.label), _when(t, words), _("two supervisors") if t.serious else _("one supervisor"), say(t.demand)),
            t.source,
            t.code,
        )
        for t in rules.triggers
    )
    told = tuple(
        Line(
            (
                _("Serious ones") if t.serious else _("All"),
                listed(wording.role(r) for r in t.roles),
                wording.level(t.level),
                listed(str(wording.MEANS[c]) for c in t.channels),
            ),
            t.source,
        )
        for t in rules.told
    )
    return [
        Table(_("What makes a supervision"), (_("Trigger"), _("When"), _("Noted by"), _("What is demanded")), triggers),
        Table(_("Who hears of it at once"), (_("Of which"), _("Roles told"), _("Level"), _("Told by")), told),
    ]


def _when(trigger: Trigger, words: Words) -> str:
    kinds = listed(words.kind(k) for k in trigger.kinds)
    said = {
        "overdue": _("A limit was missed: %(what)s") % {"what": listed(wording.clock(c) for c in trigger.clocks)},
        "urged": ngettext("Urged %(n)d time", "Urged %(n)d times", trigger.count) % {"n": trigger.count},
        "repeated": ngettext("Repeated %(n)d time", "Repeated %(n)d times", trigger.count) % {"n": trigger.count},
        "graded": _("Grade: %(what)s") % {"what": listed(words.choice("grades", g) for g in trigger.grades)},
        "facts": listed(
            [
                *(words.choice("channels", c) for c in trigger.channels),
                *(words.choice("priorities", p) for p in trigger.priorities),
                *(words.category(c) for c in trigger.categories),
                *(words.choice("order_marks", m) for m in trigger.marks),
                *(f"“{w}”" for w in trigger.words),
            ]
        ),
    }[trigger.when]
    return f"{kinds}：{said}" if kinds else said


def sampling(built: Built) -> list[Table]:
    """The forms of inspection, and which orders are drawn."""
    words, rules = Words(built.rulebook), built.rulebook.oversight
    tables = []
    for form in rules.forms:
        lines = tuple(
            Line(
                (say(p.label), str(p.most), listed(words.kind(k) for k in p.kinds) or _("All orders"), say(p.hint)),
                form.source,
                p.code,
            )
            for p in form.points
        )
        title = _("%(form)s: passed from %(n)d of 100") % {"form": say(form.label), "n": form.passed_from}
        tables.append(Table(title, (_("Line"), _("Points"), _("Applies to"), _("What counts")), lines))
        fatal = tuple(Line((say(e.label),), form.source, e.code) for e in form.fatal)
        tables.append(Table(_("Fatal errors"), (_("Fatal error"),), fatal))
    plans = tuple(Line((say(p.label), _drawn(p, words), _size(p)), p.source, p.code) for p in rules.plans)
    tables.append(Table(_("Sampling plans"), (_("Plan"), _("Drawn from"), _("Of each unit and week")), plans))
    return tables


def _drawn(plan: SamplePlan, words: Words) -> str:
    parts = [words.kind(k) for k in plan.kinds] + [words.category(c) for c in plan.categories]
    parts += [words.choice("results", r) for r in plan.results]
    if plan.substantiated:
        names = {"yes": _("substantiated"), "partly": _("partly substantiated"), "no": _("not substantiated")}
        parts.append(listed(names[code] for code in plan.substantiated))
    return listed(parts) or _("All orders")


def _size(plan: SamplePlan) -> str:
    given = {"share": plan.share, "least": plan.least, "most": plan.most}
    return _("%(share)d %%, at least %(least)d, at most %(most)d") % given
