"""No pages of its own: the customer's stand in ``pages``."""

urlpatterns: list = []
