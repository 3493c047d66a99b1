"""What the utility knows: customers and their accounts, points and meters; who asks is not its matter."""
