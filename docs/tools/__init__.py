"""What keeps the documents true: checks, generated tables, screenshots."""
