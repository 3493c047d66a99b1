"""The registry's template tags."""
