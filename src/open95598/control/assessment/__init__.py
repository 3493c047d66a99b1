"""Who answers for what went wrong: a ledger of entries that nobody changes, and appeals against them."""
