"""What an outer portal counts, for ``/metrics``."""

from __future__ import annotations

from prometheus_client import Counter

UPSTREAM = Counter("open95598_portal_upstream_total", "Requests to the inner zone", ["outcome"])
KEPT = Counter("open95598_portal_kept_total", "Messages kept while the inner zone was away", ["kind"])
PASSED = Counter("open95598_portal_passed_total", "Kept messages that were settled", ["outcome"])
SENT = Counter("open95598_portal_forms_total", "Forms that customers sent", ["form", "outcome"])
