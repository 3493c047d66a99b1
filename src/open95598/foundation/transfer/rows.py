"""What one row of a table says by a mapping: an importer's values and the row's key, or all that is wrong with it."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from open95598.foundation.errors import Refused
from open95598.foundation.transfer import mapping
from open95598.foundation.transfer.importers import Importer, Parsed
from open95598.foundation.transfer.reading import Problem, Row


def parse(row: Row, importer: Importer, plan: mapping.Plan, sheet: str) -> Parsed | list[Problem]:
    """Return the row's values, or all that is wrong with the cells that the plan uses."""
    zone = ZoneInfo(settings.TIME_ZONE)
    used = {header for source in plan.fields.values() for header in source.needs()}
    problems = [p for p in row.problems if p.column == "" or p.column in used]
    values: dict[str, Any] = {}
    for f in importer.fields:
        source = plan.fields.get(f.name)
        if source is None:
            continue
        column = "、".join(c for c in source.needs() if c in row.cells)
        if any(p.column in source.needs() for p in problems):
            continue
        raw: Any = None
        try:
            raw = source.take(row.cells)
            values[f.name] = f.parse(raw, zone, source.formats)
        except (ValueError, Refused) as error:
            problems.append(Problem(column or str(f.label), str(error), _shorten(raw)))
    if problems:
        return problems
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    content = hashlib.sha256(text.encode()).hexdigest()
    external = values.get("external_id")
    if external:
        name = str(external)
        key = f"id:{name}" if len(name) < 150 else f"id:{hashlib.sha256(name.encode()).hexdigest()}"
    else:
        key = f"row:{content}:{row.number}:{hashlib.sha256(sheet.encode()).hexdigest()[:12]}"
    return Parsed(row.number, key, content, values)


def _shorten(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def refusal_of(refusal: Refused, plan: mapping.Plan) -> list[Problem]:
    """Turn a refusal into problems under the headers that the user knows."""
    if not refusal.fields:
        return [Problem("", str(refusal))]
    return [
        Problem("、".join(plan.fields[name].needs()) if name in plan.fields else name, str(reason))
        for name, reason in refusal.fields.items()
    ]
