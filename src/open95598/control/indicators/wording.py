"""The measures by which units are compared, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MEASURES = {
    "timely": (_("Ended in time"), _("Of the ended orders: answered within the limit.")),
    "content": (_("Satisfied"), _("Of the rated orders: satisfied or very satisfied.")),
    "not_returned": (_("Not returned"), _("Of all orders: not sent back by a unit.")),
    "not_reopened": (_("Not reopened"), _("Of the ended orders: not opened again.")),
    "not_repeated": (_("No repeat"), _("Of all orders: not about a matter that had been closed before.")),
    "no_substantiated": (
        _("No substantiated complaint"),
        _("Of all orders: no complaint found substantiated, also in part. It counts for the unit at fault."),
    ),
}
