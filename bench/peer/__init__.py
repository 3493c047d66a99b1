"""A minimal Django project around django-helpdesk, run by its own virtual environment (``var/bench/peer``)."""
