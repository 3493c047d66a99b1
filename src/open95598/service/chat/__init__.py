"""Web chat between the customer's page and the desk. A chat is a contact: one record; here stands what was written."""
