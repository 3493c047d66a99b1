"""The billing system (CIS): what it knows of accounts comes in by a change feed, by signed pushes, by comparison."""
