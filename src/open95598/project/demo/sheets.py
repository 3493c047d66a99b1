"""How the made-up auditors fill in the form of inspection: mostly in order, now and then with points lost."""

from __future__ import annotations

import random

from open95598.casework.models import Case
from open95598.control.sampling import judging
from open95598.control.sampling.models import Inspection
from open95598.foundation.rulebook import store

#: what an auditor writes where points are lost
_WHY = ("记录未写明关键情况。", "答复用语不够规范。", "未在承诺时间内联系客户。", "未附佐证材料。")


def filled(case: Case, key: str) -> str:
    """Return the sheet of an inspection, filled in the same way for the same key."""
    row = Inspection.objects.system("the demonstration's auditor fills in the form").get(pk=case.pk)
    form = store.get(case.rulebook_version).oversight.form(row.form)
    assert form is not None
    dice = random.Random(f"{key}/sheet")  # noqa: S311
    marks = {}
    for line in form.lines(row.order_kind):
        lost = dice.choice((2, 5, 10)) if dice.random() < 0.25 else 0
        marks[line.code] = judging.Mark(max(line.most - lost, 0), dice.choice(_WHY) if lost else "")
    return judging.as_text(judging.Sheet(marks))
