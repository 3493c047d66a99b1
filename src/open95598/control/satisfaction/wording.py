"""The lines of the indices in words of the user's language, and where each number leads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LINES = {
    "often": _("Events about which customers called often"),
    "content": _("Customers content at the call-back"),
    "false_orders": _("False orders"),
    "media": _("Adverse media events"),
    "faked": _("Faked or blocked complaints"),
    "against": _("What it is measured against"),
    "class_1": _("Complaints of class 1"),
    "class_2": _("Complaints of class 2"),
    "reports": _("Whistle-blow reports"),
}
MISSING = {
    "handled": _("no event ended in this month"),
    "rated": _("nobody gave a rating: nothing is taken off for it"),
    "calls": _("calls were not entered"),
    "customers": _("customers were not entered"),
}
WAYS = {
    "phone": _("By phone"),
    "link": _("By the link in a message"),
    "portal": _("On the customer's page"),
    "page": _("Entered by staff"),
}
BEHIND = {
    "handled": _("Events that ended"),
    "often": _("Events about which customers called often"),
    "rated": _("Rated orders"),
    "content": _("Orders of content customers"),
    "not_content": _("Orders of customers who are not content"),
    "class_1": _("Complaints of class 1"),
    "class_2": _("Complaints of class 2"),
    "reports": _("Whistle-blow reports"),
}
#: line of an index → (cases behind its numerator, behind its denominator)
LEADS = {
    "often": ("often", "handled"),
    "content": ("content", "rated"),
    "class_1": ("class_1", ""),
    "class_2": ("class_2", ""),
    "reports": ("reports", ""),
}
