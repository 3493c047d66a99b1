"""Pages of people and of one's own account. Thin: forms in, services, pages out."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from open95598.foundation.errors import NotFound
from open95598.foundation.people import forms, gate, hooks, queries, record, services, sessions, words
from open95598.foundation.people.actors import Actor, of_request
from open95598.foundation.people.decorators import needs, signed_in
from open95598.foundation.people.models import ROLE_NAMES, ApiToken, Delegation, Person, RoleAssignment, SignedIn
from open95598.foundation.people.policy import Permission
from open95598.foundation.units.queries import in_reach
from open95598.foundation.words import Label

_PAGE = 50


@needs(Permission.PEOPLE_VIEW)
def people_list(request: Any) -> HttpResponse:
    """List the people of one's units; filters and the place in the list stand in the address."""
    rows = queries.listed(request.rights, request.GET, request.now)
    total = rows.count()
    after = request.GET.get("after", "")
    size = getattr(request, "rows_wanted", _PAGE)
    page = list((rows.filter(username__gt=after) if after else rows)[: size + 1])
    more = page[size - 1].username if len(page) > size else ""
    page = page[:size]
    roles = queries.roles_of([person.pk for person in page], request.now)
    kept = request.GET.copy()
    kept.pop("after", None)
    return render(
        request,
        "people/list.html",
        {
            "rows": [(person, roles.get(person.pk, [])) for person in page],
            "total": total,
            "more": more,
            "query": kept.urlencode(),
            "filters": request.GET,
            "units": in_reach(request.rights, Permission.PEOPLE_VIEW).order_by("lineage"),
            "roles": ROLE_NAMES.items(),
            "may_manage": request.rights.anywhere(Permission.PEOPLE_MANAGE),
        },
    )


@needs(Permission.PEOPLE_MANAGE)
@sensitive_post_parameters("password")
def new_person(request: Any) -> HttpResponseBase:
    """Give somebody an account."""
    form = forms.PersonForm(request.rights, request.POST or None, skills=hooks.known_skills(request.now))
    if request.method == "POST":
        made = form.carry_out(
            lambda data: services.hire(
                **{**data, "password": data["password"] or None}, actor=of_request(request), now=request.now
            )
        )
        if made:
            messages.success(request, _("The account was created. Give it its roles now."))
            return HttpResponseRedirect(reverse("people:detail", args=[made.pk]))
    return render(request, "people/form_page.html", {"form": form, "title": _("New account"), "submit": _("Create"),
                                                     "back": reverse("people:list")})  # fmt: skip


@needs(Permission.PEOPLE_VIEW)
def detail(request: Any, pk: int) -> HttpResponse:
    """Show a person: roles with their times, delegations, sessions, tokens, what was done."""
    return _detail(request, queries.find(request.rights, pk))


@needs(Permission.PEOPLE_VIEW)
@never_cache
@sensitive_post_parameters("new_password")
def act(request: Any, pk: int, action: str) -> HttpResponseBase:
    """Carry out one action on a person; a refused one shows the page again with the reasons."""
    person = queries.find(request.rights, pk)
    if request.method != "POST" or action not in _ACTIONS:
        return HttpResponseRedirect(reverse("people:detail", args=[pk]))
    make_form, service = _ACTIONS[action]
    form = make_form(request, person)
    actor = of_request(request)
    if make_form is _plain:  # a button: what is refused becomes the page of the refusal
        done = service(request, person, actor, {}) or True
    else:
        done = form.carry_out(lambda data: service(request, person, actor, data) or True)
    if not done:
        return _detail(request, person, **{action: form})
    if isinstance(done, str):  # a fresh token is shown once and never stands in a redirect
        return _detail(request, person, fresh_token=done)
    messages.success(request, _("Done."))
    return HttpResponseRedirect(reverse("people:detail", args=[pk]))


