"""Other systems: one room an exchange. Each lives with the other side being away, and knows how to catch up."""
