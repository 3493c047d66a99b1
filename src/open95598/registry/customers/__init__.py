"""Customers, their accounts and what hangs on them, by the names of the CIM (DOMAIN section 7)."""
