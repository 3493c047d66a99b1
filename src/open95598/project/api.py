"""The API, assembled: every room with an ``api.py`` brings a ``router``; refusals become problem documents."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from open95598.control.assessment.api import router as assessment
from open95598.control.indicators.api import router as indicators
from open95598.control.reliability.api import router as reliability
from open95598.control.reports.api import router as reports
from open95598.control.sampling.api import router as sampling
from open95598.control.satisfaction.api import router as satisfaction
from open95598.control.supervision.api import router as supervision
from open95598.control.tracking.api import router as tracking
from open95598.exchange.cis.api import router as cis
from open95598.foundation.people.api_auth import AUTH
from open95598.foundation.people.api_limits import PerAccount
from open95598.foundation.ui import parameters, problems
from open95598.registry.customers.api import router as customers
from open95598.registry.customers.api_accounts import router as accounts
from open95598.registry.customers.api_acts import router as acts
from open95598.registry.customers.api_facts import router as facts
from open95598.registry.grid.api import router as grid
from open95598.registry.standing.api import router as standing
from open95598.service.bulletins.api import router as bulletins
from open95598.service.chat.api import router as chats
from open95598.service.contacts.api import router as contacts
from open95598.service.crews.api import router as crews
from open95598.service.dataquality.api import router as findings
from open95598.service.desk.api import router as desk
from open95598.service.field.api import router as field_sheets
from open95598.service.hall.api import router as hall
from open95598.service.keyaccounts.api import router as keyaccounts
from open95598.service.knowledge.api import router as knowledge
from open95598.service.knowledge.api_find import router as knowing
from open95598.service.outagenotices.api import router as outage_notices
from open95598.service.outagenotices.api_calls import router as outage_calls
from open95598.service.outagenotices.api_webhooks import router as outage_webhooks
from open95598.service.outages.api import router as outages
from open95598.service.planned.api import router as planned
from open95598.service.portal.api import PortalToken
from open95598.service.portal.api import router as portal
from open95598.service.shifts.api import router as shifts
from open95598.service.workorders.api import router as workorders
from open95598.service.workorders.api_complaints import router as complaints
from open95598.service.workorders.api_intake import router as intake
from open95598.service.workorders.api_papers import router as papers
from open95598.service.workorders.api_parts import router as parts

#: what any operation may answer, also one that hands out a file
_PROBLEM = {
    "description": "Problem",
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Api(NinjaAPI):
    """The API: refusals come as ``application/problem+json``, as its document says; unknown parameters are refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str, OpenAPISchema] = {}
        problems.install(self)
        self.add_decorator(parameters.known_only, mode="view")

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document: drawn once, for what it says does not change while the process lives."""
        key = repr(sorted(options.items()))
        if key not in self._documents:
            self._documents[key] = self._document(**options)
        return self._documents[key]

    def _document(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        for path in document["paths"].values():
            for operation in path.values():
                for status in (401, 403, 404, 422, 429):
                    operation["responses"].setdefault(status, _PROBLEM)
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[problems.MEDIA_TYPE] = content.pop("application/json")
        return document


api = Api(
    title="open95598",
    version="1.0.0",
    description="Orders of an electricity utility's customer service: register, drive, follow.",
    urls_namespace="api-1",
    auth=AUTH,
    throttle=[PerAccount()],
    docs_url=None,
)
api.add_router("", intake)  # before the orders: "similar" is no order's number
api.add_router("", tracking)
api.add_router("", indicators)
api.add_router("", reports)
api.add_router("", workorders)
api.add_router("", parts)
api.add_router("", papers)
api.add_router("", assessment)
api.add_router("", satisfaction)
api.add_router("", reliability)
api.add_router("", supervision)
api.add_router("", sampling)
api.add_router("", complaints)
api.add_router("", shifts)
api.add_router("", knowing)  # before the items: "search" is no item's code
api.add_router("", knowledge)
api.add_router("", contacts)
api.add_router("", bulletins)
api.add_router("", desk)
api.add_router("", hall)
api.add_router("", chats)
api.add_router("", customers)
api.add_router("", facts)
api.add_router("", accounts)
api.add_router("", acts)
api.add_router("", cis)
api.add_router("", grid)
api.add_router("", outages)
api.add_router("", crews)
api.add_router("", planned)
api.add_router("", field_sheets)
api.add_router("", outage_notices)
api.add_router("", outage_calls)
api.add_router("", outage_webhooks)
api.add_router("", standing)
api.add_router("", keyaccounts)
api.add_router("", findings)

#: the one interface that a portal in an outer zone may use; a document and an account of its own
portal_api = Api(
    title="open95598 portal",
    version="1.0.0",
    description="What the customer's pages ask of the house, from an outer zone.",
    urls_namespace="portal-1",
    auth=PortalToken(),
    throttle=[PerAccount()],
    docs_url=None,
)
portal_api.add_router("", portal)