def _detail(request: Any, person: Person, **more: Any) -> HttpResponse:
    actor = of_request(request)
    manages = actor.may(Permission.PEOPLE_MANAGE, person.unit)
    audit = manages or actor.may(Permission.JOURNAL_VIEW, person.unit)
    keys = {"manages": manages, "audits": audit, "handles_tokens": actor.may(Permission.TOKEN_MANAGE, person.unit)}
    blank = {name: make(request, person, bound=False) for name, (make, _service) in _ACTIONS.items()}
    return render(
        request,
        "people/detail.html",
        {
            "person": person,
            "skills": [hooks.known_skills(request.now).get(s, Label(s, s)) for s in person.skills],
            "assignments": person.assignments.select_related("unit").order_by("-valid_from")[:100],
            "delegations": queries.delegations_of(person),
            "sessions": person.signed_in.order_by("-seen_at") if manages else (),
            "tokens": queries.tokens_of(person),
            "entries": [words.tell(entry) for entry in queries.audit_of(person)] if audit else (),
            "now": request.now,
            "forms": blank | more,
            "has_second_factor": Authenticator.objects.filter(user=person, type="totp").exists(),
            "fresh_token": more.get("fresh_token"),
            "opened": next((name for name in more if name != "fresh_token"), ""),
            **keys,
        },
        status=422 if more and "fresh_token" not in more else 200,
    )


def _plain(request: Any, person: Person, bound: bool = True) -> forms.HouseForm:
    return forms.HouseForm(request.POST if bound else None)


def _with(cls: Any, *, rights: bool = False, person_too: bool = False) -> Any:
    def make(request: Any, person: Person, bound: bool = True) -> forms.HouseForm:
        args = [request.rights] if rights else []
        more = {"person": person, "skills": hooks.known_skills(request.now)} if person_too else {}
        return cls(*args, request.POST if bound else None, **more, prefix=None, auto_id=f"{cls.__name__.lower()}_%s")

    return make


def _of(rows: Any, request: Any) -> Any:
    pk = request.POST.get("row", "")
    row = rows.filter(pk=pk).first() if pk.isdigit() else None
    if row is None:
        raise NotFound("row")
    return row


def _end_sessions(request: Any, person: Person, actor: Actor, data: dict[str, Any]) -> None:
    actor.must(Permission.PEOPLE_MANAGE, person.unit)
    with transaction.atomic():
        person = record.locked(person.pk)
        record.write(person, "person.sessions_ended", actor, request.now, {"sessions": sessions.end_all(person)})


def _drop_second_factor(request: Any, person: Person, actor: Actor, data: dict[str, Any]) -> None:
    services.drop_second_factor(person, actor=actor, now=request.now)


#: action → (its form, what carries it out)
_ACTIONS: dict[str, tuple[Any, Any]] = {
    "change": (
        _with(forms.PersonForm, rights=True, person_too=True),
        lambda request, person, actor, data: services.change(person, **data, actor=actor, now=request.now) and None,
    ),
    "role": (
        _with(forms.RoleForm, rights=True),
        lambda request, person, actor, data: (
            services.assign_role(person, **data, actor=actor, now=request.now) and None
        ),
    ),
    "end-role": (
        _plain,
        lambda request, person, actor, data: services.end_role(
            _of(RoleAssignment.objects.filter(person=person), request), actor=actor, now=request.now
        ),
    ),
    "delegation": (
        _with(forms.DelegationForm),
        lambda request, person, actor, data: (
            services.delegate(person, data.pop("delegate"), **data, actor=actor, now=request.now) and None
        ),
    ),
    "end-delegation": (
        _plain,
        lambda request, person, actor, data: services.end_delegation(
            _of(Delegation.objects.filter(absent=person), request), actor=actor, now=request.now
        ),
    ),
    "token": (
        _with(forms.TokenForm),
        lambda request, person, actor, data: services.make_token(
            person, data["name"], data["scopes"], request.now, days=data["days"], actor=actor
        ),
    ),
    "revoke-token": (
        _plain,
        lambda request, person, actor, data: services.revoke_token(
            _of(ApiToken.objects.filter(person=person), request), actor=actor, now=request.now
        ),
    ),
    "end-sessions": (_plain, _end_sessions),
    "drop-second-factor": (_plain, _drop_second_factor),
    "reset": (
        _with(forms.ResetForm),
        lambda request, person, actor, data: (
            services.reset_password(person, data["new_password"], actor=actor, now=request.now) and None
        ),
    ),
    "leave": (
        _with(forms.LeaveForm),
        lambda request, person, actor, data: services.leave(person, **data, actor=actor, now=request.now) and None,
    ),
}


