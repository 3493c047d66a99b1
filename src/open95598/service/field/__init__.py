"""A county that is cut off: open repairs on a printed sheet, entered later with their true times."""
