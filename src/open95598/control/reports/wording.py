"""The report's columns and sections in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from open95598.control.reports.figures import FIRST_CONTACT, HANDLING

COLUMNS = {
    "received": pgettext_lazy("report", "Accepted"),
    "answered": pgettext_lazy("report", "Answered"),
    "in_process": pgettext_lazy("report", "In process"),
    "in_time": pgettext_lazy("report", "Ended in time"),
    "late": pgettext_lazy("report", "Ended late"),
    "terminated": pgettext_lazy("report", "Terminated"),
    "inquired": pgettext_lazy("report", "with inquiry"),
    "withdrawn": pgettext_lazy("report", "Withdrawn"),
    "returned": pgettext_lazy("report", "Returned"),
    "urged": pgettext_lazy("report", "Urged"),
    "supervised": pgettext_lazy("report", "Supervised"),
    "reopened": pgettext_lazy("report", "Reopened"),
}
#: what each column counts
MEANS = {
    "received": _("Orders received in the month."),
    "answered": _("Of those received in the month: answered by now."),
    "in_process": _("Open at the end of the month."),
    "in_time": _("Ended in the month, answered within the limit."),
    "late": _("Ended in the month, answered after the limit."),
    "terminated": _("Terminated in the month."),
    "inquired": _("Of the terminated: after an inquiry."),
    "withdrawn": _("Ended in the month without an answer: withdrawn by the customer."),
    "returned": _("Of those received in the month: sent back at least once."),
    "urged": _("Of those received in the month: urged at least once."),
    "supervised": _("Of those received in the month: supervised."),
    "reopened": _("Of those received in the month: reopened."),
}
SECTIONS = {
    FIRST_CONTACT: _("First contact: whose promise the unit's people keep"),
    HANDLING: _("Handling: orders of the unit, by who has them in hand"),
}
