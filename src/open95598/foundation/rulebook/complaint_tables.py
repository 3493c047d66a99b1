"""What the rulebook says of complaints, as readable tables: grades, evidence, points, appeals."""

from __future__ import annotations

from django.utils.translation import gettext as _

from open95598.foundation.rulebook import wording
from open95598.foundation.rulebook.build import Built
from open95598.foundation.rulebook.queries import Line, Table, Words, listed, say


def tables(built: Built) -> list[Table]:
    """What speaks for a grade, which evidence a finding needs, what costs how many points, how one appeals."""
    words, book = Words(built.rulebook), built.book
    gradings = tuple(
        Line(
            (words.choice("grades", g.grade), say(g.label), _selected(words, g), listed(f"“{w}”" for w in g.words)),
            g.source,
            g.code,
        )
        for g in book.gradings
    )
    evidence = tuple(
        Line((listed(words.choice("grades", g) for g in f.grades) or _("All grades"), str(f.files)), f.source, f.code)
        for f in book.findings.evidence
    )
    changed = Line((_("Changed so many levels up"), str(book.findings.changed_levels_up)), book.findings.source)
    charges = tuple(
        Line(
            (
                words.choice("charges", c.charge),
                " · ".join(filter(None, (words.scope(_Scope(c)), listed(wording.clock(k) for k in c.clocks)))),
                f"{c.points.normalize():f}",
            ),
            c.source,
            c.code,
        )
        for c in book.assessment
    )
    appeals = (
        Line((_("Rounds"), str(book.appeals.rounds)), book.appeals.source),
        Line((_("Asked for within"), wording.length(f"{book.appeals.within_working_days}wd")), book.appeals.source),
    )
    return [
        Table(
            _("What speaks for a grade; the highest counts"),
            (_("Grade"), _("Reason"), _("Applies to"), _("Words")),
            gradings,
        ),
        Table(_("Files of evidence that a finding needs"), (_("Grade"), _("Number of files")), (*evidence, changed)),
        Table(_("Assessment"), (_("What for"), _("Applies to"), _("Points")), charges),
        Table(_("Appeal"), ("", ""), appeals),
    ]


class _Scope:
    """A charge as ``Words.scope`` reads it."""

    def __init__(self, part: object) -> None:
        self.kinds, self.grades = part.kinds, part.grades  # type: ignore[attr-defined]


def _selected(words: Words, part: object) -> str:
    codes = part.categories, part.channels, part.priorities  # type: ignore[attr-defined]
    found = [listed(words.category(c) for c in codes[0])]
    found += [
        listed(words.choice("channels", c) for c in codes[1]),
        listed(words.choice("priorities", c) for c in codes[2]),
    ]
    return " · ".join(filter(None, found)) or _("All orders")
