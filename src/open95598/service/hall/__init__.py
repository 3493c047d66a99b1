"""The online hall: customers at home in their own account, and the appointments that they make with us."""
