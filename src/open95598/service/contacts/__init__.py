"""Contacts: one record of every conversation with a customer, on any channel (H1, H12, B3, B9)."""
