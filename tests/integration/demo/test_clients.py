"""The demonstration's customers: on the registry's books, found by who calls, as varied as a utility's are."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from tests.integration.demo.conftest import NOW, ORDERS

from open95598.foundation.people import rights
from open95598.foundation.people.models import Person
from open95598.project.demo import build, clientele, enrolling
from open95598.registry.customers import queries
from open95598.registry.customers.accounts import day_of
from open95598.registry.customers.models import AccountFacts, Consent, Customer, CustomerAccount, CustomerAgreement
from open95598.registry.standing.models import IntegrityEntry, Score
from open95598.service.contacts.models import Contact
from open95598.service.workorders.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "a test"


def test_there_are_customers_of_every_sort(demo):
    rows = Customer.objects.system(WHY)
    assert 220 <= rows.count() <= 800
    assert set(rows.values_list("tier", flat=True)) == {"", "diamond", "platinum", "silver"}
    assert {"grade1", "grade2"} <= set(rows.values_list("importance", flat=True))
    assert rows.filter(protected=True).count() >= 3
    assert not rows.filter(tier="diamond", manager=None).exists()
    agreements = CustomerAgreement.objects.system(WHY)
    assert len(set(agreements.values_list("price_class", flat=True))) >= 5
    ending = agreements.filter(nature__in=("temporary", "seasonal"))
    assert ending.exists()
    assert not ending.filter(expires_on__lt=day_of(NOW)).exists()
    assert AccountFacts.objects.system(WHY).filter(arrears__gt=0).exists()
    scores = Score.objects.system(WHY).filter(rating="credit", points__isnull=False)
    assert scores.count() > 20
    assert len(set(scores.values_list("band", flat=True))) >= 3
    assert IntegrityEntry.objects.system(WHY).filter(points__lt=0).exists()
    assert Consent.objects.system(WHY).filter(purpose="outage").exists()


def test_who_called_is_somebody_on_the_books(demo):
    orders = WorkOrder.objects.system(WHY)
    known = orders.exclude(account=None)
    assert known.count() > orders.count() / 3
    assert not known.filter(confidential=True).exists()
    contacts = Contact.objects.system(WHY).exclude(customer=None)
    assert contacts.exists()
    assert all(contact.party == f"c{contact.customer_id}" for contact in contacts)


def test_an_agent_finds_a_tenant_by_number_at_the_account_of_another_one(demo):
    client = next(c for c in clientele.clients(build.SEED, day_of(NOW)) if c.tenant is not None)
    agent = rights.load(Person.objects.get(username="agent"), NOW)
    [found] = queries.by_phone(agent, client.who.phone)
    card = queries.card(found, agent, NOW)
    assert [a.role for a in card.accounts] == ["tenant"]
    assert queries.account_of_phone(agent, client.who.phone) is not None


def test_they_are_made_once(demo):
    before = Counter(CustomerAccount.objects.system(WHY).values_list("unit__code", flat=True))
    enrolling.enrol(build.SEED, NOW, NOW, ORDERS)
    assert Counter(CustomerAccount.objects.system(WHY).values_list("unit__code", flat=True)) == before


def test_the_whole_utility_has_special_users_and_names_of_organisations_are_their_own():
    found = clientele.clients(build.SEED, date(2026, 3, 2), clientele.known(build.ORDERS))
    assert len(found) == clientele.KNOWN
    assert {"special", "grade1", "grade2"} <= {client.trade.importance for client in found}
    names = [client.name for client in found if client.organisation]
    assert len(set(names)) == len(names)
