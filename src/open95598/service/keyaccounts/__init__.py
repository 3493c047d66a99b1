"""What a tier entitles to happens here (B7): visits that fall due, managers told at once, tiers proposed and decided,
invitations; and what customers are worth, by segment (DOMAIN 1.5)."""
