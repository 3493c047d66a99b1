"""Measures what the README claims. Each program runs alone (``python -m bench.orders --size 10000``), all of them by
``make bench``. They have an embedded PostgreSQL of their own below ``var/bench`` (fsync on) and keep what they loaded.
"""
