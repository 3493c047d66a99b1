"""Turns a refusal raised in a view into a page, a fragment or a problem document."""
