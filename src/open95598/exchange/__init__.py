"""Other systems: what they tell us and what we tell them."""
