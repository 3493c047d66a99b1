"""What the demonstration's utility does differently: an overlay, so that the rulebook's pages show a difference."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils import timezone

from open95598.foundation.rulebook import services
from open95598.foundation.rulebook.files import OVERLAYS
from open95598.project.demo import utility

NAME = "hualan"
#: so long before the present it came into force, and was published before that
SINCE, AHEAD = timedelta(days=40), timedelta(days=14)
#: looser than the base where it touches the past: nothing that was done then is against it
_RULES = """\
rulebook:
  applies_to: {headquarters}
  label: {{zh: 华澜电力补充规则, en: Hualan Power's own rules}}
urge:
  most_before_half: 3
choices:
  order_marks:
    - {{code: exam_supply, label: {{zh: 考试保电, en: Supply of examinations}}, source: "2.4 [G]"}}
supervision:
  - code: important_customer
    marks: [important_customer, life_support, exam_supply]
"""


def starts_on(until: datetime) -> date:
    """Return from which day on the overlay counts in a demonstration whose history ends then: a first of a month."""
    return timezone.localtime(until - SINCE).date().replace(day=1)


def publish(until: datetime, founded: datetime) -> None:
    """Publish the base rules as the utility comes to be, and its overlay two weeks before it comes into force."""
    start = starts_on(until)
    services.publish(settings.RULEBOOKS, None, founded)
    with TemporaryDirectory() as held:
        root = Path(held)
        for folder in settings.RULEBOOKS.iterdir():
            if folder.is_dir() and folder.name != OVERLAYS:
                shutil.copytree(folder, root / folder.name)
        own = root / OVERLAYS / NAME / start.isoformat()
        own.mkdir(parents=True)
        (own / "local.yaml").write_text(_RULES.format(headquarters=utility.HEADQUARTERS[0]), encoding="utf-8")
        services.publish(root, None, timezone.make_aware(datetime.combine(start, datetime.min.time())) - AHEAD)
