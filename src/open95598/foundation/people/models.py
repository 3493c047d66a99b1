"""People, the roles they hold at units, delegations and API tokens."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
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
    Role.CONFIDENTIAL_CLERK: _("Confidential clerk"),
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
    password_changed_at = models.DateTimeField(null=True, blank=True)
    #: "" follows the browser
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=8, default="auto")
    #: what they are good at, by the codes of the rooms that ask for it (``hooks.skills``)
    skills = ArrayField(models.CharField(max_length=32), verbose_name=_("skills"), default=list, blank=True)
    #: an account of the demonstration utility: listed on the sign-in page in demonstration mode, and only there
    demo = models.BooleanField(default=False)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("username",)
        constraints = (models.UniqueConstraint(Upper("username"), name="person_username_whatever_case"),)

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


class PasswordHistory(models.Model):
    """A password that a person had before (its hash), so that it does not come back at once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()


class SignedIn(models.Model):
    """A browser in which a person is signed in; ends with its session row, at the latest at the absolute limit."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, default="")
    #: how the person proved who they are: password, oidc, with second factor
    method = models.CharField(max_length=16, default="password")
