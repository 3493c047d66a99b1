"""The API, assembled: every room with an ``api.py`` brings a ``router``; refusals become problem documents."""

from __future__ import annotations

from ninja import NinjaAPI

from open95598.foundation.people.api_auth import AUTH
from open95598.foundation.ui import problems
from open95598.service.workorders.api import router as workorders
from open95598.service.workorders.api_papers import router as papers

api = NinjaAPI(
    title="open95598",
    version="1.0.0",
    description="Orders of an electricity utility's customer service: register, drive, follow.",
    urls_namespace="api-1",
    auth=AUTH,
    docs_url=None,
)
problems.install(api)
api.add_router("", workorders)
api.add_router("", papers)
