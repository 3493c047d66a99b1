"""What does not fit together in the registry is found each night, and put right as a case (DOMAIN 4)."""
