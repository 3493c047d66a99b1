"""Tags of the outage pages."""
