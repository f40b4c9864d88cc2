"""HR writes to many people: the form, its preview, the list, and the message that people get."""
