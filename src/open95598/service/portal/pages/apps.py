"""The room's registration with Django, in the house and in an outer zone."""

from django.apps import AppConfig


class Config(AppConfig):
    """service.portal.pages."""

    name = "open95598.service.portal.pages"
    label = "portal_pages"
