"""The portal alone in an outer zone: its settings, addresses and servers. No database, no rooms but the pages."""
