"""A small billing system for development and tests: a store, its feed and snapshot over HTTP, pushes, made-up changes.

It knows nothing of the house but the protocol. Not for service: it has no accounts, only what it says of them.
"""
