"""Outages: which devices are open, who is in the dark, and what they are told."""
