"""Django's PostgreSQL backend as this house uses it (``ENGINE`` in the settings)."""
