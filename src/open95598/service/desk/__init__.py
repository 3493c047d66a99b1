"""The agent's desk: one screen for the conversation, the customer, the matter, knowledge and what can be done."""
