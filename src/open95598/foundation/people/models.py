"""People, the roles they hold at units, delegations and API tokens."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from open95598.foundation.journal.models import Chained
from open95598.foundation.people.policy import Role

ROLE_NAMES = {
    Role.AGENT: _("Agent"),
    Role.SHIFT_LEADER: _("Shift leader"),
    Role.DEPUTY_LEADER: _("Deputy leader"),
    Role.DISPATCHER: _("Dispatcher"),
    Role.HANDLER: _("Handler"),
    Role.CREW_MEMBER: _("Crew member"),
    Role.CALLBACK_CLERK: _("Call-back clerk"),
    Role.QUALITY_AUDITOR: _("Quality auditor"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.UNIT_MANAGER: _("Unit manager"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.READ_ONLY_AUDITOR: _("Read-only auditor"),
    Role.INTEGRATION: _("Integration account"),
}


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their sign-in name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person with this sign-in name."""
        return self.get(username__iexact=username)


class Person(Chained, AbstractBaseUser):
    """Somebody who signs in (or an integration account, which only uses tokens). Never deleted: a leaver is closed."""

    username = models.CharField(_("account"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=64)
    employee_number = models.CharField(_("employee number"), max_length=32, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="people", verbose_name=_("unit"))
    is_active = models.BooleanField(_("active"), default=True)
    left_at = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(max_length=8, default="auto")

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A role held at a unit from a time to a time (UTC, end exclusive; open end = until further notice)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=[(r.value, name) for r, name in ROLE_NAMES.items()])
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("unit", "role")),)


class Delegation(models.Model):
    """An absent person's cases may be handled by another (委托), from a time to a time (UTC)."""

    absent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_held")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    reason = models.CharField(max_length=200)


class ApiToken(models.Model):
    """A bearer token of an account. Only its SHA-256 is kept; ``scopes`` empty means all that the account may do."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