@signed_in
@never_cache
def profile(request: Any) -> HttpResponseBase:
    """One's own account: language, theme, password, second factor, sessions, delegations, tokens."""
    person, action = request.user, request.POST.get("action", "")
    own: dict[str, forms.HouseForm] = {
        "profile": forms.ProfileForm(
            request.POST if action == "profile" else None,
            initial={"language": person.language, "theme": person.theme},
        ),
        "delegation": forms.DelegationForm(request.POST if action == "delegation" else None),
        "token": forms.TokenForm(request.POST if action == "token" else None),
    }
    fresh_token = None
    if request.method == "POST":
        done = _own_action(request, person, action, own)
        if isinstance(done, str) and done.startswith("o95_"):
            fresh_token, own["token"] = done, forms.TokenForm()
        elif done:
            messages.success(request, _("Done."))
            return HttpResponseRedirect(reverse("people:profile"))
    return render(
        request,
        "people/profile.html",
        {
            "person": person,
            "forms": own,
            "fresh_token": fresh_token,
            "assignments": queries.running(person.assignments.select_related("unit"), request.now),
            "delegations": queries.delegations_of(person),
            "sessions": person.signed_in.order_by("-seen_at"),
            "this_session": request.session.session_key,
            "tokens": queries.tokens_of(person),
            "has_second_factor": Authenticator.objects.filter(user=person, type="totp").exists(),
            "second_factor_demanded": gate.needs_second_factor(person, request.now),
            "now": request.now,
        },
    )


def _own_action(request: Any, person: Person, action: str, own: dict[str, forms.HouseForm]) -> Any:
    """Carry out an action of the own page; return something true when it was done (a fresh token: itself)."""
    actor = of_request(request)
    if action == "profile":
        return own["profile"].carry_out(lambda data: services.prefer(person, **data))
    if action == "delegation":
        return own["delegation"].carry_out(
            lambda data: services.delegate(person, data.pop("delegate"), **data, actor=actor, now=request.now)
        )
    if action == "token":
        return own["token"].carry_out(
            lambda data: services.make_token(
                person, data["name"], data["scopes"], request.now, days=data["days"], actor=actor
            )
        )
    if action == "end-delegation":
        row = _of(Delegation.objects.filter(absent=person), request)
        services.end_delegation(row, actor=actor, now=request.now)
        return True
    if action == "revoke-token":
        services.revoke_token(_of(ApiToken.objects.filter(person=person), request), actor=actor, now=request.now)
        return True
    if action == "end-session":
        sessions.end([_of(SignedIn.objects.filter(person=person), request)])
        return True
    if action == "end-others":
        sessions.end_all(person, keep=request.session.session_key)
        return True
    return False


@signed_in
@never_cache
@sensitive_post_parameters()
def password(request: Any) -> HttpResponseBase:
    """Change one's own password; the other sessions end."""
    from django.contrib.auth import update_session_auth_hash
    from django.contrib.auth.password_validation import password_validators_help_texts

    form = forms.PasswordForm(request.POST or None)
    if request.method == "POST":
        changed = form.carry_out(
            lambda data: services.change_own_password(
                request.user,
                data["old_password"],
                data["new_password"],
                keep_session=request.session.session_key,
                now=request.now,
            )
        )
        if changed:
            before = request.session.session_key
            update_session_auth_hash(request, changed)
            SignedIn.objects.filter(session_key=before).update(session_key=request.session.session_key)
            messages.success(request, _("Your password was changed. Your other sessions have ended."))
            return HttpResponseRedirect("/" if request.user.must_change_password else reverse("people:profile"))
    return render(
        request,
        "people/password.html",
        {"form": form, "rules": password_validators_help_texts(), "owed": bool(request.session.get("owes"))},
    )
