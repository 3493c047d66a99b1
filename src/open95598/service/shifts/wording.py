"""The kinds of items in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "promise": _("Open promises to customers"),
    "call": _("Calls promised to customers"),
    "urge": _("Urges not yet passed on"),
    "supervision": _("Open supervisions"),
}
