"""Outages that are announced: plans from the first draft to restoration, and outage information of other kinds."""
