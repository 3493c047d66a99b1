"""What the room tells the rooms below: where an order of the pages came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from open95598.service.portal.models import Origin
from open95598.service.workorders import hooks as workorders
from open95598.service.workorders.models import WorkOrder


def origin(order: WorkOrder) -> Iterable[tuple[Any, Any]]:
    """Return what the case page says of an order that came through the customer's page. One query for such orders."""
    if order.source != "portal":
        return
    row = Origin.objects.filter(pk=order.pk).first()
    if row is None:
        return
    language = {"en": _("English")}.get(row.language, _("Chinese"))
    yield _("Sent by"), _("the customer's page, in %(language)s") % {"language": language}
    yield _("News by SMS"), _("wanted") if row.by_sms else _("not wanted")
    yield _("Receipt code"), row.receipt
    if row.said_at:
        at = timezone.localtime(row.said_at).strftime("%Y-%m-%d %H:%M")
        yield _("Waited in the outer zone"), _("since %(time)s") % {"time": at}


def register() -> None:
    """Fill the hooks (once, when Django starts)."""
    workorders.further_facts.append(origin)
