"""Bulletins (公告, H17): what a shift leader tells all desks, and who has acknowledged it."""
