"""What a tier entitles to happens here (B7): visits that fall due (regularly, at the door, during a connection),
managers told at once, tiers proposed and decided, invitations; and what customers are worth (DOMAIN 1.5)."""
