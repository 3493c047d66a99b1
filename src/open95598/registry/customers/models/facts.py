"""What a billing system says of accounts: its own projection, never the books (H7)."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from open95598.registry.customers.kinds import CreditUnit, StopReason, SupplyState
from open95598.registry.customers.models.accounts import CustomerAccount
from open95598.registry.customers.models.parties import RegistryManager

#: words of a source that says nothing about it are old after so long
USUAL_AGE = timedelta(hours=24)


class FactsSource(models.Model):
    """A billing system that tells facts again and again: up to when everything it said is here.

    A fact that has not changed for a month is not old: its source is asked all the time. It is as old as
    ``current_at``, the last moment at which nothing of the source was missing here.
    """

    name = models.CharField(max_length=40, primary_key=True)
    current_at = models.DateTimeField(null=True)
    #: since when it cannot be reached, or something of it is missing here; None: all is well
    away_since = models.DateTimeField(null=True)
    #: after how long its words count as old
    old_after = models.DurationField(default=USUAL_AGE)

    def __str__(self) -> str:
        return self.name


class AccountFacts(models.Model):
    """The newest word of a source about an account, as a whole.

    Money in yuan. ``as_of``: when it was so, as the source says; ``received_at``: when we were told. ``generation``
    and ``sequence``: the source's life (it may start again from a copy) and its counter of changes of this account;
    a word whose pair is not above the one kept is passed over.
    """

    unit_path = "account__unit"

    account = models.OneToOneField(CustomerAccount, primary_key=True, on_delete=models.CASCADE, related_name="facts")
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    arrears = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    #: the day on which the oldest bill that is not paid fell due
    owed_since = models.DateField(null=True)
    #: what a prepaid meter shows, in the unit that it counts in (R3: it may show credit while the account owes)
    credit = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    credit_unit = models.CharField(max_length=4, choices=CreditUnit, blank=True, db_default="")
    supply = models.CharField(max_length=12, choices=SupplyState, blank=True, default="")
    supply_why = models.CharField(max_length=12, choices=StopReason, blank=True, db_default="")
    supply_since = models.DateTimeField(null=True)
    bill_month = models.CharField(max_length=7, blank=True, default="", help_text="as 2026-03")
    bill_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    bill_kwh = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    bill_due = models.DateField(null=True)
    bill_paid = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    bill_paid_on = models.DateField(null=True)
    #: the register's value; ``read_kwh``: used since the reading before
    reading = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    read_kwh = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    read_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    #: None: loaded with the account
    received_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40)
    generation = models.IntegerField(db_default=0)
    sequence = models.BigIntegerField(default=0)
    #: the source does not keep this account any more: what stands here is what it said last
    gone = models.BooleanField(db_default=False)

    objects = RegistryManager()


class AccountBill(models.Model):
    """A month's bill of an account as its source tells it: what revenue and punctual payment are counted from."""

    unit_path = "account__unit"

    account = models.ForeignKey(CustomerAccount, db_index=False, on_delete=models.CASCADE, related_name="bills")
    month = models.CharField(max_length=7, help_text="as 2026-03")
    kwh = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    due = models.DateField(null=True)
    paid = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    paid_on = models.DateField(null=True)

    objects = RegistryManager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "month"), name="bill_once"),)
